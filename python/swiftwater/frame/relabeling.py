"""Other labels: `rename`, `drop`, `filter`, `set_index`, `reindex` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List

from .. import values as V
from ..labels import Index, levels_of
from ..missing import not_there, refuse
from .base import FrameBase

if TYPE_CHECKING:
    from . import DataFrame


class FrameRelabeling(FrameBase):
    """The labels of columns and rows changed, chosen or dropped."""

    def rename(self, mapper: Any = None, *, index: Any = None, columns: Any = None, axis: Any = None,
               copy: Any = None, inplace: bool = False, level: Any = None, errors: str = "ignore") -> Any:  # fmt: skip
        """Other labels of columns or rows, by a dict or a function."""
        refuse("rename", level=(None, level))
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

    def rename_axis(self, mapper: Any = V.NaT, *, index: Any = V.NaT, columns: Any = V.NaT, axis: Any = 0,
                    copy: Any = None, inplace: bool = False) -> Any:  # fmt: skip
        """Other names of the index, or of the columns' labels."""
        levels, names = self._levels, self._column_names
        if mapper is not V.NaT:
            if axis in (1, "columns"):
                columns = mapper
            else:
                index = mapper
        if index is not V.NaT:
            levels = levels.renamed(list(index) if isinstance(index, (list, tuple)) else [index])
        if columns is not V.NaT:
            names = list(columns) if isinstance(columns, (list, tuple)) else [columns]
        return self._placed(self._make(self._rows, self._labels, self._exprs, levels, names), inplace)

    def set_axis(self, labels: Any, *, axis: Any = 0, copy: Any = None) -> "DataFrame":
        frame = self.copy()
        if axis in (1, "columns"):
            frame.columns = labels
        else:
            frame.index = labels
        return frame

    def add_prefix(self, prefix: str, axis: Any = None) -> "DataFrame":
        if axis in (0, "index", "rows"):
            renamed: DataFrame = self.rename(index=lambda l: f"{prefix}{l}")
            return renamed
        return self._with([f"{prefix}{l}" for l in self._labels], self._exprs)

    def add_suffix(self, suffix: str, axis: Any = None) -> "DataFrame":
        if axis in (0, "index", "rows"):
            renamed: DataFrame = self.rename(index=lambda l: f"{l}{suffix}")
            return renamed
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
        result = self._frame
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
            from ..indexers import without_labels

            result = without_labels(result, self._listed(index), errors)
        return self._placed(result, inplace)

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
        from ..describing import has_dtype

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

    def reset_index(self, level: Any = None, *, drop: bool = False, inplace: bool = False, col_level: Any = 0,
                    col_fill: Any = "", allow_duplicates: bool = False, names: Any = None) -> Any:  # fmt: skip
        """The index as columns; or without it, when `drop`."""
        from ..indexing import reset_index

        refuse("reset_index", col_level=(0, col_level), col_fill=("", col_fill))
        return self._placed(reset_index(self._frame, level, drop, names, allow_duplicates), inplace)

    def set_index(self, keys: Any, *, drop: bool = True, append: bool = False, inplace: bool = False,
                  verify_integrity: bool = False) -> Any:  # fmt: skip
        """Columns as the index."""
        from ..indexing import set_index

        return self._placed(set_index(self._frame, keys, drop, append, verify_integrity), inplace)

    def reindex(self, labels: Any = None, *, index: Any = None, columns: Any = None, axis: Any = None,
                method: Any = None, copy: Any = None, level: Any = None, fill_value: Any = V.nan, limit: Any = None,
                tolerance: Any = None) -> "DataFrame":  # fmt: skip
        """The rows or columns with these labels, missing where there is none."""
        from ..indexing import reindex

        refuse("reindex", method=(None, method), level=(None, level), limit=(None, limit), tolerance=(None, tolerance))
        if labels is not None:
            if axis in (1, "columns"):
                columns = labels
            else:
                index = labels
        return reindex(self._frame, index, columns, fill_value)
