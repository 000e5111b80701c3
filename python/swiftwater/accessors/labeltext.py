"""`Index.str`: what `Series.str` has, of labels."""

from __future__ import annotations

from typing import Any

from ..frame import DataFrame
from ..dtypes import as_array
from ..labels import Index, MultiIndex
from ..series import Series
from .text import TextMethods


class LabelText:
    """Methods of each label; tests give arrays, texts give an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._methods = TextMethods(Series(index.tolist(), dtype="str" if not len(index) else None))

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._methods, name)

        def call(*args: Any, **options: Any) -> Any:
            return self._shaped(method(*args, **options))

        call.__doc__ = method.__doc__
        return call

    def __getitem__(self, key: Any) -> Any:
        return self._shaped(self._methods[key])

    def _shaped(self, result: Any) -> Any:
        if isinstance(result, Series):
            if result._expr.type == "bool":
                return as_array(result.tolist(), "bool")
            return Index._of(result.tolist(), self._index.name, result._expr.type)
        if isinstance(result, DataFrame):
            return MultiIndex([row[1:] for row in result.itertuples(name=None)])
        return result
