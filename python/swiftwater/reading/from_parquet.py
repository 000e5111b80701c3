"""`read_parquet`, and the index and labels that were written beside the columns."""

from __future__ import annotations

import os
from typing import Any, List, Optional, Sequence

from .. import expressions as X
from ..base import Levels
from ..frame import DataFrame
from ..labels import MultiIndex
from ..missing import not_there, refuse
from .sources import frame_of, located


def read_parquet(
    path: Any,
    engine: Any = "auto",
    columns: Optional[Sequence[str]] = None,
    storage_options: Any = None,
    dtype_backend: Any = None,
    filesystem: Any = None,
    filters: Any = None,
    **options: Any,
) -> DataFrame:
    """Reads Parquet files.

    Parameters
    ----------
    path : str, path, list of paths, file or folder
    columns : list of str, optional
        The columns to take.
    """
    refuse(
        "read_parquet", filters=(None, filters), filesystem=(None, filesystem), dtype_backend=(None, dtype_backend),
        storage_options=(None, storage_options),
    )  # fmt: skip
    for name, value in options.items():
        raise not_there(f"read_parquet with {name}={value!r}", f"leave out {name}")
    if isinstance(path, (str, os.PathLike)) and os.path.isdir(path):
        path = sorted(
            os.path.join(root, name)
            for root, _, names in os.walk(os.fspath(str(path)))
            for name in names
            if name.endswith((".parquet", ".pq")) and not name.startswith(("_", "."))
        )
    paths, kept = located(path, False)
    frame, _ = frame_of({"files": paths, "format": "parquet"}, kept)
    if not any(c in paths[0] for c in "*?["):
        frame = _with_stored_labels(frame, paths[0] if kept is None else kept.content, columns)
    if columns is not None:
        absent = [c for c in columns if not frame._has(c)]
        if absent:
            raise KeyError(f"{absent} not in the file's columns")
        frame = frame._with_columns(list(columns))
    return frame


def _with_stored_labels(frame: DataFrame, source: Any, columns: Optional[Sequence[str]]) -> DataFrame:
    """The frame with the index and the labels that pandas, or this package, wrote beside the columns."""
    from ..parquet_metadata import of_pandas

    form = of_pandas(source)
    index = list(form.get("index_columns", ())) if form is not None else []
    names = {c.get("field_name") or c.get("name"): c.get("name") for c in (form or {}).get("columns", ())}
    levels = [i for i in index if isinstance(i, str) and frame._has(i)]
    if levels and not (columns is not None and any(i in columns for i in levels)):
        frame = frame.set_index(levels)
        frame._levels = frame._levels.renamed([names.get(i) for i in levels])
    elif index and isinstance(index[0], dict) and index[0].get("kind") == "range":
        part = index[0]
        frame._levels = Levels([X.RowNumber()], [part.get("name")], part["start"], part["step"])
    above = (form or {}).get("column_indexes") or []
    if len(above) > 1 and columns is None:
        import ast

        try:
            labels: List[Any] = [ast.literal_eval(str(l)) for l in frame._labels]
        except (ValueError, SyntaxError):
            return frame
        frame.columns = MultiIndex(labels, [a.get("name") for a in above])
    elif above and above[0].get("name") is not None and columns is None:
        frame._column_names = [above[0]["name"]]
    return frame
