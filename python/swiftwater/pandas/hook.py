"""`import pandas` of the user's own code gives the proxy; everybody else's gives the real one."""

from __future__ import annotations

import builtins
import os
import sys
import sysconfig
from typing import Any, Dict, Optional, Sequence, Set, Tuple

_original = builtins.__import__
_places: Tuple[str, ...] = ()
_known: Dict[str, bool] = {}


def _libraries() -> Tuple[str, ...]:
    paths: Set[str] = {os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        path = sysconfig.get_paths().get(name)
        if path:
            paths.add(os.path.abspath(path))
    return tuple(p + os.sep for p in paths)


def _is_users(scope: Optional[Dict[str, Any]]) -> bool:
    """Whether code with these globals is the user's own, not a library's."""
    if scope is None:
        return False
    name = str(scope.get("__name__", ""))
    if name == "__main__":
        return True
    file = scope.get("__file__")
    if not file:
        return False
    found = _known.get(file)
    if found is None:
        path = os.path.abspath(str(file))
        found = _known[file] = not path.startswith(_places)
    return found


def _import(
    name: str, globals: Optional[Dict[str, Any]] = None, locals: Any = None, fromlist: Sequence[str] = (), level: int = 0
) -> Any:
    if name == "pandas" and level == 0 and _is_users(globals):
        from .proxy import MODULE

        return MODULE
    return _original(name, globals, locals, fromlist, level)


def install() -> None:
    """From now on, `import pandas` in the user's code gives ours."""
    global _places
    _places = _libraries()
    if builtins.__import__ is not _import:
        builtins.__import__ = _import  # type: ignore[assignment]


def uninstall() -> None:
    """`import pandas` gives the real one again."""
    if builtins.__import__ is _import:
        builtins.__import__ = _original


def real() -> Any:
    """The real pandas, which is loaded when it is first needed."""
    if "pandas" not in sys.modules:
        import pandas  # noqa: F401
    return sys.modules["pandas"]
