"""Labels of columns and rows as users see them: pandas' `Index`, `RangeIndex` and `MultiIndex`, small."""

from __future__ import annotations

import operator
from typing import Any, Callable, Dict, Hashable, Iterable, Iterator, List, Optional, Sequence, Tuple

from . import columntypes as T
from . import values as V
from .boollist import BoolList
from .dtypes import Dtype, as_array, dtype_of

Label = Hashable


def _same(a: Any, b: Any) -> bool:
    return bool(a == b) or (V.is_missing(a) and V.is_missing(b))


class Index:
    """Labels in order.

    Examples
    --------
    >>> Index(["a", "b"], name="letter")
    Index(['a', 'b'], dtype='str', name='letter')
    """

    #: What gives the frame or series that has this index its levels' names, too.
    _rename_owner: Optional[Callable[[List[Optional[Label]]], None]] = None

    def __init__(
        self, data: Iterable[Any] = (), dtype: Any = None, copy: bool = False, name: Optional[Label] = None
    ) -> None:
        self._values: List[Any] = list(data)
        self._names: List[Optional[Label]] = [name if name is not None else getattr(data, "name", None)]
        self._type = None if dtype is None else T.parse_dtype(dtype)

    def __getstate__(self) -> Dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_rename_owner"}

    @classmethod
    def _of(cls, values: List[Any], name: Optional[Label], type_: Optional[str] = None) -> "Index":
        index = Index(values, name=name)
        index._type = type_
        return index

    @property
    def name(self) -> Optional[Label]:
        return self._names[0] if len(self._names) == 1 else None

    @name.setter
    def name(self, name: Optional[Label]) -> None:
        self.names = [name]

    @property
    def names(self) -> List[Optional[Label]]:
        return list(self._names)

    @names.setter
    def names(self, names: Sequence[Optional[Label]]) -> None:
        if len(names) != len(self._names):
            raise ValueError(f"Length of new names must be {len(self._names)}, got {len(names)}")
        self._names = list(names)
        if self._rename_owner is not None:
            self._rename_owner(self._names)

    @property
    def nlevels(self) -> int:
        return len(self._names)

    @property
    def dtype(self) -> Any:
        return Dtype(dtype_of(self._values, self._type))

    @property
    def size(self) -> int:
        return len(self)

    @property
    def shape(self) -> Tuple[int]:
        return (len(self),)

    @property
    def empty(self) -> bool:
        return len(self) == 0

    @property
    def values(self) -> Any:
        """The labels as a NumPy array, or a list where NumPy is not there."""
        return as_array(self.tolist(), self._type)

    @property
    def is_unique(self) -> bool:
        return len(set(self.tolist())) == len(self)

    def to_numpy(self) -> Any:
        return self.values

    def tolist(self) -> List[Any]:
        return list(self._values)

    to_list = tolist

    def get_loc(self, key: Any) -> int:
        try:
            return self.tolist().index(key)
        except ValueError:
            raise KeyError(key) from None

    def get_level_values(self, level: Any) -> "Index":
        if level in (0, -1, self.name):
            return self
        raise KeyError(f"Requested level ({level}) does not match index name ({self.name})")

    def equals(self, other: Any) -> bool:
        theirs = list(other)
        return len(theirs) == len(self) and all(_same(a, b) for a, b in zip(self, theirs))

    def isin(self, values: Iterable[Any]) -> BoolList:
        wanted = set(values)
        return BoolList(v in wanted for v in self)

    def unique(self) -> "Index":
        return Index._of(list(dict.fromkeys(self.tolist())), self.name, self._type)

    def rename(self, name: Any) -> "Index":
        index = Index._of(self.tolist(), name, self._type)
        return index

    def map(self, mapper: Any) -> "Index":
        change = mapper.get if isinstance(mapper, dict) else mapper
        values = [change(v) for v in self]
        if self.nlevels > 1 and not all(isinstance(v, tuple) for v in values):
            return Index._of(values, None)
        return make_index(values, self._names)

    def to_frame(self, index: bool = True, name: Any = None) -> Any:
        from .frame import DataFrame

        label = name if name is not None else (self.name if self.name is not None else 0)
        return DataFrame({label: self.tolist()}, index=self if index else None)

    def to_series(self, index: Any = None, name: Any = None) -> Any:
        from .series import Series

        return Series(self.tolist(), index=self if index is None else index, name=name or self.name)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __contains__(self, key: Any) -> bool:
        return key in self._values

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return make_index(self.tolist()[key], self._names, self._type)
        if isinstance(key, int):
            try:
                return self.tolist()[key]
            except IndexError:
                raise IndexError(f"index {key} is out of bounds for axis 0 with size {len(self)}") from None
        values = self.tolist()
        chosen = key.tolist() if hasattr(key, "tolist") else list(key)
        if chosen and isinstance(chosen[0], bool):
            return make_index([v for v, keep in zip(values, chosen) if keep], self._names, self._type)
        return make_index([values[i] for i in chosen], self._names, self._type)

    def _compared(self, other: object, test: Callable[[Any, Any], bool]) -> BoolList:
        theirs: List[Any] = (
            [other] * len(self) if V.is_scalar(other) or not isinstance(other, Iterable) else list(other)
        )
        if len(theirs) != len(self):
            raise ValueError("Lengths must match to compare")
        return BoolList(test(a, b) for a, b in zip(self, theirs))

    def __eq__(self, other: object) -> Any:
        return self._compared(other, operator.eq)

    def __ne__(self, other: object) -> Any:
        return BoolList(not same for same in self == other)

    def __lt__(self, other: object) -> BoolList:
        return self._compared(other, operator.lt)

    def __le__(self, other: object) -> BoolList:
        return self._compared(other, operator.le)

    def __gt__(self, other: object) -> BoolList:
        return self._compared(other, operator.gt)

    def __ge__(self, other: object) -> BoolList:
        return self._compared(other, operator.ge)

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Any) -> "Index":
        return self._operated(other, operator.add)

    def __sub__(self, other: Any) -> "Index":
        return self._operated(other, operator.sub)

    def __mul__(self, other: Any) -> "Index":
        return self._operated(other, operator.mul)

    def __radd__(self, other: Any) -> "Index":
        return self._operated(other, lambda a, b: b + a)

    def _operated(self, other: Any, change: Callable[[Any, Any], Any]) -> "Index":
        theirs = [other] * len(self) if V.is_scalar(other) else list(other)
        if len(theirs) != len(self):
            raise ValueError("Lengths must match")
        return Index._of([change(a, b) for a, b in zip(self, theirs)], self.name)

    def __repr__(self) -> str:
        texts = [quoted_text(v) for v in self]
        if len(texts) > 100:
            texts = [*texts[:10], "...", *texts[-10:]]
        name = "" if self.name is None else f", name={self.name!r}"
        length = f", length={len(self)}" if len(self) > 100 else ""
        return f"Index([{', '.join(texts)}], dtype='{self.dtype}'{length}{name})"

    # After the methods, because it hides Python's own `str` here.

    @property
    def str(self) -> Any:
        """Methods of text."""
        from .accessors.labeltext import LabelText

        return LabelText(self)


class RangeIndex(Index):
    """Positions as labels."""

    def __init__(self, start: int = 0, stop: Optional[int] = None, step: int = 1, name: Optional[Label] = None) -> None:
        if stop is None:
            start, stop = 0, start
        self._range = range(start, stop, step)
        self._names = [name]
        self._type = "int64"

    @property
    def _values(self) -> List[Any]:  # type: ignore[override]
        return list(self._range)

    @property
    def start(self) -> int:
        return self._range.start

    @property
    def stop(self) -> int:
        return self._range.stop

    @property
    def step(self) -> int:
        return self._range.step

    @property
    def is_unique(self) -> bool:
        return True

    def tolist(self) -> List[Any]:
        return list(self._range)

    def __len__(self) -> int:
        return len(self._range)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._range)

    def __contains__(self, key: Any) -> bool:
        return key in self._range

    def __repr__(self) -> str:
        name = "" if self.name is None else f", name={self.name!r}"
        return f"RangeIndex(start={self.start}, stop={self.stop}, step={self.step}{name})"


class MultiIndex(Index):
    """Labels that are tuples, one part a level."""

    def __init__(self, values: Iterable[Tuple[Any, ...]], names: Optional[Sequence[Optional[Label]]] = None) -> None:
        self._values = [tuple(v) for v in values]
        count = len(self._values[0]) if self._values else len(names or [None, None])
        self._names = list(names) if names is not None else [None] * count
        self._type = None

    @classmethod
    def from_tuples(cls, tuples: Iterable[Tuple[Any, ...]], names: Optional[Sequence[Label]] = None) -> "MultiIndex":
        return cls(tuples, names)

    @classmethod
    def from_arrays(cls, arrays: Sequence[Iterable[Any]], names: Optional[Sequence[Label]] = None) -> "MultiIndex":
        return cls(zip(*arrays), names)

    @classmethod
    def from_product(cls, iterables: Sequence[Iterable[Any]], names: Optional[Sequence[Label]] = None) -> "MultiIndex":
        tuples: List[Tuple[Any, ...]] = [()]
        for values in iterables:
            held = list(values)
            tuples = [(*t, v) for t in tuples for v in held]
        return cls(tuples, names)

    @property
    def levels(self) -> List[List[Any]]:
        return [sorted({v[i] for v in self._values}) for i in range(self.nlevels)]

    def get_level_values(self, level: Any) -> Index:
        if level in self._names:
            position = self._names.index(level)
        elif isinstance(level, int) and -self.nlevels <= level < self.nlevels:
            position = level
        else:
            raise KeyError(f"Level {level} not found")
        return Index._of([v[position] for v in self._values], self._names[position])

    def droplevel(self, level: Any = 0) -> Index:
        position = self._names.index(level) if level in self._names else int(level) % self.nlevels
        if self.nlevels == 2:
            return self.get_level_values(1 - position)
        names = [n for i, n in enumerate(self._names) if i != position]
        return MultiIndex([tuple(p for i, p in enumerate(v) if i != position) for v in self._values], names)

    def to_flat_index(self) -> Index:
        return Index(self._values)

    def __contains__(self, key: Any) -> bool:
        return key in self._values or (not isinstance(key, tuple) and any(v[0] == key for v in self._values))

    def __repr__(self) -> str:
        shown = self._values if len(self) <= 100 else [*self._values[:10], ..., *self._values[-10:]]
        rows = [("..." if v is ... else f"({', '.join(quoted_text(p) for p in v)})") for v in shown]
        inner = ",\n            ".join(rows)
        names = "" if all(n is None for n in self._names) else f"names={self._names!r}"
        length = f"length={len(self)}" if len(self) > 100 else ""
        tail = ", ".join(part for part in (names, length) if part)
        return f"MultiIndex([{inner}],\n           {tail})"


def make_index(values: Sequence[Any], names: Sequence[Optional[Label]], type_: Optional[str] = None) -> Index:
    """An index of labels: a `MultiIndex` when there are several levels."""
    if len(names) > 1:
        return MultiIndex(values, names)
    return Index._of(list(values), names[0] if names else None, type_)


def quoted_text(value: Any) -> str:
    if isinstance(value, str):
        return repr(value)
    return value_text(value)


def value_text(value: Any) -> str:
    if V.is_missing(value):
        return "NaT" if type(value).__name__ == "NaTType" else ("None" if value is None else "nan")
    return str(value)


def levels_of(labels: Sequence[Label]) -> int:
    """The number of levels of column labels: tuples of one length make a `MultiIndex`."""
    if labels and all(isinstance(label, tuple) for label in labels):
        lengths = {len(label) for label in labels if isinstance(label, tuple)}
        if len(lengths) == 1:
            return lengths.pop()
    return 1


def column_index(labels: Sequence[Label], names: Sequence[Optional[Label]]) -> Index:
    n = levels_of(labels)
    if n > 1 or (labels and isinstance(labels[0], tuple) and n == 1 and all(isinstance(l, tuple) for l in labels)):
        return MultiIndex([l for l in labels if isinstance(l, tuple)], list(names) if len(names) == n else [None] * n)
    if not labels and not names:
        return RangeIndex(0)
    if labels and list(labels) == list(range(len(labels))) and not any(isinstance(l, bool) for l in labels):
        return RangeIndex(len(labels), name=names[0] if names else None)
    return Index._of(list(labels), names[0] if names else None)


def flat_label(label: Any) -> str:
    """A column's label as one text."""
    if isinstance(label, str):
        return label
    if isinstance(label, tuple):
        return "_".join(str(part) for part in label)
    return str(label)
