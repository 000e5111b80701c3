"""Where files are, the rows that stand for them, and the types that are asked for."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from .. import columntypes as T
from .. import expressions as X
from ..base import Levels
from ..frame import DataFrame
from ..labels import Label
from ..missing import not_there
from ..plan import Pipe, PlanBuilder
from ..rows import FileRows, Rows
from ..runtime import engine, schema_of


def _in_memory(content: Any) -> Tuple[List[str], Any]:
    memory = engine().Memory(content)
    return [memory.path], memory


def located(source: Any, literal: bool) -> Tuple[List[str], Any]:
    """The paths to read, and what must be kept until they are."""
    if isinstance(source, (list, tuple)):
        return [os.fspath(p) for p in source], None
    if isinstance(source, bytes):
        return _in_memory(source)
    if hasattr(source, "read"):
        name = getattr(source, "name", None)
        if isinstance(name, str) and os.path.isfile(name) and hasattr(source, "tell") and source.tell() == 0:
            return [name], None
        content = source.read()
        return _in_memory(content if isinstance(content, str) else bytes(content))
    path = os.fspath(source)
    if literal and isinstance(path, str) and (path[:64].lstrip()[:1] in ("{", "[") or not path or "\n" in path):
        return _in_memory(path)
    path = os.path.expanduser(path)
    if "://" in path:
        raise not_there(f"reading from {path.split('://')[0]}://", "download the file first")
    if not any(c in path for c in "*?[") and not os.path.exists(path):
        raise FileNotFoundError(2, f"File {path} does not exist", path)
    return [path], None


def frame_of(form: Dict[str, Any], kept: Any, labels: Optional[Sequence[Label]] = None) -> Tuple[DataFrame, FileRows]:
    schema = schema_of(form)
    rows = FileRows(form, dict(schema), kept)
    names = [n for n, _ in schema]
    return DataFrame._make(rows, labels or names, [rows.column(n) for n in names], Levels.default()), rows


class GuessedRows(Rows):
    """Rows of files some of whose columns are converted as pandas would, judged by the first rows."""

    def __init__(self, parent: FileRows, casts: Dict[str, str]) -> None:
        super().__init__({**parent.types, **casts})
        self.parent = parent
        self.casts = casts

    def written(self, plan: PlanBuilder, needed: List[str]) -> Pipe:
        pipe = self.parent.pipe(plan, needed)
        casts = [{pipe.name(n): t} for n, t in self.casts.items() if n in needed]
        if casts:
            pipe.step("astype", casts)
        return pipe


def types_given(form: Dict[str, Any], dtype: Any, names: Sequence[str]) -> Dict[str, str]:
    """The types that `dtype=` asks for."""
    if dtype is None or dtype is True or dtype is False:
        return {}
    if isinstance(dtype, Mapping):
        return {str(n): T.parse_dtype(t) for n, t in dtype.items() if n in names}
    type_ = T.parse_dtype(dtype)
    return {n: type_ for n in names}


def finished(frame: DataFrame, rows: FileRows, casts: Dict[str, str], nrows: Optional[int]) -> DataFrame:
    casts = {n: t for n, t in casts.items() if rows.types.get(n) != t and t not in ("object", "category")}
    if casts:
        guessed = GuessedRows(rows, casts)
        exprs: List[X.Expression] = [guessed.column(n) for n in rows.types]
        frame = DataFrame._make(guessed, frame._labels, exprs, frame._levels)
    return frame if nrows is None else frame.head(nrows)


def packed_as_named(what: str, source: Any, compression: Any) -> None:
    """Raises for a compression that is not the one which the file's name says."""
    if compression == "infer":
        return
    given = compression.get("method") if isinstance(compression, Mapping) else compression
    name = str(source) if isinstance(source, (str, os.PathLike)) else ""
    ending = {".gz": "gzip", ".zst": "zstd"}.get(os.path.splitext(name)[1])
    if given not in ("infer", ending):
        raise not_there(f"{what} with compression={compression!r}", "give the file the usual ending and leave out compression")
