"""`python -m swiftwater`: the command line, a program of its own that the wheel installs beside Python's."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig


def program() -> str | None:
    """Where the command line is: with the scripts of this environment, of the user, or anywhere in PATH."""
    folders = [sysconfig.get_path("scripts")]
    if "posix_user" in sysconfig.get_scheme_names():
        folders.append(sysconfig.get_path("scripts", "posix_user"))
    # `pip install --target FOLDER` makes FOLDER/bin.
    folders.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bin"))
    for folder in folders:
        path = os.path.join(folder, "swiftwater")
        if os.access(path, os.X_OK):
            return path
    return shutil.which("swiftwater")


def main() -> None:
    path = program()
    if path is None:
        sys.exit("swiftwater: error: the command line is not installed; install the wheel, or run 'make build'")
    os.execv(path, [path, *sys.argv[1:]])


if __name__ == "__main__":
    main()
