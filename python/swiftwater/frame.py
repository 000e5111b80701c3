"""`DataFrame`: columns with labels, each an expression over the same rows, and an index."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from . import expressions as X
from . import reductions, selection
from . import columntypes as T
from . import values as V
from .base import Data, Levels
from .labels import Dtype, Index, Label, column_index, levels_of
from .missing import absent, not_there, refuse
from .rows import Grouped, Rows, fresh
from .series import Series

_ABSENT: Any = V.NaT


class DataFrame(Data):
    """A table with labelled columns and rows, computed when it is looked at.

    Parameters
    ----------
    data : dict, list, DataFrame, NumPy array or Arrow data
        Columns by label; a list of rows, of dicts or of lists; anything with `__arrow_c_stream__`.
    index : list or Index, optional
        Labels of the rows; positions by default.
    columns : list, optional
        Labels of the columns, or which of the data's to take.
    dtype : str or type, optional
        For all columns.

    Examples
    --------
    >>> import swiftwater as sw
    >>> sw.DataFrame({"company": ["a", "b", "a"], "cpu": [1.0, 2.0, 4.0]}).groupby("company").mean()
             cpu
    company     
    a        2.5
    b        2.0
    """

    def __init__(
        self, data: Any = None, index: Any = None, columns: Any = None, dtype: Any = None, copy: Any = None
    ) -> None:
        from .construction import frame_parts

        rows, labels, exprs, levels, names = frame_parts(data, index, columns, dtype)
        self._set(rows, labels, exprs, levels, names)

    def _set(
        self,
        rows: Rows,
        labels: Sequence[Label],
        exprs: Sequence[X.Expression],
        levels: Levels,
        column_names: Sequence[Optional[Label]] = (None,),
    ) -> None:
        fields = self.__dict__
        fields["_rows"] = rows
        fields["_labels"] = list(labels)
        fields["_exprs"] = list(exprs)
        fields["_levels"] = levels
        fields["_column_names"] = list(column_names)
        fields["_view"] = None
        fields["_places"] = None

    _labels: List[Label]
    _exprs: List[X.Expression]
    _column_names: List[Optional[Label]]
    _places: Optional[Dict[Label, int]]

    @classmethod
    def _make(
        cls,
        rows: Rows,
        labels: Sequence[Label],
        exprs: Sequence[X.Expression],
        levels: Levels,
        column_names: Sequence[Optional[Label]] = (None,),
    ) -> "DataFrame":
        frame = cls.__new__(cls)
        frame._set(rows, labels, exprs, levels, column_names)
        return frame

    def _parts(self) -> List[X.Expression]:
        return self._exprs

    def _part_names(self) -> List[str]:
        return [flat_label(label) for label in self._labels]

    def _with(self, labels: Sequence[Label], exprs: Sequence[X.Expression]) -> "DataFrame":
        """Other columns over the same rows."""
        return DataFrame._make(self._rows, labels, exprs, self._levels, self._column_names)

    def _named_columns(self, like: "DataFrame") -> "DataFrame":
        """The frame whose columns' labels have another frame's names."""
        if len(like._column_names) == len(self._column_names):
            self.__dict__["_column_names"] = list(like._column_names)
        return self

    def _selected(self, chosen: selection.Selected) -> "DataFrame":
        rows, exprs, levels = chosen
        return DataFrame._make(rows, self._labels, exprs, levels, self._column_names)

    def _placed(self, result: "DataFrame", inplace: bool) -> Any:
        if not inplace:
            return result
        self._set(result._rows, result._labels, result._exprs, result._levels, result._column_names)
        return None

    # Columns.

    def _place(self, label: Any) -> int:
        """The position of a column; `KeyError` where there is none."""
        if self._places is None:
            self.__dict__["_places"] = {}
            for i, l in reversed(list(enumerate(self._labels))):
                self._places[l] = i  # type: ignore[index]
        try:
            return self._places[label]  # type: ignore[index]
        except (KeyError, TypeError):
            raise KeyError(label) from None

    def _expr(self, label: Any) -> X.Expression:
        return self._exprs[self._place(label)]

    def _column(self, label: Any) -> Series:
        return Series._make(self._rows, self._expr(label), label, self._levels)

    def _require(self, labels: Sequence[Any]) -> List[int]:
        """The positions of columns; pandas' `KeyError` for those that are not there."""
        missing = [label for label in labels if not self._has(label)]
        if missing:
            if len(missing) == len(labels):
                raise KeyError(f"None of [{Index(missing)!r}] are in the [columns]")
            raise KeyError(f"{missing} not in index")
        return [self._place(label) for label in labels]

    def _has(self, label: Any) -> bool:
        try:
            self._place(label)
        except KeyError:
            return False
        return True

    @property
    def columns(self) -> Index:
        """The labels of the columns."""
        return column_index(self._labels, self._column_names)

    @columns.setter
    def columns(self, labels: Any) -> None:
        names = list(getattr(labels, "names", [None]))
        held = list(labels)
        if len(held) != len(self._labels):
            raise ValueError(
                f"Length mismatch: Expected axis has {len(self._labels)} elements, new values have {len(held)} elements"
            )
        view = self._view
        self._set(self._rows, held, self._exprs, self._levels, names)
        self.__dict__["_view"] = view

    @property
    def index(self) -> Index:
        """The labels of the rows."""
        index: Index = Data.index.__get__(self)
        return index

    @index.setter
    def index(self, labels: Any) -> None:
        from .construction import with_index

        rows, exprs, levels = with_index(self, labels)
        self._set(rows, self._labels, exprs, levels, self._column_names)

    @property
    def axes(self) -> List[Index]:
        return [self.index, self.columns]

    @property
    def shape(self) -> Tuple[int, int]:
        """The numbers of rows and columns."""
        return (self._length(), len(self._labels))

    @property
    def size(self) -> int:
        return self._length() * len(self._labels)

    @property
    def ndim(self) -> int:
        return 2

    @property
    def empty(self) -> bool:
        """Whether there is no value."""
        return not self._labels or self._length() == 0

    @property
    def dtypes(self) -> Series:
        """The columns' dtypes by pandas' names."""
        return Series([str(d) for d in self._dtypes()], index=self.columns)

    def _dtypes(self) -> List[Dtype]:
        if not self._labels:
            return []
        view = self._computed()
        return [Dtype(T.dtype_name(view.type(i), view.missing(i) > 0)) for i in range(len(self._labels))]

    @property
    def values(self) -> Any:
        """The values as a NumPy array of two dimensions."""
        return self.to_numpy()

    @property
    def T(self) -> "DataFrame":
        return self.transpose()

    def __len__(self) -> int:
        return self._length()

    def __iter__(self) -> Iterator[Label]:
        return iter(self._labels)

    def __contains__(self, label: Any) -> bool:
        return self._has(label)

    def keys(self) -> Index:
        return self.columns

    def items(self) -> Iterator[Tuple[Label, Series]]:
        """Pairs of label and column."""
        for label, expr in zip(self._labels, self._exprs):
            yield label, Series._make(self._rows, expr, label, self._levels)

    def __repr__(self) -> str:
        from .display import frame_text

        return frame_text(self)

    def _repr_html_(self) -> str:
        from .display import frame_html

        return frame_html(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._has(name):
            return self._column(name)
        raise absent("DataFrame", name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("columns", "index") or name.startswith("_") or not self._has(name):
            object.__setattr__(self, name, value)
        else:
            self[name] = value

    def __dir__(self) -> List[str]:
        return sorted({*object.__dir__(self), *[l for l in self._labels if isinstance(l, str) and l.isidentifier()]})

    # Getting and setting.

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            if self._has(key):
                return self._column(key) if not self._is_twice(key) else self._with_columns([key])
            return self._by_first_level(key)
        if isinstance(key, Series):
            if key._expr.type == "bool":
                return self._masked(key)
            return self._with_columns(key.tolist())
        if isinstance(key, DataFrame):
            return self.where(key)
        if isinstance(key, slice):
            return self._slice_rows(key)
        if callable(key):
            return self[key(self)]
        if isinstance(key, tuple) or V.is_scalar(key):
            if self._has(key):
                return self._column(key)
            return self._by_first_level(key)
        held = list(key)
        if held and all(type(k).__name__ in ("bool", "bool_") for k in held) and not self._has(held[0]):
            if len(held) != len(self):
                raise ValueError(f"Item wrong length {len(held)} instead of {len(self)}.")
            return self._masked(self._mask_of(held))
        return self._with_columns(held)

    def _is_twice(self, label: Any) -> bool:
        return len(self._labels) != len(self._places or ()) and self._labels.count(label) > 1

    def _mask_of(self, held: Sequence[Any]) -> Series:
        from .construction import beside_values

        mask: Series = beside_values(self, [bool(b) for b in held])
        return mask

    def _slice_rows(self, key: slice) -> "DataFrame":
        if all(isinstance(p, int) or p is None for p in (key.start, key.stop, key.step)):
            return self._selected(selection.sliced(self, key))
        result = self.loc[key]
        assert isinstance(result, DataFrame)
        return result

    def _with_columns(self, labels: Sequence[Any]) -> "DataFrame":
        if levels_of(self._labels) > 1 and labels and not isinstance(labels[0], tuple):
            chosen = [l for wanted in labels for l in self._labels if isinstance(l, tuple) and l[0] == wanted]
            if not chosen:
                raise KeyError(f"None of [{Index(labels)!r}] are in the [columns]")
            labels = chosen
        places = self._require(labels)
        if len(self._places or ()) != len(self._labels):
            places = [i for l in labels for i, have in enumerate(self._labels) if have == l]
        return self._with([self._labels[i] for i in places], [self._exprs[i] for i in places])

    def _by_first_level(self, key: Any) -> Any:
        """The columns whose labels begin with the key, without that part."""
        wanted = key if isinstance(key, tuple) else (key,)
        n = len(wanted)
        if levels_of(self._labels) > n:
            places = [i for i, l in enumerate(self._labels) if isinstance(l, tuple) and l[:n] == wanted]
            if places:
                labels: List[Label] = []
                for i in places:
                    label = self._labels[i]
                    assert isinstance(label, tuple)
                    labels.append(label[n:] if len(label) > n + 1 else label[n])
                names = self._column_names[n:] if len(self._column_names) > n else (None,)
                exprs = [self._exprs[i] for i in places]
                return DataFrame._make(self._rows, labels, exprs, self._levels, names)
        raise KeyError(key)

    def _masked(self, mask: Series) -> "DataFrame":
        if self._rows is mask._rows and self._levels.same(mask._levels):
            return self._selected(selection.keep(self, mask._expr))
        from .align import same_labels, together

        if not same_labels(self, mask):
            raise IndexingError(
                "Unalignable boolean Series provided as indexer (index of the boolean Series and of the indexed "
                "object do not match)."
            )
        rows, exprs, (condition,), levels = together(self, mask)
        both = DataFrame._make(rows, self._labels, exprs, levels, self._column_names)
        return both._selected(selection.keep(both, condition))

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, (list, Index)):
            self._set_columns(list(key), value)
            return
        if isinstance(key, DataFrame):
            result = self.mask(key, value)
            self._placed(result, True)
            return
        if isinstance(key, Series):
            self.loc[key] = value
            return
        self._set_column(key, value)

    def _set_columns(self, labels: List[Any], value: Any) -> None:
        if isinstance(value, DataFrame):
            for label, other in zip(labels, value._labels):
                self._set_column(label, value._column(other))
        elif V.is_scalar(value):
            for label in labels:
                self._set_column(label, value)
        else:
            for label, part in zip(labels, value):
                self._set_column(label, part)

    def _set_column(self, label: Any, value: Any) -> None:
        """Adds or replaces a column."""
        if not self._labels and not V.is_scalar(value) and self._levels.is_range and self._length() == 0:
            made = value if isinstance(value, Series) else Series(value)
            self._set(made._rows, [label], [made._expr], made._levels, self._column_names)
            return
        if isinstance(value, DataFrame):
            if len(value._labels) != 1:
                raise ValueError("Columns must be same length as key")
            value = value._column(value._labels[0])
        if V.is_scalar(value):
            expr: X.Expression = X.Literal(value)
        else:
            series = value if isinstance(value, Series) else self._series_of(value)
            if not (series._rows is self._rows and series._levels.same(self._levels)):
                series = self._fitted(series)
            expr = series._expr
        labels, exprs = list(self._labels), list(self._exprs)
        if label in labels:
            exprs[labels.index(label)] = expr
        else:
            labels.append(label)
            exprs.append(expr)
        self._set(self._rows, labels, exprs, self._levels, self._column_names)

    def _set_column_lasting(self, label: Any, value: Any) -> None:
        """Adds a column, also to a frame that has none yet but knows its rows."""
        if not isinstance(value, Series) and not V.is_scalar(value):
            value = self._series_of(value)
        if isinstance(value, Series) and not (value._rows is self._rows and value._levels.same(self._levels)):
            value = self._fitted(value)
        expr = X.Literal(value) if not isinstance(value, Series) else value._expr
        self._set(self._rows, [*self._labels, label], [*self._exprs, expr], self._levels, self._column_names)

    def _series_of(self, values: Any) -> Series:
        """Values without an index, as many as there are rows."""
        from .construction import beside_values

        held = values if hasattr(values, "__len__") else list(values)
        if len(held) != len(self):
            raise ValueError(f"Length of values ({len(held)}) does not match length of index ({len(self)})")
        series: Series = beside_values(self, held)
        self._adopt(series)
        return series

    def _adopt(self, series: Series) -> None:
        """Goes over to the rows of a series that holds this frame's columns too."""
        carried = getattr(series, "_carried", None)
        if carried is not None:
            self._set(series._rows, self._labels, carried, series._levels, self._column_names)

    def _fitted(self, series: Series) -> Series:
        """A series over this frame's rows, by the labels of its index; the frame may go over to other rows."""
        from .align import same_labels, together
        from .construction import reindexed

        if not same_labels(self, series):
            series = reindexed(series, self)
        rows, exprs, (expr,), levels = together(self, series)
        self._set(rows, self._labels, exprs, levels, self._column_names)
        return Series._make(rows, expr, series._name, levels)

    def __delitem__(self, key: Any) -> None:
        place = self._place(key)
        labels, exprs = list(self._labels), list(self._exprs)
        del labels[place], exprs[place]
        self._set(self._rows, labels, exprs, self._levels, self._column_names)

    def pop(self, item: Any) -> Series:
        """A column, which is taken out of the frame."""
        column = self._column(item)
        del self[item]
        return column

    def insert(self, loc: int, column: Any, value: Any, allow_duplicates: bool = False) -> None:
        """Adds a column at a position."""
        if self._has(column) and not allow_duplicates:
            raise ValueError(f"cannot insert {column}, already exists")
        self._set_column(column, value)
        labels, exprs = list(self._labels), list(self._exprs)
        labels.insert(loc, labels.pop())
        exprs.insert(loc, exprs.pop())
        self._set(self._rows, labels, exprs, self._levels, self._column_names)

    def get(self, key: Any, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default

    @property
    def loc(self) -> Any:
        """Rows and columns by label."""
        from .indexers import Loc

        return Loc(self)

    @property
    def iloc(self) -> Any:
        """Rows and columns by position."""
        from .indexers import ILoc

        return ILoc(self)

    @property
    def at(self) -> Any:
        """A single value by labels."""
        return self.loc

    @property
    def iat(self) -> Any:
        """A single value by positions."""
        return self.iloc

    def assign(self, **columns: Any) -> "DataFrame":
        """The frame with columns added or replaced; a function is given the frame as it is then."""
        frame = self.copy()
        for label, value in columns.items():
            frame[label] = value(frame) if callable(value) and not isinstance(value, Series) else value
        return frame

    def rename(self, mapper: Any = None, *, index: Any = None, columns: Any = None, axis: Any = None,
               copy: Any = None, inplace: bool = False, level: Any = None, errors: str = "ignore") -> Any:  # fmt: skip
        """Other labels of columns or rows, by a dict or a function."""
        if mapper is not None:
            if axis in (1, "columns"):
                columns = mapper
            else:
                index = mapper
        if mapper is None and index is None and columns is None:
            raise TypeError("must pass an index to rename")
        result = self.copy()
        if columns is not None:
            if errors == "raise" and isinstance(columns, dict):
                absent_ = [c for c in columns if not self._has(c)]
                if absent_:
                    raise KeyError(f"{absent_} not found in axis")
            change: Callable[[Any], Any] = columns if callable(columns) else lambda l: columns.get(l, l)
            if levels_of(self._labels) > 1:
                labels: List[Any] = [tuple(change(p) for p in l) for l in self._labels if isinstance(l, tuple)]
            else:
                labels = [change(l) for l in self._labels]
            result._set(self._rows, labels, self._exprs, self._levels, self._column_names)
        if index is not None:
            change = index if callable(index) else lambda l: index.get(l, l)
            result.index = Index([change(l) for l in self._index_values()], name=self._levels.names[0])
        return self._placed(result, inplace)

    def rename_axis(self, mapper: Any = _ABSENT, *, index: Any = _ABSENT, columns: Any = _ABSENT, axis: Any = 0,
                    copy: Any = None, inplace: bool = False) -> Any:  # fmt: skip
        """Other names of the index, or of the columns' labels."""
        levels, names = self._levels, self._column_names
        if mapper is not _ABSENT:
            if axis in (1, "columns"):
                columns = mapper
            else:
                index = mapper
        if index is not _ABSENT:
            levels = levels.renamed(list(index) if isinstance(index, (list, tuple)) else [index])
        if columns is not _ABSENT:
            names = list(columns) if isinstance(columns, (list, tuple)) else [columns]
        return self._placed(DataFrame._make(self._rows, self._labels, self._exprs, levels, names), inplace)

    def set_axis(self, labels: Any, *, axis: Any = 0, copy: Any = None) -> "DataFrame":
        frame = self.copy()
        if axis in (1, "columns"):
            frame.columns = labels
        else:
            frame.index = labels
        return frame

    def add_prefix(self, prefix: str, axis: Any = None) -> "DataFrame":
        return self._with([f"{prefix}{l}" for l in self._labels], self._exprs)

    def add_suffix(self, suffix: str, axis: Any = None) -> "DataFrame":
        return self._with([f"{l}{suffix}" for l in self._labels], self._exprs)

    def drop(self, labels: Any = None, *, axis: Any = 0, index: Any = None, columns: Any = None, level: Any = None,
             inplace: bool = False, errors: str = "raise") -> Any:  # fmt: skip
        """The frame without some columns, or rows by label."""
        refuse("drop", level=(None, level))
        if labels is not None:
            if axis in (1, "columns"):
                columns = labels
            else:
                index = labels
        elif index is None and columns is None:
            raise ValueError("Need to specify at least one of 'labels', 'index' or 'columns'")
        result = self
        if columns is not None:
            gone = self._listed(columns)
            missing = [l for l in gone if not self._has(l)]
            if levels_of(self._labels) > 1:
                firsts = {l[0] for l in self._labels if isinstance(l, tuple)}
                missing = [l for l in missing if l not in firsts]
            if missing and errors == "raise":
                raise KeyError(f"{missing} not found in axis")
            kept = [
                i
                for i, l in enumerate(self._labels)
                if l not in gone and not (isinstance(l, tuple) and l[0] in gone)
            ]
            result = self._with([self._labels[i] for i in kept], [self._exprs[i] for i in kept])
        if index is not None:
            from .indexers import without_labels

            result = without_labels(result, self._listed(index), errors)
        return self._placed(result, inplace)

    @staticmethod
    def _listed(labels: Any) -> List[Any]:
        if isinstance(labels, (str, tuple)) or V.is_scalar(labels):
            return [labels]
        return list(labels)

    def filter(self, items: Any = None, like: Any = None, regex: Any = None, axis: Any = None) -> "DataFrame":
        """Columns by their labels: these, those that hold a text, or that match a regular expression."""
        if axis in (0, "index"):
            raise not_there("filter of rows by label", "use .loc")
        if items is not None:
            chosen = [i for i in items if self._has(i)]
        elif like is not None:
            chosen = [l for l in self._labels if like in str(l)]
        elif regex is not None:
            import re

            chosen = [l for l in self._labels if re.search(regex, str(l))]
        else:
            raise TypeError("Must pass either `items`, `like`, or `regex`")
        return self._with_columns(chosen)

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> "DataFrame":
        """The columns of some dtypes."""
        from .describing import has_dtype

        if include is None and exclude is None:
            raise ValueError("at least one of include or exclude must be nonempty")
        wanted = None if include is None else self._listed(include)
        unwanted = [] if exclude is None else self._listed(exclude)
        kept = [
            i
            for i, dtype in enumerate(self._dtypes())
            if (wanted is None or any(has_dtype(dtype, w) for w in wanted))
            and not any(has_dtype(dtype, w) for w in unwanted)
        ]
        return self._with([self._labels[i] for i in kept], [self._exprs[i] for i in kept])

    def astype(self, dtype: Any, copy: Any = None, errors: str = "raise") -> "DataFrame":
        """The columns converted: all to one type, or by a dict each to its own."""
        frame = self.copy()
        if isinstance(dtype, (dict, Mapping)):
            for label in dtype:
                if not self._has(label):
                    raise KeyError(
                        f"Only a column name can be used for the key in a dtype mappings argument. '{label}' not "
                        "found in columns."
                    )
            for label, kind in dtype.items():
                frame[label] = self._column(label).astype(kind)
            return frame
        return self._each(lambda s: s.astype(dtype))

    def _each(self, change: Callable[[Series], Series]) -> "DataFrame":
        """Each column through a function of a series over the same rows."""
        return self._with(self._labels, [change(s)._expr for _, s in self.items()])

    # Value by value.

    def isna(self) -> "DataFrame":
        """Whether each value is missing."""
        return self._each(Series.isna)

    isnull = isna

    def notna(self) -> "DataFrame":
        return self._each(Series.notna)

    notnull = notna

    def fillna(self, value: Any = None, *, axis: Any = None, inplace: bool = False, limit: Any = None) -> Any:
        """Values in place of missing ones: one for all columns, or by label one each."""
        if value is None:
            raise ValueError("Must specify a fill 'value' or 'method'.")
        if limit is not None:
            raise not_there("DataFrame.fillna with limit", "fill all missing values")
        if isinstance(value, Series):
            value = value.to_dict()
        if isinstance(value, (dict, Mapping)):
            exprs = [X.fill(e, value[l]) if l in value else e for l, e in zip(self._labels, self._exprs)]
        elif isinstance(value, DataFrame):
            raise not_there("DataFrame.fillna with a frame", "use a dict of values by column")
        else:
            exprs = []
            for e in self._exprs:
                fitting = X.fits(value, e.type) or (T.is_number(e.type) and isinstance(value, (int, float)))
                if fitting or e.type == "null":
                    exprs.append(X.fill(e, value))
                elif self._is_complete(e):
                    exprs.append(e)
                else:
                    raise TypeError(f"Invalid value '{value}' for dtype '{T.dtype_name(e.type)}'")
        return self._placed(self._with(self._labels, exprs), inplace)

    def _is_complete(self, e: X.Expression) -> bool:
        return not Series._make(self._rows, e, None, self._levels).isna().any()

    def ffill(self, *, axis: Any = None, inplace: bool = False, limit: Any = None, limit_area: Any = None) -> Any:
        """The last value before in place of missing ones."""
        return self._placed(self._each(lambda s: s.ffill(limit=limit)), inplace)

    def bfill(self, *, axis: Any = None, inplace: bool = False, limit: Any = None, limit_area: Any = None) -> Any:
        return self._placed(self._each(lambda s: s.bfill(limit=limit)), inplace)

    def replace(self, to_replace: Any = None, value: Any = _ABSENT, *, inplace: bool = False, regex: bool = False) -> Any:
        """The frame with some values replaced by others."""
        from .replacing import replace_frame

        return self._placed(replace_frame(self, to_replace, value, regex), inplace)

    def round(self, decimals: Any = 0) -> "DataFrame":
        """The numbers rounded, halves to even; by a dict, each column to its own."""
        if isinstance(decimals, (dict, Series)):
            places = decimals if isinstance(decimals, dict) else decimals.to_dict()
            frame = self.copy()
            for label, n in places.items():
                if self._has(label) and T.is_number(self._expr(label).type):
                    frame[label] = self._column(label).round(n)
            return frame
        return self._each(lambda s: s.round(decimals) if s._expr.type in T.NUMBERS else s)

    def abs(self) -> "DataFrame":
        return self._each(Series.abs)

    def clip(self, lower: Any = None, upper: Any = None, *, axis: Any = None, inplace: bool = False) -> Any:
        """The values bounded."""
        if isinstance(lower, (Series, DataFrame, list)) or isinstance(upper, (Series, DataFrame, list)):
            raise not_there("DataFrame.clip with bounds that differ", "clip column by column")
        return self._placed(self._each(lambda s: s.clip(lower, upper)), inplace)

    def isin(self, values: Any) -> "DataFrame":
        """Whether each value is one of these; by a dict, each column's own."""
        if isinstance(values, (dict, Mapping)):
            exprs = [
                self._column(l).isin(values[l])._expr if l in values else X.Literal(False) for l in self._labels
            ]
            return self._with(self._labels, exprs)
        if isinstance(values, (Series, DataFrame)):
            raise not_there("DataFrame.isin with a frame or series", "give a list or a dict of lists")
        return self._each(lambda s: s.isin(values))

    def where(self, cond: Any, other: Any = None, *, inplace: bool = False, axis: Any = None, level: Any = None) -> Any:
        """The values where the condition holds, `other` elsewhere."""
        return self._placed(self._choose(cond, other, True), inplace)

    def mask(self, cond: Any, other: Any = None, *, inplace: bool = False, axis: Any = None, level: Any = None) -> Any:
        return self._placed(self._choose(cond, other, False), inplace)

    def _choose(self, cond: Any, other: Any, keep: bool) -> "DataFrame":
        if callable(cond) and not isinstance(cond, (Series, DataFrame)):
            cond = cond(self)
        if callable(other) and not isinstance(other, (Series, DataFrame)):
            other = other(self)
        exprs: List[X.Expression] = []
        for label, column in self.items():
            c = cond._column(label) if isinstance(cond, DataFrame) else cond
            o = other._column(label) if isinstance(other, DataFrame) else other
            result = column.where(c, o) if keep else column.mask(c, o)
            if result._rows is not self._rows:
                raise not_there("where and mask with operands of other rows", "make them of the same frame")
            exprs.append(result._expr)
        return self._with(self._labels, exprs)

    def _arithmetic(self, operator: str, other: Any, swapped: bool = False, axis: Any = "columns", fill: Any = None) -> Any:
        from .arithmetic import frame_arithmetic

        return frame_arithmetic(self, operator, other, swapped, axis, fill)

    def _logic_with(self, operator: str, other: Any) -> "DataFrame":
        from .arithmetic import frame_logic

        return frame_logic(self, operator, other)

    def __add__(self, other: Any) -> Any:
        return self._arithmetic("+", other)

    def __radd__(self, other: Any) -> Any:
        return self._arithmetic("+", other, True)

    def __sub__(self, other: Any) -> Any:
        return self._arithmetic("-", other)

    def __rsub__(self, other: Any) -> Any:
        return self._arithmetic("-", other, True)

    def __mul__(self, other: Any) -> Any:
        return self._arithmetic("*", other)

    def __rmul__(self, other: Any) -> Any:
        return self._arithmetic("*", other, True)

    def __truediv__(self, other: Any) -> Any:
        return self._arithmetic("/", other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._arithmetic("/", other, True)

    def __floordiv__(self, other: Any) -> Any:
        return self._arithmetic("//", other)

    def __mod__(self, other: Any) -> Any:
        return self._arithmetic("%", other)

    def __pow__(self, other: Any) -> Any:
        return self._arithmetic("**", other)

    def __eq__(self, other: Any) -> Any:
        return self._arithmetic("==", other)

    def __ne__(self, other: Any) -> Any:
        return self._arithmetic("!=", other)

    def __lt__(self, other: Any) -> Any:
        return self._arithmetic("<", other)

    def __le__(self, other: Any) -> Any:
        return self._arithmetic("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self._arithmetic(">", other)

    def __ge__(self, other: Any) -> Any:
        return self._arithmetic(">=", other)

    def __and__(self, other: Any) -> "DataFrame":
        return self._logic_with("&", other)

    def __or__(self, other: Any) -> "DataFrame":
        return self._logic_with("|", other)

    def __invert__(self) -> "DataFrame":
        return self._each(Series.__invert__)

    def __neg__(self) -> "DataFrame":
        return self._each(Series.__neg__)

    def __abs__(self) -> "DataFrame":
        return self.abs()

    def add(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("+", other, axis, fill_value)

    def sub(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("-", other, axis, fill_value)

    def mul(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("*", other, axis, fill_value)

    def div(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("/", other, axis, fill_value)

    subtract, multiply, divide, truediv = sub, mul, div, div

    def floordiv(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("//", other, axis, fill_value)

    def mod(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("%", other, axis, fill_value)

    def pow(self, other: Any, axis: Any = "columns", level: Any = None, fill_value: Any = None) -> "DataFrame":
        return self._frame_of("**", other, axis, fill_value)

    def eq(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of("==", other, axis, None)

    def ne(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of("!=", other, axis, None)

    def lt(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of("<", other, axis, None)

    def le(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of("<=", other, axis, None)

    def gt(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of(">", other, axis, None)

    def ge(self, other: Any, axis: Any = "columns", level: Any = None) -> "DataFrame":
        return self._frame_of(">=", other, axis, None)

    def _frame_of(self, operator: str, other: Any, axis: Any, fill: Any) -> "DataFrame":
        result = self._arithmetic(operator, other, False, axis, fill)
        assert isinstance(result, DataFrame)
        return result

    def map(self, func: Any, na_action: Any = None, **options: Any) -> "DataFrame":
        """Each value through a function."""
        from .applying import map_frame

        return map_frame(self, func, na_action, options)

    applymap = map

    def apply(self, func: Any, axis: Any = 0, raw: bool = False, result_type: Any = None, args: Tuple[Any, ...] = (),
              **options: Any) -> Any:  # fmt: skip
        """A function of each column, or of each row with `axis=1`."""
        from .applying import apply_frame

        return apply_frame(self, func, axis, raw, result_type, args, options)

    def transform(self, func: Any, axis: Any = 0, *args: Any, **options: Any) -> Any:
        """A function of each column, whose result has as many rows."""
        if isinstance(func, (dict, list)):
            raise not_there("DataFrame.transform with several functions", "call it for each")
        if isinstance(func, str):
            return getattr(self, func)(*args, **options)
        return self.apply(func, axis, args=args, **options)

    def pipe(self, func: Any, *args: Any, **options: Any) -> Any:
        """`func(self, …)`."""
        return piped(self, func, args, options)

    def eval(self, expr: str, *, inplace: bool = False, **options: Any) -> Any:
        """The value of an expression in pandas' grammar; with `name = …`, the frame with that column."""
        from .querying import evaluate

        return evaluate(self, expr, inplace, options)

    def query(self, expr: str, *, inplace: bool = False, **options: Any) -> Any:
        """The rows for which an expression in pandas' grammar is true."""
        from .querying import query

        return self._placed(query(self, expr, options), inplace)

    # Rows.

    def head(self, n: int = 5) -> "DataFrame":
        """The first rows; all but the last `-n` for a negative `n`."""
        return self._selected(selection.first(self, n) if n >= 0 else selection.sliced(self, slice(0, n)))

    def tail(self, n: int = 5) -> "DataFrame":
        """The last rows."""
        return self._selected(selection.last(self, n) if n >= 0 else selection.sliced(self, slice(-n, None)))

    def sample(self, n: Any = None, frac: Any = None, replace: bool = False, weights: Any = None,
               random_state: Any = None, axis: Any = None, ignore_index: bool = False) -> "DataFrame":  # fmt: skip
        """Rows by chance. The same `random_state` gives the same rows, though not pandas' ones."""
        refuse("sample", weights=(None, weights))
        if n is not None and frac is not None:
            raise ValueError("Please enter a value for `frac` OR `n`, not both")
        if n is None and frac is None:
            n = 1
        if random_state is not None and not isinstance(random_state, int):
            raise not_there("sample with a generator as random_state", "give an integer")
        if frac is not None and frac > 1 and not replace:
            raise ValueError("Replace has to be set to `True` when upsampling the population `frac` > 1.")
        if n is not None and not replace and n > len(self):
            raise ValueError("Cannot take a larger sample than population when 'replace=False'")
        if random_state is None:
            import random

            random_state = random.getrandbits(63)
        form: Dict[str, Any] = {"seed": random_state, "replace": replace}
        form["n"] = int(n) if n is not None else round(frac * len(self))
        frame = self._selected(selection.sampled(self, form))
        return frame.reset_index(drop=True) if ignore_index else frame

    def dropna(self, *, axis: Any = 0, how: Any = _ABSENT, thresh: Any = _ABSENT, subset: Any = None,
               inplace: bool = False, ignore_index: bool = False) -> Any:  # fmt: skip
        """The rows without missing values; with `axis=1` the columns without."""
        if axis in (1, "columns"):
            kept = [l for l, e in zip(self._labels, self._exprs) if self._is_complete(e)]
            return self._placed(self._with_columns(kept), inplace)
        labels = self._labels if subset is None else self._listed(subset)
        missing = [l for l in labels if not self._has(l)]
        if missing:
            raise KeyError(missing)
        present = [X.not_na(self._expr(l)) for l in labels]
        if not present:
            return self._placed(self.copy(), inplace)
        if thresh is not _ABSENT and thresh is not None:
            total: X.Expression = X.Cast(present[0], "int64")
            for p in present[1:]:
                total = X.Binary("+", total, X.Cast(p, "int64"), "int64")
            condition: X.Expression = X.Binary(">=", total, X.Literal(thresh), "bool")
        else:
            if how not in (_ABSENT, "any", "all", None):
                raise ValueError(f"invalid how option: {how}")
            word = "or" if how == "all" else "and"
            condition = present[0]
            for p in present[1:]:
                condition = X.Binary(word, condition, p, "bool")
        result = self._selected(selection.keep(self, condition))
        if ignore_index:
            result = result.reset_index(drop=True)
        return self._placed(result, inplace)

    def drop_duplicates(self, subset: Any = None, *, keep: Any = "first", inplace: bool = False,
                        ignore_index: bool = False) -> Any:  # fmt: skip
        """The rows that are not like another in some columns, or all."""
        if keep not in ("first", "last", False):
            raise ValueError('keep must be either "first", "last" or False')
        labels = self._labels if subset is None else self._listed(subset)
        missing = [l for l in labels if not self._has(l)]
        if missing:
            raise KeyError(Index(missing))
        if not labels:
            return self._placed(self.copy(), inplace)
        result = self._selected(selection.distinct(self, [self._expr(l) for l in labels], keep))
        if ignore_index:
            result = result.reset_index(drop=True)
        return self._placed(result, inplace)

    def duplicated(self, subset: Any = None, keep: Any = "first") -> Series:
        """Whether each row is like one before in some columns, or all."""
        labels = self._labels if subset is None else self._listed(subset)
        expr = duplicated([self._expr(l) for l in labels], keep)
        return Series._make(self._rows, expr, None, self._levels)

    def _by(self, by: Any) -> Tuple[List[X.Expression], List[Any]]:
        labels = self._listed(by)
        exprs: List[X.Expression] = []
        for label in labels:
            if self._has(label):
                exprs.append(self._expr(label))
            elif label in self._levels.names and label is not None:
                exprs.append(self._levels.expressions()[self._levels.names.index(label)])
            else:
                raise KeyError(label)
        return exprs, labels

    def sort_values(self, by: Any, *, axis: Any = 0, ascending: Any = True, inplace: bool = False,
                    kind: str = "quicksort", na_position: str = "last", ignore_index: bool = False,
                    key: Any = None) -> Any:  # fmt: skip
        """The rows sorted by columns; equal ones keep their order."""
        refuse("sort_values", axis=(0, 0 if axis == "index" else axis))
        exprs, labels = self._by(by)
        if key is not None:
            exprs = [key(Series._make(self._rows, e, l, self._levels))._expr for e, l in zip(exprs, labels)]
        if isinstance(ascending, (list, tuple)):
            if len(ascending) != len(labels):
                raise ValueError(f"Length of ascending ({len(ascending)}) != length of by ({len(labels)})")
            up = [bool(a) for a in ascending]
        else:
            up = [bool(ascending)] * len(labels)
        if na_position not in ("first", "last"):
            raise ValueError(f"invalid na_position: {na_position}")
        if not exprs:
            return self._placed(self.copy(), inplace)
        result = self._selected(selection.ordered(self, exprs, up, na_position))
        if ignore_index:
            result = result.reset_index(drop=True)
        return self._placed(result, inplace)

    def sort_index(self, *, axis: Any = 0, level: Any = None, ascending: Any = True, inplace: bool = False,
                   kind: str = "quicksort", na_position: str = "last", sort_remaining: bool = True,
                   ignore_index: bool = False, key: Any = None) -> Any:  # fmt: skip
        """The rows in the order of their labels; with `axis=1` the columns."""
        if axis in (1, "columns"):
            places = sorted(range(len(self._labels)), key=lambda i: self._labels[i], reverse=not ascending)  # type: ignore[arg-type,return-value]
            result = self._with([self._labels[i] for i in places], [self._exprs[i] for i in places])
            return self._placed(result, inplace)
        refuse("sort_index", key=(None, key))
        keys, up = index_order(self, level, ascending)
        result = self._selected(selection.ordered(self, keys, up, na_position))
        if ignore_index:
            result = result.reset_index(drop=True)
        return self._placed(result, inplace)

    def nlargest(self, n: int, columns: Any, keep: str = "first") -> "DataFrame":
        """The rows with the largest values, largest first."""
        return self._extreme(n, columns, keep, True)

    def nsmallest(self, n: int, columns: Any, keep: str = "first") -> "DataFrame":
        """The rows with the smallest values, smallest first."""
        return self._extreme(n, columns, keep, False)

    def _extreme(self, n: int, columns: Any, keep: str, largest: bool) -> "DataFrame":
        Series._plain_keep(keep)
        labels = self._listed(columns)
        for label in labels:
            type_ = self._expr(label).type
            if not (T.is_number(type_) or T.is_time(type_) or T.is_duration(type_) or type_ == "null"):
                method = "nlargest" if largest else "nsmallest"
                raise TypeError(f"Column {label!r} has dtype {T.dtype_name(type_)}, cannot use method {method!r} with this dtype")
        return self._selected(selection.extreme(self, n, [self._expr(l) for l in labels], largest))

    def reset_index(self, level: Any = None, *, drop: bool = False, inplace: bool = False, col_level: Any = 0,
                    col_fill: Any = "", allow_duplicates: bool = False, names: Any = None) -> Any:  # fmt: skip
        """The index as columns; or without it, when `drop`."""
        from .indexing import reset_index

        return self._placed(reset_index(self, level, drop, names, allow_duplicates), inplace)

    def set_index(self, keys: Any, *, drop: bool = True, append: bool = False, inplace: bool = False,
                  verify_integrity: bool = False) -> Any:  # fmt: skip
        """Columns as the index."""
        from .indexing import set_index

        return self._placed(set_index(self, keys, drop, append, verify_integrity), inplace)

    def reindex(self, labels: Any = None, *, index: Any = None, columns: Any = None, axis: Any = None,
                method: Any = None, copy: Any = None, level: Any = None, fill_value: Any = V.nan, limit: Any = None,
                tolerance: Any = None) -> "DataFrame":  # fmt: skip
        """The rows or columns with these labels, missing where there is none."""
        from .indexing import reindex

        refuse("reindex", method=(None, method), level=(None, level))
        if labels is not None:
            if axis in (1, "columns"):
                columns = labels
            else:
                index = labels
        return reindex(self, index, columns, fill_value)

    def copy(self, deep: bool = True) -> "DataFrame":
        """The same frame, to be changed on its own."""
        frame = DataFrame._make(self._rows, self._labels, self._exprs, self._levels, self._column_names)
        frame.__dict__["_view"] = self._view
        return frame

    def __copy__(self) -> "DataFrame":
        return self.copy()

    def __deepcopy__(self, memo: Any) -> "DataFrame":
        return self.copy()

    def explode(self, column: Any, ignore_index: bool = False) -> "DataFrame":
        """A row for each element of lists."""
        from .reshape import explode

        return explode(self, self._listed(column), ignore_index)

    def melt(self, id_vars: Any = None, value_vars: Any = None, var_name: Any = None, value_name: Any = "value",
             col_level: Any = None, ignore_index: bool = True) -> "DataFrame":  # fmt: skip
        """A row for each value of some columns."""
        from .reshape import melt

        refuse("melt", col_level=(None, col_level))
        return melt(self, id_vars, value_vars, var_name, value_name, ignore_index)

    def merge(self, right: Any, how: str = "inner", on: Any = None, left_on: Any = None, right_on: Any = None,
              left_index: bool = False, right_index: bool = False, sort: bool = False, suffixes: Any = ("_x", "_y"),
              copy: Any = None, indicator: Any = False, validate: Any = None) -> "DataFrame":  # fmt: skip
        """The rows of two frames put together by equal keys."""
        from .merging import merge

        return merge(self, right, how, on, left_on, right_on, left_index, right_index, sort, suffixes, indicator, validate)

    def join(self, other: Any, on: Any = None, how: str = "left", lsuffix: str = "", rsuffix: str = "",
             sort: bool = False, validate: Any = None) -> "DataFrame":  # fmt: skip
        """The columns of another frame beside these, by the index."""
        from .merging import join

        return join(self, other, on, how, lsuffix, rsuffix, sort, validate)

    def pivot_table(self, values: Any = None, index: Any = None, columns: Any = None, aggfunc: Any = "mean",
                    fill_value: Any = None, margins: bool = False, dropna: bool = True, margins_name: str = "All",
                    observed: bool = True, sort: bool = True, **options: Any) -> "DataFrame":  # fmt: skip
        """Aggregations by the values of some columns in rows and others in columns."""
        from .reshape import pivot_table

        refuse("pivot_table", margins=(False, margins))
        return pivot_table(self, values, index, columns, aggfunc, fill_value, dropna, sort)

    def pivot(self, *, columns: Any, index: Any = None, values: Any = None) -> "DataFrame":
        """The values of a column as columns."""
        from .reshape import pivot

        return pivot(self, columns, index, values)

    def stack(self, level: Any = -1, dropna: Any = None, sort: Any = None, future_stack: bool = True) -> Any:
        from .reshape import stack

        return stack(self)

    def unstack(self, level: Any = -1, fill_value: Any = None, sort: bool = True) -> Any:
        from .reshape import unstack_frame

        return unstack_frame(self, level, fill_value)

    def transpose(self, *args: Any, copy: Any = None) -> "DataFrame":
        """Rows as columns and columns as rows."""
        from .reshape import transpose

        return transpose(self)

    def squeeze(self, axis: Any = None) -> Any:
        if len(self._labels) == 1:
            return self._column(self._labels[0]).squeeze()
        return self

    # In the order of rows.

    def shift(self, periods: int = 1, freq: Any = None, axis: Any = 0, fill_value: Any = None, suffix: Any = None) -> "DataFrame":
        """The values of `periods` rows before."""
        refuse("shift", axis=(0, axis), suffix=(None, suffix))
        return self._each(lambda s: s.shift(periods, freq, fill_value=fill_value))

    def diff(self, periods: int = 1, axis: Any = 0) -> "DataFrame":
        refuse("diff", axis=(0, axis))
        return self._each(lambda s: s.diff(periods))

    def pct_change(self, periods: int = 1, fill_method: Any = None, **options: Any) -> "DataFrame":
        return self._each(lambda s: s.pct_change(periods))

    def cumsum(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> "DataFrame":
        return self._numbers_if(numeric_only)._each(lambda s: s.cumsum(skipna=skipna))

    def cumprod(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> "DataFrame":
        return self._numbers_if(numeric_only)._each(lambda s: s.cumprod(skipna=skipna))

    def cummax(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> "DataFrame":
        return self._numbers_if(numeric_only)._each(lambda s: s.cummax(skipna=skipna))

    def cummin(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> "DataFrame":
        return self._numbers_if(numeric_only)._each(lambda s: s.cummin(skipna=skipna))

    def rank(self, axis: Any = 0, method: str = "average", numeric_only: bool = False, na_option: str = "keep",
             ascending: bool = True, pct: bool = False) -> "DataFrame":  # fmt: skip
        """The rank of each value in its column."""
        return self._numbers_if(numeric_only)._each(
            lambda s: s.rank(method=method, na_option=na_option, ascending=ascending, pct=pct)
        )

    def rolling(self, window: Any, min_periods: Any = None, center: bool = False, win_type: Any = None, on: Any = None,
                closed: Any = None, step: Any = None, method: str = "single") -> Any:  # fmt: skip
        """Windows of the last `window` rows."""
        from .rolling import Rolling

        return Rolling(self, window, min_periods, center, win_type, on, closed, step)

    def expanding(self, min_periods: int = 1, method: str = "single") -> Any:
        from .rolling import Expanding

        return Expanding(self, min_periods)

    def _numbers_if(self, numeric_only: bool) -> "DataFrame":
        if not numeric_only:
            return self
        kept = [i for i, e in enumerate(self._exprs) if T.is_number(e.type)]
        return self._with([self._labels[i] for i in kept], [self._exprs[i] for i in kept])

    # One value of each column.

    def count(self, axis: Any = 0, numeric_only: bool = False) -> Series:
        """How many values are not missing."""
        return reductions.columns(self, "count", axis, numeric_only)

    def sum(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **o: Any) -> Series:
        return reductions.columns(self, "sum", axis, numeric_only, skipna, min_count=min_count)

    def prod(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, min_count: int = 0, **o: Any) -> Series:
        return reductions.columns(self, "prod", axis, numeric_only, skipna, min_count=min_count)

    product = prod

    def mean(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Series:
        return reductions.columns(self, "mean", axis, numeric_only, skipna)

    def min(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Series:
        return reductions.columns(self, "min", axis, numeric_only, skipna)

    def max(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Series:
        return reductions.columns(self, "max", axis, numeric_only, skipna)

    def median(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False, **o: Any) -> Series:
        return reductions.columns(self, "median", axis, numeric_only, skipna)

    def std(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Series:
        return reductions.columns(self, "std", axis, numeric_only, skipna, ddof=ddof)

    def var(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Series:
        return reductions.columns(self, "var", axis, numeric_only, skipna, ddof=ddof)

    def sem(self, axis: Any = 0, skipna: bool = True, ddof: int = 1, numeric_only: bool = False, **o: Any) -> Series:
        return reductions.columns(self, "sem", axis, numeric_only, skipna, ddof=ddof)

    def nunique(self, axis: Any = 0, dropna: bool = True) -> Series:
        if not dropna:
            return Series([s.nunique(False) for _, s in self.items()], index=self.columns)
        return reductions.columns(self, "nunique", axis, False)

    def any(self, *, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **o: Any) -> Series:
        return reductions.truths(self, "any", axis)

    def all(self, axis: Any = 0, bool_only: bool = False, skipna: bool = True, **o: Any) -> Series:
        return reductions.truths(self, "all", axis)

    def quantile(self, q: Any = 0.5, axis: Any = 0, numeric_only: bool = False, interpolation: str = "linear",
                 method: str = "single") -> Any:  # fmt: skip
        return reductions.frame_quantile(self, q, numeric_only, interpolation)

    def idxmax(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        frame = self._numbers_if(numeric_only)
        return Series([s.idxmax() for _, s in frame.items()], index=frame.columns)

    def idxmin(self, axis: Any = 0, skipna: bool = True, numeric_only: bool = False) -> Series:
        frame = self._numbers_if(numeric_only)
        return Series([s.idxmin() for _, s in frame.items()], index=frame.columns)

    def corr(self, method: Any = "pearson", min_periods: int = 1, numeric_only: bool = False) -> "DataFrame":
        """The correlations of all pairs of columns."""
        return reductions.pairs(self._numbers_if(numeric_only), lambda a, b: a.corr(b, method))

    def cov(self, min_periods: Any = None, ddof: int = 1, numeric_only: bool = False) -> "DataFrame":
        return reductions.pairs(self._numbers_if(numeric_only), lambda a, b: a.cov(b, ddof=ddof))

    def agg(self, func: Any = None, axis: Any = 0, *args: Any, **options: Any) -> Any:
        """Aggregations by name: of all columns, or by a dict each column's own."""
        return reductions.aggregate_frame(self, func, axis, args, options)

    aggregate = agg

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> "DataFrame":
        """Count, mean, spread and quantiles of the numeric columns."""
        from .describing import describe_frame

        return describe_frame(self, percentiles, include, exclude)

    def info(self, verbose: Any = None, buf: Any = None, max_cols: Any = None, memory_usage: Any = None,
             show_counts: Any = None) -> None:  # fmt: skip
        """Prints the columns, their dtypes and how many values are not missing."""
        from .describing import info

        info(self, buf)

    def memory_usage(self, index: bool = True, deep: bool = False) -> Series:
        """Bytes of each column, as pandas counts fixed-width values."""
        from .describing import memory_usage

        return memory_usage(self, index)

    def value_counts(self, subset: Any = None, normalize: bool = False, sort: bool = True, ascending: bool = False,
                     dropna: bool = True) -> Series:  # fmt: skip
        """How often each combination of values occurs, most frequent first."""
        labels = self._labels if subset is None else self._listed(subset)
        keys = [(l, self._expr(l)) for l in labels]
        return count_values(keys, self._rows, normalize, sort, ascending, dropna, multi=True)

    def groupby(self, by: Any = None, axis: Any = 0, level: Any = None, as_index: bool = True, sort: bool = True,
                group_keys: bool = True, observed: bool = True, dropna: bool = True) -> Any:  # fmt: skip
        """Groups of rows with equal keys."""
        from .groupby import frame_groupby

        return frame_groupby(self, by, level, as_index, sort, group_keys, dropna)

    def resample(self, rule: Any, closed: Any = None, label: Any = None, on: Any = None, level: Any = None,
                 origin: Any = "start_day", offset: Any = None, **options: Any) -> Any:  # fmt: skip
        """Groups of rows by spans of time."""
        from .resampling import resample

        return resample(self, rule, on, level, closed, label, origin, offset)

    def equals(self, other: Any) -> bool:
        """Whether both have the same labels and values, missing ones too."""
        if not isinstance(other, DataFrame) or self.shape != other.shape or self._labels != other._labels:
            return False
        return all(self.iloc[:, i].equals(other.iloc[:, i]) for i in range(len(self._labels)))

    def combine_first(self, other: "DataFrame") -> "DataFrame":
        raise not_there("DataFrame.combine_first", "use .fillna or Series.combine_first column by column")

    # Out of the engine.

    def iterrows(self) -> Iterator[Tuple[Any, Series]]:
        """Pairs of label and row, each row a series."""
        from .conversion import python_rows

        for label, values in zip(self._index_values(), python_rows(self)):
            yield label, RowSeries(values, self._labels, label)

    def itertuples(self, index: bool = True, name: Optional[str] = "Pandas") -> Iterator[Any]:
        """The rows as named tuples."""
        from .conversion import named_rows

        return named_rows(self, index, name)

    def to_dict(self, orient: str = "dict", *, into: Any = dict, index: bool = True) -> Any:
        """The frame as Python values."""
        from .conversion import to_dict

        return to_dict(self, orient)

    def to_records(self, index: bool = True, **options: Any) -> Any:
        return self.to_pandas().to_records(index=index, **options)

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = None) -> Any:
        """The values as a NumPy array of two dimensions."""
        from .conversion import frame_to_numpy

        return frame_to_numpy(self, dtype, na_value)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.to_numpy(dtype)

    def to_pandas(self) -> Any:
        """The same as a `pandas.DataFrame`."""
        from .conversion import frame_to_pandas

        return frame_to_pandas(self)

    @classmethod
    def from_pandas(cls, frame: Any) -> "DataFrame":
        from .construction import from_pandas

        result = from_pandas(frame)
        assert isinstance(result, DataFrame)
        return result

    @classmethod
    def from_dict(cls, data: Any, orient: str = "columns", dtype: Any = None, columns: Any = None) -> "DataFrame":
        """A frame of a dict of columns, or of rows with `orient="index"`."""
        if orient == "columns":
            return cls(data, dtype=dtype, columns=columns)
        if orient != "index":
            raise not_there(f"from_dict with orient={orient!r}", "use 'columns' or 'index'")
        return cls(list(data.values()), index=list(data), columns=columns, dtype=dtype)

    @classmethod
    def from_records(cls, data: Any, index: Any = None, exclude: Any = None, columns: Any = None, **o: Any) -> "DataFrame":
        frame = cls(list(data), columns=columns)
        return frame.set_index(index) if index is not None else frame

    def to_arrow(self) -> Any:
        """The same as a `pyarrow.Table`, the index as columns."""
        from .conversion import to_arrow

        return to_arrow(self)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        from .conversion import arrow_table

        return arrow_table(self).__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        from .conversion import arrow_table

        return arrow_table(self).__arrow_c_schema__()

    def to_csv(self, path_or_buf: Any = None, *, sep: str = ",", na_rep: str = "", float_format: Any = None,
               columns: Any = None, header: Any = True, index: bool = True, index_label: Any = None, mode: str = "w",
               encoding: Any = None, compression: Any = "infer", **options: Any) -> Optional[str]:  # fmt: skip
        """Writes CSV, or returns it as text."""
        from .writing import to_csv

        return to_csv(self, path_or_buf, sep, na_rep, float_format, columns, header, index, index_label, mode,
                      compression, options)  # fmt: skip

    def to_json(self, path_or_buf: Any = None, *, orient: Any = None, date_format: Any = None, lines: bool = False,
                compression: Any = "infer", index: Any = None, mode: str = "w", **options: Any) -> Optional[str]:  # fmt: skip
        """Writes JSON, or returns it as text."""
        from .writing import to_json

        return to_json(self, path_or_buf, orient, date_format, lines, compression, index, mode, options)

    def to_parquet(self, path: Any = None, *, engine: Any = "auto", compression: Any = "snappy", index: Any = None,
                   partition_cols: Any = None, **options: Any) -> Optional[bytes]:  # fmt: skip
        """Writes a Parquet file."""
        from .writing import to_parquet

        return to_parquet(self, path, compression, index, partition_cols, options)

    def to_string(self, buf: Any = None, **options: Any) -> Optional[str]:
        """The whole frame as text."""
        from .display import frame_text

        text = frame_text(self, everything=True, **options)
        if buf is None:
            return text
        with open(buf, "w") as file:
            file.write(text)
        return None

    def to_html(self, buf: Any = None, **options: Any) -> str:
        from .display import frame_html

        return frame_html(self, everything=True)

    @property
    def plot(self) -> Any:
        """Plots by matplotlib, through pandas."""
        from .plotting import plot

        return plot(self)

    def hist(self, **options: Any) -> Any:
        return self.to_pandas().hist(**options)

    def boxplot(self, **options: Any) -> Any:
        return self.to_pandas().boxplot(**options)

    def explain(self) -> str:
        """The plan as the engine would run it."""
        from .runtime import explain

        request = self._request()
        return explain(request.rows, list(zip(request.names, request.expressions)))


class IndexingError(KeyError):
    """A mask that does not fit the rows."""


class RowSeries(Series):
    """A row: values of any kinds, labelled by the columns."""

    def __init__(self, values: Sequence[Any], labels: Sequence[Label], name: Any) -> None:
        self.__dict__["_held"] = list(values)
        self.__dict__["_held_labels"] = list(labels)
        self.__dict__["_name"] = name
        self.__dict__["_made"] = None

    def _real(self) -> Series:
        if self.__dict__["_made"] is None:
            self.__dict__["_made"] = Series(self._held, index=self._held_labels, name=self._name)
        made: Series = self.__dict__["_made"]
        return made

    def __getattr__(self, name: str) -> Any:
        fields = self.__dict__
        if name in ("_rows", "_expr", "_levels", "_view", "_category"):
            return self._real().__dict__[name]
        if name in fields.get("_held_labels", ()):
            return fields["_held"][fields["_held_labels"].index(name)]
        return Series.__getattr__(self, name)

    def __getitem__(self, key: Any) -> Any:
        labels = self.__dict__["_held_labels"]
        try:
            return self.__dict__["_held"][labels.index(key)]
        except ValueError:
            if isinstance(key, (list, slice, Series)):
                return self._real()[key]
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__dict__["_held"])

    def __len__(self) -> int:
        return len(self.__dict__["_held"])

    def __contains__(self, key: Any) -> bool:
        return key in self.__dict__["_held_labels"]

    def tolist(self) -> List[Any]:
        return list(self.__dict__["_held"])

    to_list = tolist

    def _index_values(self, start: int = 0, stop: Optional[int] = None) -> List[Any]:
        return list(self.__dict__["_held_labels"][start:stop])

    @property
    def index(self) -> Index:
        return column_index(self.__dict__["_held_labels"], (None,))

    @index.setter
    def index(self, labels: Any) -> None:
        self.__dict__["_held_labels"] = list(labels)
        self.__dict__["_made"] = None

    def to_dict(self) -> Dict[Any, Any]:
        return dict(zip(self.__dict__["_held_labels"], self.__dict__["_held"]))

    def items(self) -> Iterator[Tuple[Any, Any]]:
        return zip(self.__dict__["_held_labels"], self.__dict__["_held"])

    def __repr__(self) -> str:
        from .display import row_text

        return row_text(self.__dict__["_held_labels"], self.__dict__["_held"], self.__dict__["_name"])

    def to_pandas(self) -> Any:
        import pandas

        return pandas.Series(self.__dict__["_held"], index=self.__dict__["_held_labels"], name=self.__dict__["_name"])


def flat_label(label: Any) -> str:
    """A column's label as one text."""
    if isinstance(label, str):
        return label
    if isinstance(label, tuple):
        return "_".join(str(part) for part in label)
    return str(label)


def piped(data: Any, func: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """`func(data, …)`; of a pair, the second names the argument that is the data."""
    if isinstance(func, tuple):
        func, word = func
        return func(*args, **{word: data, **options})
    return func(data, *args, **options)


def index_order(data: Data, level: Any, ascending: Any) -> Tuple[List[X.Expression], List[bool]]:
    """The sort keys of an index."""
    exprs = data._levels.expressions()
    names = data._levels.names
    if level is not None:
        wanted = list(level) if isinstance(level, (list, tuple)) else [level]
        places = [names.index(l) if l in names else int(l) for l in wanted]
        exprs = [exprs[p] for p in places] + [e for i, e in enumerate(exprs) if i not in places]
    up = [bool(a) for a in ascending] if isinstance(ascending, (list, tuple)) else [bool(ascending)] * len(exprs)
    return exprs, up + [True] * (len(exprs) - len(up))


def duplicated(exprs: Sequence[X.Expression], keep: Any) -> X.Expression:
    """Whether each row is like another in these values."""
    by = tuple(X.clean(e) for e in exprs)
    if keep is False:
        size = X.Window("aggregate", None, "int64", (("aggregate", "size"), ("missing_keys", True)), by)
        return X.Binary(">", size, X.Literal(1), "bool")
    if keep not in ("first", "last"):
        raise ValueError('keep must be either "first", "last" or False')
    count = X.Window("cumcount", None, "int64", (("ascending", keep == "first"), ("missing_keys", True)), by)
    return X.Binary(">", count, X.Literal(0), "bool")


def count_values(
    keys: Sequence[Tuple[Any, X.Expression]],
    rows: Rows,
    normalize: bool,
    sort: bool,
    ascending: bool,
    dropna: bool,
    multi: bool = False,
) -> Series:
    """How often each combination of values occurs, as a series with the values as index."""
    names: List[str] = []
    for label, _ in keys:
        names.append(fresh(names, ["count", "proportion"], wanted=flat_label(label) if label is not None else "value"))
    grouped = Grouped(rows, [(n, e) for n, (_, e) in zip(names, keys)], [("count", "size", None, "int64", {})], False, dropna)
    levels = Levels([X.Column(n, e.type) for n, (_, e) in zip(names, keys)], [l for l, _ in keys])
    counts = Series._make(grouped, X.Column("count", "int64"), "count", levels)
    if sort:
        counts = counts.sort_values(ascending=ascending)
    if normalize:
        total = counts.sum()
        counts = (counts / (total or 1)).rename("proportion")
    return counts


