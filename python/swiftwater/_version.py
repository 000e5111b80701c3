"""The version of the package: the engine's, see Sources/Columnar/Version.swift."""

__version__ = "0.1.0"
