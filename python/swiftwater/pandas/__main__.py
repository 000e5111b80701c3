"""`python -m swiftwater.pandas [--profile] script.py [arguments]`, or `-m module`, or `-c code`."""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from typing import List, Optional

from . import install


def main(arguments: Optional[List[str]] = None) -> None:
    """Runs a script whose `import pandas` gives this package's frames."""
    parser = argparse.ArgumentParser(
        prog="python -m swiftwater.pandas", description="Runs a pandas script, much of it in Swiftwater's engine."
    )
    parser.add_argument("--profile", action="store_true", help="tell at the end what ran where")
    parser.add_argument("-m", dest="module", action="store_true", help="the script is the name of a module")
    parser.add_argument("-c", dest="code", action="store_true", help="the script is code")
    parser.add_argument("script", help="a file with Python code")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="what the script gets")
    given = parser.parse_args(arguments)
    install()
    try:
        if given.module:
            sys.argv = [given.script, *given.arguments]
            sys.path[0] = os.getcwd()
            runpy.run_module(given.script, run_name="__main__", alter_sys=True)
        elif given.code:
            sys.argv = ["-c", *given.arguments]
            exec(compile(given.script, "<string>", "exec"), {"__name__": "__main__"})
        else:
            if not os.path.exists(given.script):
                parser.error(f"there is no file {given.script}")
            sys.argv = [given.script, *given.arguments]
            sys.path[0] = os.path.dirname(os.path.abspath(given.script))
            runpy.run_path(given.script, run_name="__main__")
    finally:
        if given.profile:
            from ._profile import print_report

            sys.stdout.flush()
            print_report()


if __name__ == "__main__":
    main()
