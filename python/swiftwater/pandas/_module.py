"""The module that the user's `import pandas` gives."""

from __future__ import annotations

import functools
import inspect
import os
import types
from typing import Any, Callable, Dict, List

import pandas as real

import swiftwater

from ._dispatch import PROXIES, attempt, for_pandas, for_swiftwater, frozen, in_pandas, is_little
from ._classes import DataFrame, Series  # noqa: F401
from ._state import FEW_BYTES, Stay
from ._supported import SUPPORTED
from ._where import is_user

_READERS = {"read_csv", "read_json", "read_parquet"}


def _readable(args: List[Any], options: Dict[str, Any]) -> str:
    """The file that a reader is called with; `Stay` where pandas should read it."""
    path = args[0] if args else options.get("filepath_or_buffer", options.get("path_or_buf", options.get("path")))
    if not isinstance(path, (str, os.PathLike)):
        raise Stay("it reads no file")
    try:
        size = os.stat(os.path.expanduser(path)).st_size
    except (OSError, ValueError):
        raise Stay("there is no such file") from None
    if size < FEW_BYTES:
        raise Stay(f"a file of less than {FEW_BYTES} bytes")
    return os.path.expanduser(os.fspath(path))


def _by_index(frame: Any, path: str) -> Any:
    """A frame of a Parquet file with the index that pandas wrote into it."""
    from pyarrow import parquet

    about = parquet.read_schema(path).pandas_metadata or {}
    index = about.get("index_columns", [])
    ranges = [i for i in index if isinstance(i, dict)]
    if any(i.get("start") != 0 or i.get("step") != 1 for i in ranges):
        raise Stay("the file has an index of its own")
    kinds = {c.get("pandas_type") for c in about.get("columns", [])}
    names = {c.get("numpy_type") for c in about.get("columns", [])}
    if kinds & {"categorical", "mixed"} or any(str(n)[:1].isupper() for n in names) or len(about.get("column_indexes", [])) > 1:
        raise Stay("the file has types that only pandas has")
    named = [i for i in index if isinstance(i, str)]
    if any(name not in frame._labels or name.startswith("__index") for name in named):
        raise Stay("the file has an index of its own")
    return frame.set_index(named) if named else frame


def _function(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    label = f"pandas.{name}"

    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        if not is_user(1):
            return function(*args, **options)
        held, words = frozen(list(args)), frozen(options)

        def slow() -> Any:
            return function(*for_pandas(held), **for_pandas(words))

        if name not in SUPPORTED["pandas"]:
            return in_pandas(label, slow)

        def fast() -> Any:
            path = ""
            if name in _READERS:
                path = _readable(held, words)
            elif is_little([held, words]):
                raise Stay("few rows")
            if words.get("axis") not in (None, 0, "index", "rows"):
                raise Stay("axis=1")
            if name == "merge" and words.get("validate") is not None:
                raise Stay("validate")
            frame = getattr(swiftwater, name)(*for_swiftwater(held), **for_swiftwater(words))
            return _by_index(frame, path) if name == "read_parquet" else frame

        return attempt(label, fast, slow)

    return call


class PandasModule(types.ModuleType):
    """pandas, with the frames and functions of this package in place of some."""

    def __init__(self) -> None:
        super().__init__("pandas", real.__doc__)
        for name in ("__file__", "__path__", "__spec__", "__version__", "__package__", "__loader__"):
            self.__dict__[name] = getattr(real, name, None)

    def __getattr__(self, name: str) -> Any:
        found = getattr(real, name)
        if isinstance(found, type) and found in PROXIES:
            found = PROXIES[found]
        elif inspect.isfunction(found) and not name.startswith("_"):
            found = _function(name, found)
        elif inspect.ismodule(found) or name.startswith("_"):
            return found
        self.__dict__[name] = found
        return found

    def __dir__(self) -> List[str]:
        return dir(real)

    def __reduce__(self) -> Any:
        import importlib

        return importlib.import_module, ("pandas",)


MODULE = PandasModule()
