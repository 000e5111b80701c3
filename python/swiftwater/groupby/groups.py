"""Groups of rows by keys: how many there are, their rows, and an aggregation's row for each."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from .. import expressions as X
from .. import selection
from .. import values as V
from ..base import Levels
from ..frame import DataFrame
from ..grouping import Key
from ..labels import Index, Label, flat_label
from ..missing import not_there, refuse
from ..reductions import input_of, result_type
from ..rows import Grouped, fresh
from ..series import Series

#: An aggregation: the result's label, the column, the function, its options.
Spec = Tuple[Label, Label, str, Mapping[str, Any]]


class GroupBy:
    """Rows of a frame by the values of keys."""

    #: Whether a single column is grouped, so that results are series.
    _of_series = False

    def __init__(
        self,
        frame: DataFrame,
        keys: Sequence[Key],
        as_index: bool,
        sort: bool,
        dropna: bool,
        selected: Optional[List[Label]],
        group_keys: bool,
    ) -> None:
        self._frame = frame
        self._keys = list(keys)
        self._as_index = as_index
        self._sort = sort
        self._dropna = dropna
        self._selection = selected
        self._group_keys = group_keys

    @property
    def ngroups(self) -> int:
        """How many groups there are."""
        return len(self._sizes())

    def __len__(self) -> int:
        return self.ngroups

    def _columns(self) -> List[Label]:
        """The labels that are aggregated: the selected ones, or all but the keys'."""
        if self._selection is not None:
            return list(self._selection)
        gone = {k.label for k in self._keys if k.in_frame}
        return [l for l in self._frame._labels if l not in gone]

    def _aggregated(self, specs: Sequence[Spec]) -> DataFrame:
        """A row for each group with these aggregations: result label, column, function, options."""
        taken: List[str] = []
        keys: List[Tuple[str, X.Expression]] = []
        for key in self._keys:
            name = fresh(taken, wanted=flat_label(key.label) if key.label is not None else "key")
            taken.append(name)
            keys.append((name, key.expr))
        aggregations = []
        columns: List[Tuple[Label, X.Expression]] = []
        for label, column, function, options in specs:
            size = function == "size"
            e = None if size else input_of(function, self._frame._expr(column))
            type_ = "int64" if size else result_type(function, e.type if e is not None else "null")
            if function in ("idxmin", "idxmax"):
                e, type_, options = self._label_form(e, options)
            name = fresh(taken, wanted=f"{flat_label(column)}_{function}" if not size else "size")
            taken.append(name)
            aggregations.append((name, function, e, type_, options))
            columns.append((label, X.Column(name, type_)))
        rows = Grouped(self._frame._rows, keys, aggregations, self._sort, self._dropna)
        exprs: List[X.Expression] = [X.Column(n, e.type) for n, e in keys]
        names = [k.label for k in self._keys]
        if self._as_index:
            levels = Levels(exprs, names)
            result = DataFrame._make(rows, [l for l, _ in columns], [e for _, e in columns], levels)
        else:
            labels = [k.label if k.label is not None else ("index" if i == 0 else f"level_{i}") for i, k in enumerate(self._keys)]
            if any(isinstance(l, tuple) for l, _ in columns):
                width = max(len(l) for l, _ in columns if isinstance(l, tuple))
                labels = [(l, *[""] * (width - 1)) for l in labels]
            result = DataFrame._make(
                rows, [*labels, *(l for l, _ in columns)], [*exprs, *(e for _, e in columns)], Levels.default()
            )
        for key in self._keys:
            if key.finish is not None:
                result = key.finish(result)
        return result

    def _label_form(self, e: Optional[X.Expression], options: Mapping[str, Any]) -> Any:
        raise not_there("idxmin and idxmax of groups", "sort the values and take the first row of each group")

    def _sizes(self) -> Series:
        frame = GroupBy(self._frame, self._keys, True, self._sort, self._dropna, None, True)._aggregated(
            [("size", None, "size", {})]
        )
        return Series._make(frame._rows, frame._exprs[0], None, frame._levels)

    def size(self) -> Any:
        """How many rows each group has."""
        if self._as_index:
            sizes = self._sizes()
            sizes._name = self._series_name
            return sizes
        return self._aggregated([("size", None, "size", {})])

    def _by(self) -> Tuple[X.Expression, ...]:
        return tuple(X.clean(k.expr) for k in self._keys)

    def _windowed(self, e: X.Expression, function: str, type_: Optional[str] = None, **options: Any) -> X.Expression:
        """A value for each row by its group."""
        form = [(k, v) for k, v in options.items() if v is not None]
        if not self._dropna:
            form.append(("missing_keys", True))
        return X.Window(function, X.clean(e), type_ or e.type, tuple(form), self._by())

    @property
    def _series_name(self) -> Optional[Label]:
        """The name of results that are series."""
        return self._selection[0] if self._of_series and self._selection else None

    def _numbered(self, function: str, ascending: bool) -> Series:
        options: List[Tuple[str, Any]] = [("ascending", ascending)]
        if not self._dropna:
            options.append(("missing_keys", True))
        e = X.Window(function, None, "int64", tuple(options), self._by())
        return Series._make(self._frame._rows, e, None, self._frame._levels)

    def cumcount(self, ascending: bool = True) -> Series:
        """The position of each row in its group."""
        return self._numbered("cumcount", ascending)

    def ngroup(self, ascending: bool = True) -> Series:
        """The number of each row's group."""
        return self._numbered("ngroup", ascending)

    def _kept(self, condition: X.Expression) -> DataFrame:
        frame = self._whole()
        return frame._selected(selection.keep(frame, condition))

    def _whole(self) -> DataFrame:
        if self._selection is None:
            return self._frame
        return self._frame._with(self._selection, [self._frame._expr(l) for l in self._selection])

    def head(self, n: int = 5) -> Any:
        """The first rows of each group, in the frame's order."""
        count = self.cumcount()._expr
        return self._shaped(self._kept(X.comparison("<", count, X.Literal(n))))

    def tail(self, n: int = 5) -> Any:
        """The last rows of each group, in the frame's order."""
        count = self.cumcount(ascending=False)._expr
        return self._shaped(self._kept(X.comparison("<", count, X.Literal(n))))

    def nth(self, n: Any, dropna: Any = None) -> Any:
        """The n-th row of each group."""
        refuse("nth", dropna=(None, dropna))
        if not isinstance(n, int):
            raise not_there("nth of several positions", "call it for each")
        count = self.cumcount(ascending=n >= 0)._expr
        return self._shaped(self._kept(X.comparison("==", count, X.Literal(n if n >= 0 else -n - 1))))

    def _shaped(self, frame: DataFrame) -> Any:
        return frame

    def _key_values(self) -> List[Any]:
        """The groups' keys in order; tuples where there are several."""
        return self._sizes()._index_values()

    def _is_in(self, key: Any) -> X.Expression:
        """Whether a row is in the group of this key."""
        parts = key if len(self._keys) > 1 else (key,)
        condition: Optional[X.Expression] = None
        for k, value in zip(self._keys, parts):
            same = X.is_na(k.expr) if V.is_missing(value) else X.comparison("==", k.expr, X.Literal(value))
            condition = same if condition is None else X.Binary("and", condition, same, "bool")
        assert condition is not None
        return condition

    def _group(self, key: Any) -> DataFrame:
        return self._kept(self._is_in(key))

    def get_group(self, name: Any) -> Any:
        """The rows of a group."""
        if isinstance(name, tuple) and len(self._keys) == 1 and len(name) == 1:
            name = name[0]
        group = self._group(name)
        if len(group) == 0:
            raise KeyError(name)
        return self._shaped(group)

    def __iter__(self) -> Iterator[Tuple[Any, Any]]:
        several = len(self._keys) > 1 or self._listed_keys()
        for key in self._key_values():
            shown = key if isinstance(key, tuple) or not several else (key,)
            yield shown, self._shaped(self._group(key))

    def _listed_keys(self) -> bool:
        return any(k.listed for k in self._keys)

    @property
    def groups(self) -> Dict[Any, Index]:
        """The labels of the rows of each group."""
        return {key: self._group(key).index for key in self._key_values()}

    @property
    def indices(self) -> Dict[Any, Any]:
        """The positions of the rows of each group, as NumPy arrays."""
        frame = self._frame.reset_index(drop=True)
        plain = GroupBy(frame, self._keys, True, self._sort, self._dropna, None, True)
        return {key: plain._group(key).index.values for key in self._key_values()}

    def pipe(self, func: Any, *args: Any, **options: Any) -> Any:
        """`func(self, …)`."""
        return func(self, *args, **options)
