"""Whose code is calling: the user's, or a library's, which gets pandas itself."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from typing import Dict, Mapping, Tuple


def _folders() -> Tuple[str, ...]:
    found = {os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}
    found |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    found |= set(site.getsitepackages()) if hasattr(site, "getsitepackages") else set()
    found |= {site.getusersitepackages()} if hasattr(site, "getusersitepackages") else set()
    every = found | {os.path.realpath(path) for path in found}
    return tuple(os.path.join(path, "") for path in every) + ("<frozen", "<__array_function__")


_LIBRARIES = _folders()
#: Modules without a file.
_FROZEN = frozenset(sys.builtin_module_names) | frozenset(getattr(sys, "stdlib_module_names", ()))
_known: Dict[str, bool] = {}


def is_user_file(path: str) -> bool:
    """Whether code of this file is the user's: it is not installed, and not of Python itself."""
    known = _known.get(path)
    if known is None:
        known = _known[path] = not path.startswith(_LIBRARIES)
    return known


def is_user(depth: int) -> bool:
    """Whether the function `depth` calls up from the caller of this is the user's."""
    return is_user_file(sys._getframe(depth + 1).f_code.co_filename)


def is_user_module(names: Mapping[str, object]) -> bool:
    """Whether a module with these global names is the user's."""
    path = names.get("__file__")
    if isinstance(path, str):
        return is_user_file(path)
    name = str(names.get("__name__", ""))
    return name == "__main__" or name.split(".")[0] not in _FROZEN
