"""`python -m swiftwater.pandas script.py`: runs a script whose `import pandas` is ours."""

from __future__ import annotations

import os
import runpy
import sys
from typing import List

from . import install, report

_USAGE = "usage: python -m swiftwater.pandas [--profile] (script.py | -m module | -c code) [arguments]"


def main(arguments: List[str]) -> None:
    """Runs what the arguments name."""
    profile = False
    while arguments and arguments[0] in ("--profile", "--help", "-h"):
        if arguments.pop(0) != "--profile":
            print(_USAGE)
            return
        profile = True
    if not arguments:
        raise SystemExit(_USAGE)
    install()
    try:
        if arguments[0] == "-m" and len(arguments) > 1:
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        elif arguments[0] == "-c" and len(arguments) > 1:
            sys.argv = ["-c", *arguments[2:]]
            exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__", "__builtins__": __builtins__})
        else:
            sys.argv = arguments
            sys.path.insert(0, os.path.dirname(os.path.abspath(arguments[0])))
            runpy.run_path(arguments[0], run_name="__main__")
    finally:
        if profile:
            sys.stderr.write(report())


if __name__ == "__main__":
    main(sys.argv[1:])
