"""Dataframes with pandas' names on Swiftwater's engine."""

__version__ = "0.1.0"
