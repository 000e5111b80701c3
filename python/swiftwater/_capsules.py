"""PyCapsules of the Arrow PyCapsule interface, made and opened with ctypes.

See https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html.
"""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_int, c_void_p, py_object
from typing import Any

from ._library import library

SCHEMA = b"arrow_schema"
ARRAY = b"arrow_array"
STREAM = b"arrow_array_stream"

# Functions of their own: ctypes.pythonapi's are shared with whoever else uses it.
_new = ctypes.PYFUNCTYPE(py_object, c_void_p, c_char_p, c_void_p)(("PyCapsule_New", ctypes.pythonapi))
_pointer = ctypes.PYFUNCTYPE(c_void_p, py_object, c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))
_is_valid = ctypes.PYFUNCTYPE(c_int, py_object, c_char_p)(("PyCapsule_IsValid", ctypes.pythonapi))


def make(name: bytes, memory: int) -> Any:
    """A capsule over `memory`, a structure in memory of `sw_capsule_memory`, which the capsule owns from now on."""
    return _new(memory, name, ctypes.cast(library().sw_capsule_destroy, c_void_p))


def address(capsule: Any, name: bytes) -> int:
    """The structure in a capsule; `TypeError` for another thing."""
    if not _is_valid(capsule, name):
        raise TypeError(f"expected a PyCapsule named {name.decode()!r}, not {capsule!r}")
    return int(_pointer(capsule, name))
