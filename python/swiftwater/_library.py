"""Finds, loads and describes the engine's library. Standard library only."""

from __future__ import annotations

import ctypes
import os
import threading
from ctypes import POINTER, c_char_p, c_double, c_int32, c_int64, c_size_t, c_void_p
from typing import Any

#: What the library must answer, see Sources/CSwiftwaterABI/include/swiftwater.h.
ABI_VERSION = 1


class ArrowSchema(ctypes.Structure):
    """The Arrow C data interface's schema."""


ArrowSchema._fields_ = [
    ("format", c_char_p), ("name", c_char_p), ("metadata", c_void_p), ("flags", c_int64), ("n_children", c_int64),
    ("children", POINTER(POINTER(ArrowSchema))), ("dictionary", POINTER(ArrowSchema)),
    ("release", c_void_p), ("private_data", c_void_p),
]


class ArrowArray(ctypes.Structure):
    """The Arrow C data interface's array."""


ArrowArray._fields_ = [
    ("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64),
    ("n_children", c_int64), ("buffers", POINTER(c_void_p)), ("children", POINTER(POINTER(ArrowArray))),
    ("dictionary", POINTER(ArrowArray)), ("release", c_void_p), ("private_data", c_void_p),
]


class ArrowArrayStream(ctypes.Structure):
    """The Arrow C stream interface's stream."""

    _fields_ = [
        ("get_schema", ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p)),
        ("get_next", ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p)),
        ("get_last_error", ctypes.CFUNCTYPE(c_char_p, c_void_p)),
        ("release", ctypes.CFUNCTYPE(None, c_void_p)),
        ("private_data", c_void_p),
    ]


class CProgress(ctypes.Structure):
    """The header's `sw_progress`."""

    _fields_ = [
        ("bytes", c_int64), ("total_bytes", c_int64), ("rows", c_int64), ("bad_rows", c_int64),
        ("seconds", c_double),
    ]


class CFilling(ctypes.Structure):
    """The header's `sw_filling`."""

    _fields_ = [("column", c_int32), ("values", c_void_p), ("valid", c_void_p), ("offsets", c_void_p)]


# Texts that the caller frees come as plain addresses: c_char_p would copy them and lose the address.
_TEXT = POINTER(c_void_p)
_HANDLE = POINTER(c_void_p)
_PLAN = [c_char_p, c_char_p, c_int32, POINTER(c_char_p), POINTER(c_void_p)]

_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "sw_abi_version": (c_int32, []),
    "sw_version": (c_char_p, []),
    "sw_string_free": (None, [c_void_p]),
    "sw_table_import": (c_int32, [c_void_p, _HANDLE, _TEXT]),
    "sw_table_import_array": (c_int32, [c_void_p, c_void_p, c_int32, _HANDLE, _TEXT]),
    "sw_table_export": (c_int32, [c_void_p, c_int32, c_void_p, _TEXT]),
    "sw_table_schema": (c_int32, [c_void_p, c_void_p, _TEXT]),
    "sw_table_columns": (c_int32, [c_void_p, _TEXT, _TEXT]),
    "sw_table_rows": (c_int64, [c_void_p]),
    "sw_table_bytes": (c_int64, [c_void_p]),
    "sw_table_sizes": (None, [c_void_p, POINTER(c_int64), POINTER(c_int64)]),
    "sw_table_fill": (c_int32, [c_void_p, c_int32, POINTER(CFilling), _TEXT]),
    "sw_table_slice": (c_int32, [c_void_p, c_int64, c_int64, _HANDLE, _TEXT]),
    "sw_table_zip": (c_int32, [c_int32, POINTER(c_void_p), _HANDLE, _TEXT]),
    "sw_table_rename": (c_int32, [c_void_p, c_int32, POINTER(c_char_p), _HANDLE, _TEXT]),
    "sw_table_release": (None, [c_void_p]),
    "sw_memory_open": (c_int64, [c_void_p, c_int64]),
    "sw_memory_close": (None, [c_int64]),
    "sw_run_here": (c_int32, [*_PLAN, c_int32, POINTER(c_void_p), POINTER(c_int64), _TEXT]),
    "sw_run_start": (c_int32, [*_PLAN, _HANDLE, _TEXT]),
    "sw_run_wait": (c_int32, [c_void_p, c_int32]),
    "sw_run_cancel": (None, [c_void_p]),
    "sw_run_progress": (None, [c_void_p, POINTER(CProgress)]),
    "sw_run_finish": (c_int32, [c_void_p, _TEXT, _TEXT]),
    "sw_run_table": (c_int32, [c_void_p, c_char_p, _HANDLE, _TEXT]),
    "sw_run_release": (None, [c_void_p]),
    "sw_schemas": (c_int32, [*_PLAN, _TEXT, _TEXT]),
    "sw_explain": (c_int32, [*_PLAN, _TEXT, _TEXT]),
    "sw_capsule_memory": (c_void_p, [c_size_t]),
    "sw_capsule_prepare": (None, [c_void_p, c_void_p]),
    "sw_capsule_destroy": (None, [c_void_p]),
    "sw_release_nothing": (None, [c_void_p]),
}

_lock = threading.Lock()
_library: Any = None


def library() -> Any:
    """The engine's library, loaded at the first call."""
    return _library if _library is not None else _load()


def path() -> str:
    """Where the library is: what SWIFTWATER_LIBRARY says, or beside this file."""
    chosen = os.environ.get("SWIFTWATER_LIBRARY")
    return chosen or os.path.join(os.path.dirname(os.path.abspath(__file__)), "libSwiftwaterC.so")


def _load() -> Any:
    global _library
    with _lock:
        if _library is not None:
            return _library
        place = path()
        try:
            # Its calls let go of Python's lock, so that other threads go on.
            loaded = ctypes.CDLL(place)
        except OSError as error:
            raise ImportError(
                f"the engine's library cannot be loaded from {place}: {error}; install the wheel, or build it with "
                "'swift build -c release --product SwiftwaterC' and set SWIFTWATER_LIBRARY to "
                ".build/release/libSwiftwaterC.so"
            ) from error
        for name, (result, arguments) in _SIGNATURES.items():
            try:
                function = getattr(loaded, name)
            except AttributeError:
                raise ImportError(f"{place} is not this version's engine: it lacks {name}; build it again") from None
            function.restype = result
            function.argtypes = arguments
        if loaded.sw_abi_version() != ABI_VERSION:
            raise ImportError(
                f"{place} has version {loaded.sw_abi_version()} of the C interface, {ABI_VERSION} is needed; "
                "build it again")
        python = ctypes.pythonapi
        loaded.sw_capsule_prepare(
            ctypes.cast(python.PyCapsule_GetName, c_void_p), ctypes.cast(python.PyCapsule_GetPointer, c_void_p))
        _library = loaded
        return _library
