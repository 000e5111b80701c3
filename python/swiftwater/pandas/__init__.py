"""pandas' own name for the engine: scripts and notebooks run as they are.

    python -m swiftwater.pandas [--profile] script.py [arguments]

or in a notebook `%load_ext swiftwater.pandas` before `import pandas`. From then on `import pandas` in the user's own code
gives a module whose calls go to the engine, and one by one to the real pandas where the engine lacks something.
Libraries keep the real pandas.
"""

from __future__ import annotations

from typing import Any

from .hook import install, uninstall
from .report import REPORT, report

__all__ = ["REPORT", "install", "report", "uninstall"]


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext swiftwater.pandas`."""
    install()
    shell.push({"swiftwater_report": report})


def unload_ipython_extension(shell: Any) -> None:
    uninstall()
