"""pandas, without a change of code: what the engine has runs there, everything else in pandas.

    python -m swiftwater.pandas script.py

or in a notebook, before `import pandas`:

    %load_ext swiftwater.pandas

The user's `import pandas` then gives a module whose frames are pandas' to everybody, and are tried in the engine first,
call by call; what the engine does not have, or has otherwise, is done by pandas. Libraries that import pandas get pandas.
`--profile`, or `%swiftwater_profile`, tells what ran where.
"""

from __future__ import annotations

import builtins
import sys
from typing import Any, Mapping, Optional, Sequence

_original: Any = None


def install() -> None:
    """Makes `import pandas` in the user's code give this package's frames."""
    global _original
    if _original is not None:
        return
    try:
        import pandas  # noqa: F401
    except ImportError:
        raise ImportError("swiftwater.pandas falls back on pandas, which is not there: pip install pandas") from None
    from .._library import library
    from ._module import MODULE
    from ._where import is_user_module

    # Now, lest everything quietly ran in pandas.
    library()
    _original = builtins.__import__

    def importing(
        name: str,
        globals: Optional[Mapping[str, object]] = None,
        locals: Optional[Mapping[str, object]] = None,
        fromlist: Optional[Sequence[str]] = (),
        level: int = 0,
    ) -> Any:
        found = _original(name, globals, locals, fromlist, level)
        if level == 0 and name[:6] == "pandas" and (name == "pandas" or (name[6] == "." and not fromlist)):
            if _original is not None and is_user_module(globals or {}):
                return MODULE
        return found

    builtins.__import__ = importing


def uninstall() -> None:
    """Makes `import pandas` give pandas again; frames that are there stay as they are."""
    global _original
    if _original is not None:
        builtins.__import__, _original = _original, None


def print_profile() -> None:
    """Prints what ran where since the start, or since it was last reset."""
    from ._profile import report

    print(report())


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext swiftwater.pandas`."""
    early = [name for name, value in shell.user_ns.items() if value is sys.modules.get("pandas") and value is not None]
    install()
    shell.register_magic_function(lambda line="": print_profile(), "line", "swiftwater_profile")
    if early:
        print(f"swiftwater.pandas: {', '.join(early)} was imported before; run its import again")


def unload_ipython_extension(shell: Any) -> None:
    """`%unload_ext swiftwater.pandas`."""
    uninstall()
