"""A row of a frame as a series."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from ..labels import Index, Label, column_index
from . import Series


class RowSeries(Series):
    """A row: values of any kinds, labelled by the columns."""

    def __init__(self, values: Sequence[Any], labels: Sequence[Label], name: Any) -> None:
        self._held = list(values)
        self._held_labels = list(labels)
        self._name = name
        self._made: Optional[Series] = None

    def _real(self) -> Series:
        if self._made is None:
            self._made = Series(self._held, index=self._held_labels, name=self._name)
        return self._made

    def __getattr__(self, name: str) -> Any:
        fields = self.__dict__
        if name in ("_rows", "_expr", "_levels", "_view"):
            return self._real().__dict__[name]
        if name in fields.get("_held_labels", ()):
            return fields["_held"][fields["_held_labels"].index(name)]
        return Series.__getattr__(self, name)

    def __getitem__(self, key: Any) -> Any:
        labels = self._held_labels
        try:
            return self._held[labels.index(key)]
        except ValueError:
            if isinstance(key, (list, slice, Series)):
                return self._real()[key]
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: Any) -> bool:
        return key in self._held_labels

    def tolist(self) -> List[Any]:
        return list(self._held)

    to_list = tolist

    def _index_values(self, start: int = 0, stop: Optional[int] = None) -> List[Any]:
        return list(self._held_labels[start:stop])

    @property
    def index(self) -> Index:
        return column_index(self._held_labels, (None,))

    @index.setter
    def index(self, labels: Any) -> None:
        self._held_labels = list(labels)
        self._made = None

    def to_dict(self) -> Dict[Any, Any]:
        return dict(zip(self._held_labels, self._held))

    def items(self) -> Iterator[Tuple[Any, Any]]:
        return zip(self._held_labels, self._held)

    def __repr__(self) -> str:
        from ..display import row_text

        return row_text(self._held_labels, self._held, self._name)

    def to_pandas(self) -> Any:
        import pandas

        return pandas.Series(self._held, index=self._held_labels, name=self._name)
