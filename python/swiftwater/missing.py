"""What is not there says so, by name, and what to do instead."""

from __future__ import annotations

from typing import Any, Mapping


def not_there(what: str, instead: str = "convert with .to_pandas() and call it there") -> NotImplementedError:
    """The error for a part of pandas that this package does not have."""
    return NotImplementedError(f"{what} is not there yet; {instead}")


def absent(owner: str, name: str) -> Exception:
    """The error for an attribute: `NotImplementedError` for pandas' names, `AttributeError` for others."""
    from .pandas_names import NAMES

    if name in NAMES.get(owner, ()):
        return MissingName(owner, name)
    return AttributeError(f"'{owner}' object has no attribute '{name}'")


class MissingName(NotImplementedError, AttributeError):
    """A name of pandas that is not there: `hasattr` says so too."""

    def __init__(self, owner: str, name: str) -> None:
        super().__init__(
            f"{owner}.{name} is not there yet; convert with .to_pandas() and call it there"
            if owner != "pandas"
            else f"swiftwater.{name} is not there yet; use pandas.{name} and take the result with sw.from_pandas"
        )


def refuse(what: str, **given: Any) -> None:
    """Raises for an argument that is given and not supported: `refuse("merge", left_index=(False, value))`."""
    for name, (default, value) in given.items():
        if value is not default and value != default:
            raise not_there(f"{what} with {name}={value!r}", f"leave {name} at its default")


def rows_only(what: str, axis: Any) -> None:
    """Raises for an axis other than the rows of a frame."""
    if axis in (1, "columns"):
        raise not_there(f"{what} with axis=1", "transpose the frame, or go column by column")
    if axis not in (0, "index", "rows", None):
        raise ValueError(f"No axis named {axis} for object type DataFrame")


def one_axis(axis: Any) -> None:
    """Raises for an axis that a series does not have."""
    if axis not in (0, "index", "rows", None):
        raise ValueError(f"No axis named {axis} for object type Series")


def no_more(what: str, words: Mapping[str, Any]) -> None:
    """Raises for further arguments, but for those with which NumPy's functions call methods: `dtype=None, out=None`."""
    for name, value in words.items():
        if name not in _NUMPYS or value not in (None, False):
            raise TypeError(f"{what}() got an unexpected keyword argument '{name}'")


_NUMPYS = frozenset(("dtype", "out", "keepdims", "where", "initial"))


def utf8_only(what: str, encoding: Any) -> None:
    """Raises for text in another encoding."""
    if encoding is not None and str(encoding).lower().replace("_", "-") not in ("utf-8", "utf8", "ascii", "us-ascii"):
        raise not_there(f"{what} with encoding={encoding!r}", "use UTF-8")
