"""Python's text and bytes as files of the engine."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_void_p

from .._errors import ForkError
from .._library import library
from .answers import is_exiting

_address_of_bytes = ctypes.PYFUNCTYPE(c_void_p, ctypes.py_object)(("PyBytes_AsString", ctypes.pythonapi))
_address_of_text = ctypes.PYFUNCTYPE(c_void_p, ctypes.py_object, ctypes.POINTER(ctypes.c_ssize_t))(
    ("PyUnicode_AsUTF8AndSize", ctypes.pythonapi))


class Memory:
    """Text or bytes that plans read as a file, without a copy; closed when nobody holds it.

    Attributes
    ----------
    content : str or bytes
    path : str
        What plans call it.
    size : int
        In bytes, of text in UTF-8.
    """

    def __init__(self, content: str | bytes) -> None:
        self._number = -1
        self.content = content
        # Text of ASCII is in UTF-8 already; other text keeps its UTF-8 beside it.
        address, self.size = _utf8_of(content) if isinstance(content, str) else (_bytes_of(content), len(content))
        self._number = int(library().sw_memory_open(address, self.size))
        if self._number < 0:
            raise ForkError("this process was forked while a query was running in another thread")
        self._close = library().sw_memory_close
        self.path = f"memory://{self._number}"

    def __del__(self) -> None:
        if self._number >= 0 and not is_exiting():
            self._close(self._number)


def _bytes_of(content: bytes) -> int:
    return int(_address_of_bytes(content))


def _utf8_of(text: str) -> tuple[int, int]:
    size = ctypes.c_ssize_t()
    address = _address_of_text(text, byref(size))
    return int(address), size.value
