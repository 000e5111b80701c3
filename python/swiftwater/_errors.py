"""Exceptions: what the engine reports, as subclasses of those that pandas raises in the same place."""

from __future__ import annotations

import json
from typing import Any

__all__ = [
    "CancelledError", "ColumnNotFoundError", "DataError", "EngineError", "FileError", "ForkError",
    "MissingFileError", "OutOfMemoryError", "PlanError", "UnsupportedError",
]


class EngineError(Exception):
    """An error of the engine: what was wrong, where, and what to do about it."""

    def __init__(
        self, message: str, *, kind: str = "usage", hint: str | None = None, file: str | None = None,
        line: int | None = None, position: int | None = None, column: str | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        #: What to do about it.
        self.hint = hint
        #: The file, the line (from 1) and the byte in the line (from 1) where it is in the input.
        self.file = file
        self.line = line
        self.position = position
        #: The column that was asked for and is not there.
        self.column = column

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.position) if part is not None)
        text = f"{place}: {self.message}" if self.file is not None else self.message
        return f"{text}; {self.hint}" if self.hint else text

    def __reduce__(self) -> Any:
        facts = {key: value for key, value in vars(self).items() if key != "message"}
        return _rebuild, (type(self), self.message, facts)


def _rebuild(kind: type[EngineError], message: str, facts: dict[str, Any]) -> EngineError:
    return kind(message, **facts)


class PlanError(EngineError, ValueError):
    """The request makes no sense: a wrong type, a bad option."""


class ColumnNotFoundError(PlanError, KeyError):
    """A column that is not there."""


class DataError(EngineError, ValueError):
    """The input's bytes are not what they should be."""


class FileError(EngineError, OSError):
    """The operating system refused: no permission, a full disk."""


class MissingFileError(FileError, FileNotFoundError):
    """A file that is not there."""


class OutOfMemoryError(EngineError, MemoryError):
    """The memory limit would be exceeded."""


class UnsupportedError(EngineError, NotImplementedError):
    """A type, a feature of a format or an operation that the engine does not have."""


class CancelledError(EngineError):
    """The run was cancelled."""


class ForkError(EngineError, RuntimeError):
    """This process was forked while a query was running in another thread."""


_KINDS: dict[str, type[EngineError]] = {
    "usage": PlanError, "data": DataError, "io": FileError, "memory": OutOfMemoryError,
    "unsupported": UnsupportedError, "cancelled": CancelledError, "fork": ForkError,
}


def from_json(text: str) -> EngineError:
    """The exception for an error's JSON as the library gives it."""
    facts: dict[str, Any] = json.loads(text)
    kind = facts.get("kind", "usage")
    error = _KINDS.get(kind, EngineError)
    if error is PlanError and "column" in facts:
        error = ColumnNotFoundError
    message = facts.pop("message", "the engine failed")
    if error is FileError and ("there is no such file" in message or "No such file" in message
                               or message.startswith("no file matches")):
        error = MissingFileError
    known = ("kind", "hint", "file", "line", "position", "column")
    made = error(message, **{key: facts[key] for key in known if key in facts})
    if isinstance(made, MissingFileError):
        made.errno = 2
    return made
