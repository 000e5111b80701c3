"""What the library's functions give back: texts, errors, and whether the process is about to end."""

from __future__ import annotations

import atexit
import ctypes
from ctypes import c_void_p

from .._errors import from_json
from .._library import library

_is_exiting = False


@atexit.register
def _exit() -> None:
    # The process gives everything back; release functions of other libraries may be gone already.
    global _is_exiting
    _is_exiting = True


def is_exiting() -> bool:
    return _is_exiting


def text_of(address: c_void_p) -> str:
    """A text that the library gave, which is freed."""
    try:
        return ctypes.string_at(address.value or 0).decode() if address.value else ""
    finally:
        library().sw_string_free(address)


def check(code: int, error: c_void_p) -> None:
    if code != 0:
        raise from_json(text_of(error))
