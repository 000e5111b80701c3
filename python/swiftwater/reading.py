"""Reading files: `read_json`, `read_csv`, `read_parquet`. Nothing but their beginnings is read before a result is looked at."""

from __future__ import annotations

import os
import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from . import columntypes as T
from . import expressions as X
from .base import Levels
from .frame import DataFrame
from .labels import Label, MultiIndex
from .missing import not_there, refuse
from .plan import Pipe, PlanBuilder
from .rows import FileRows, Rows
from .runtime import engine, run, schema_of, table_values

#: Rows that decide whether text holds numbers or moments, and how many bytes are looked at for them.
_SAMPLE_ROWS = 100
_SAMPLE_BYTES = 1 << 16


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


def _in_memory(content: Any) -> Tuple[List[str], Any]:
    memory = engine().Memory(content)
    return [memory.path], memory


def _located(source: Any, literal: bool) -> Tuple[List[str], Any]:
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


def _frame(form: Dict[str, Any], kept: Any, labels: Optional[Sequence[Label]] = None) -> Tuple[DataFrame, FileRows]:
    schema = schema_of(form)
    rows = FileRows(form, dict(schema), kept)
    names = [n for n, _ in schema]
    return DataFrame._make(rows, labels or names, [rows.column(n) for n in names], Levels.default()), rows


def _is_date_name(name: str) -> bool:
    # pandas' rule, from the documentation of read_json's convert_dates.
    lowered = name.lower()
    return (
        lowered.endswith(("_at", "_time"))
        or lowered == "modified"
        or lowered == "date"
        or lowered == "datetime"
        or lowered.startswith("timestamp")
    )


def _first_text(rows: FileRows) -> Optional[str]:
    """The first lines of plain JSON Lines; None where they cannot be had for nothing."""
    path = rows.form["files"][0]
    if rows.form["format"] != "json-lines":
        return None
    start: Any
    if rows.kept is not None:
        start = rows.kept.content
        is_whole = len(start) <= _SAMPLE_BYTES
        start = start[:_SAMPLE_BYTES]
    elif any(c in path for c in "*?[") or path.endswith((".gz", ".zst")):
        return None
    else:
        try:
            with open(path, "rb") as file:
                start = file.read(_SAMPLE_BYTES)
        except OSError:
            return None
        is_whole = len(start) < _SAMPLE_BYTES
    if not is_whole:
        end = start.rfind("\n" if isinstance(start, str) else b"\n")
        if end < 0:
            return None
        start = start[:end]
    try:
        text: str = start if isinstance(start, str) else start.decode()
    except UnicodeDecodeError:
        return None
    if text.count("\n") < _SAMPLE_ROWS:
        return text
    return text[: len(text) - len(text.split("\n", _SAMPLE_ROWS)[-1])]


def _next_line(text: str, start: int) -> Tuple[str, int]:
    """The line that begins at `start`, and where it ends."""
    end = text.find("\n", start)
    if end < 0:
        end = len(text)
    return text[start:end], end


def _first_values(rows: FileRows, names: Sequence[str]) -> Optional[Dict[str, List[Any]]]:
    """Values of the first objects of plain JSON Lines, read here: cheaper than a run.

    Of a column of text whose first value is no number there is that value alone: it settles what the column is.
    """
    text = _first_text(rows)
    if text is None:
        return None
    import json

    found: Dict[str, List[Any]] = {name: [] for name in names}
    wanted = list(names)
    plain = "\\" not in text and not any(T.is_nested(type_) for type_ in rows.types.values())
    try:
        if plain:
            # Without escapes and nesting, a key in quotes before a colon is a key of the row.
            for name in [n for n in names if rows.types[n] in T.NUMBERS]:
                numbers = re.findall(f'"{re.escape(name)}"[ \t]*:[ \t]*(-?[0-9][0-9.eE+-]*)', text)
                found[name] = json.loads(f"[{','.join(numbers)}]")
                wanted.remove(name)
        end = -1
        while wanted and end < len(text):
            line, end = _next_line(text, end + 1)
            if not line or line.isspace():
                continue
            row = json.loads(line)
            for name in tuple(wanted):
                value = row.get(name)
                if value is not None:
                    found[name].append(value)
                    if rows.types[name] == "string" and not _is_date_name(name) and not _is_number(value):
                        wanted.remove(name)
    except (ValueError, AttributeError):
        return None
    return found


def _sample(rows: FileRows, names: Sequence[str]) -> Dict[str, List[Any]]:
    """Values of the first rows, by column, without missing ones."""
    values = _first_values(rows, names)
    if values is not None:
        return values
    plan = PlanBuilder()
    pipe = rows.pipe(plan, names)
    pipe.step("head", _SAMPLE_ROWS)
    pipe.step("select", list(names))
    plan.output(pipe)
    (table,) = run(plan)
    return {name: [v for v in table_values(table, name) if v is not None] for name in names}


def _guesses(rows: FileRows, dates: Sequence[str], units: Optional[str], numbers: bool) -> Dict[str, str]:
    """The types that pandas would give columns of text and of moments, judged by the first rows."""
    text = [n for n, t in rows.types.items() if t == "string"] if numbers else []
    moments = [n for n in dates if rows.types.get(n) in ("string", "int64", "float64", "uint64")]
    wanted = list(dict.fromkeys([*text, *moments]))
    if not wanted:
        return {}
    casts: Dict[str, str] = {}
    for name, values in _sample(rows, wanted).items():
        if not values:
            continue
        type_ = rows.types[name]
        if type_ == "string" and not all(isinstance(v, str) for v in values):
            # Text among other values, which are text then.
            continue
        if name in text:
            number = _number_type(values)
            if number is not None:
                casts[name] = type_ = number
        if name in moments:
            moment = _moment_type(values if name not in casts else [float(v) for v in values], units)
            if moment is not None:
                casts[name] = moment
    return casts


def _is_number(value: Any) -> bool:
    return _number_type([value]) is not None if isinstance(value, str) else True


def _number_type(values: Sequence[str]) -> Optional[str]:
    kind = "int64"
    for value in values:
        stripped = value.strip()
        if stripped.lstrip("+-").isdigit() and stripped.isascii() and len(stripped) < 19:
            continue
        try:
            float(stripped)
        except ValueError:
            return None
        if "_" in stripped:
            return None
        kind = "float64"
    return kind


def _moment_type(values: Sequence[Any], unit: Optional[str]) -> Optional[str]:
    if isinstance(values[0], str):
        from .times import parse_moment

        zoned = set()
        for value in values:
            if len(value) < 8 or not value[:4].isdigit():
                return None
            try:
                zoned.add(parse_moment(value).tzinfo is not None)
            except (ValueError, AttributeError):
                return None
        if len(zoned) > 1:
            return None
        return "timestamp[us, UTC]" if zoned.pop() else "timestamp[us]"
    if min(values) <= 31_536_000:
        return None
    largest = max(values)
    for scale, name in ((1, "s"), (1_000, "ms"), (1_000_000, "us"), (1_000_000_000, "ns")):
        if unit in (None, name) and largest / scale < 9_223_372_036:
            return f"timestamp[{name}]"
    return None


def _typed(form: Dict[str, Any], dtype: Any, names: Sequence[str]) -> Dict[str, str]:
    """The types that `dtype=` asks for."""
    if dtype is None or dtype is True or dtype is False:
        return {}
    if isinstance(dtype, Mapping):
        return {str(n): T.parse_dtype(t) for n, t in dtype.items() if n in names}
    type_ = T.parse_dtype(dtype)
    return {n: type_ for n in names}


def read_json(
    path_or_buf: Any,
    *,
    orient: Any = None,
    typ: str = "frame",
    dtype: Any = None,
    convert_axes: Any = None,
    convert_dates: Any = True,
    keep_default_dates: bool = True,
    precise_float: bool = False,
    date_unit: Optional[str] = None,
    encoding: Any = None,
    encoding_errors: Any = "strict",
    lines: bool = False,
    chunksize: Optional[int] = None,
    compression: Any = "infer",
    nrows: Optional[int] = None,
    storage_options: Any = None,
    dtype_backend: Any = None,
    engine: Any = None,
    schema: Optional[Mapping[str, str]] = None,
    infer: str = "settled",
    on_error: str = "raise",
) -> DataFrame:
    """Reads JSON: one object a line with `lines=True`, else a whole document.

    Parameters
    ----------
    path_or_buf : str, path, list of paths, file or text
        A path (`*` and `?` match several files), an open file, or the JSON itself.
    lines : bool
        Whether each line is an object.
    dtype : dict or str, optional
        Types by column.
    convert_dates : bool or list of str
        Whether columns that are called like moments become such, as in pandas, or which ones.
    nrows : int, optional
        How many rows to take.
    schema : dict of str to str, optional
        The columns to read and the engine's types, instead of finding them out.
    infer : "settled" or "all"
        Which lines of more than 128 KiB say what the columns are. With "settled" samples do if all of them have the same
        keys, else all lines; should a later line have a further key after all, looking at all columns raises
        ``ValueError``. "all" reads all lines first.
    on_error : "raise" or "skip"
        What to do with a line that is not an object.

    Examples
    --------
    >>> import swiftwater as sw
    >>> sw.read_json('{"a": 1}\\n{"a": 2}', lines=True)["a"].sum()
    3
    """
    refuse("read_json", typ=("frame", typ), chunksize=(None, chunksize), dtype_backend=(None, dtype_backend))
    if not lines:
        return _read_document(path_or_buf, orient, dtype, nrows)
    refuse("read_json with lines=True", orient=(None, None if orient in (None, "records") else orient))
    paths, kept = _located(path_or_buf, True)
    form: Dict[str, Any] = {"files": paths, "format": "json-lines"}
    if infer not in ("settled", "all"):
        raise ValueError(f"infer is {infer!r}: 'settled' and 'all' are possible")
    if schema is not None:
        form["schema"] = [{n: t} for n, t in schema.items()]
    else:
        form["infer"] = infer
    if on_error == "skip":
        form["onError"] = "skip"
    if kept is not None and kept.size == 0:
        return DataFrame()
    frame, rows = _frame(form, kept)
    given = _typed(form, dtype, frame._part_names())
    dates = _date_columns(list(rows.types), convert_dates, keep_default_dates)
    if schema is None:
        guesses = _guesses(rows, [d for d in dates if d not in given], date_unit, dtype in (None, True))
        casts = {**guesses, **given}
    else:
        casts = given
    return _finished(frame, rows, casts, nrows)


def _date_columns(names: Sequence[str], convert: Any, defaults: bool) -> List[str]:
    if convert is False:
        return []
    found = [n for n in names if defaults and _is_date_name(n)]
    if isinstance(convert, (list, tuple)):
        found += [n for n in convert if n in names and n not in found]
    return found


def _finished(frame: DataFrame, rows: FileRows, casts: Dict[str, str], nrows: Optional[int]) -> DataFrame:
    casts = {n: t for n, t in casts.items() if rows.types.get(n) != t and t not in ("object", "category")}
    if casts:
        guessed = GuessedRows(rows, casts)
        exprs: List[X.Expression] = [guessed.column(n) for n in rows.types]
        frame = DataFrame._make(guessed, frame._labels, exprs, frame._levels)
    return frame if nrows is None else frame.head(nrows)


def _read_document(source: Any, orient: Any, dtype: Any, nrows: Any) -> DataFrame:
    import json

    if hasattr(source, "read"):
        text = source.read()
    elif isinstance(source, bytes):
        text = source.decode()
    elif isinstance(source, str) and source.lstrip()[:1] in ("{", "["):
        text = source
    else:
        with open(os.fspath(source), encoding="utf-8") as file:
            text = file.read()
    data = json.loads(text)
    if orient == "split":
        return DataFrame(data["data"], index=data.get("index"), columns=data["columns"])
    if isinstance(data, list):
        return DataFrame(data)
    if orient == "index":
        return DataFrame(list(data.values()), index=_axis(list(data)))
    if orient not in (None, "columns"):
        raise not_there(f"read_json with orient={orient!r}", "use records, columns, index or split")
    if any(not isinstance(v, dict) for v in data.values()):
        return DataFrame(data)
    index = list(dict.fromkeys(k for column in data.values() for k in column))
    return DataFrame({c: [v.get(k) for k in index] for c, v in data.items()}, index=_axis(index))


def _axis(labels: List[str]) -> List[Any]:
    try:
        return [int(l) for l in labels]
    except ValueError:
        return list(labels)


def read_csv(
    filepath_or_buffer: Any,
    *,
    sep: Any = ",",
    delimiter: Any = None,
    header: Any = "infer",
    names: Any = None,
    index_col: Any = None,
    usecols: Any = None,
    dtype: Any = None,
    engine: Any = None,
    na_values: Any = None,
    keep_default_na: bool = True,
    parse_dates: Any = None,
    nrows: Optional[int] = None,
    skiprows: Any = None,
    quotechar: str = '"',
    encoding: Any = None,
    compression: Any = "infer",
    low_memory: Any = True,
    thousands: Any = None,
    decimal: str = ".",
    comment: Any = None,
    skipinitialspace: bool = False,
    chunksize: Any = None,
    iterator: bool = False,
    on_bad_lines: Any = "error",
    schema: Optional[Mapping[str, str]] = None,
    **options: Any,
) -> DataFrame:
    """Reads CSV.

    Parameters
    ----------
    filepath_or_buffer : str, path, list of paths or file
    sep : str
        What stands between fields.
    names : list, optional
        Labels of the columns, in place of the first line's.
    usecols : list, optional
        The columns to take.
    dtype : dict or str, optional
        Types by column.
    parse_dates : list, optional
        Columns of moments.

    Examples
    --------
    >>> import io, swiftwater as sw
    >>> sw.read_csv(io.StringIO("a,b\\n1,x\\n2,y\\n"))["b"].tolist()
    ['x', 'y']
    """
    refuse(
        "read_csv", skiprows=(None, skiprows or None), thousands=(None, thousands), decimal=(".", decimal),
        comment=(None, comment), skipinitialspace=(False, skipinitialspace), chunksize=(None, chunksize),
        iterator=(False, iterator),
    )  # fmt: skip
    for name, value in options.items():
        raise not_there(f"read_csv with {name}={value!r}", f"leave out {name}")
    paths, kept = _located(filepath_or_buffer, False)
    csv: Dict[str, Any] = {}
    separator = delimiter or sep
    if separator != ",":
        if len(separator) != 1:
            raise not_there("read_csv with a separator of several characters", "use one character")
        csv["delimiter"] = separator
    if quotechar != '"':
        csv["quote"] = quotechar
    has_header = header == 0 or (header == "infer" and names is None)
    if header not in ("infer", 0, None):
        raise not_there(f"read_csv with header={header!r}", "use the first line or None")
    if not has_header:
        csv["header"] = False
    missing = None
    if na_values is not None or not keep_default_na:
        if isinstance(na_values, Mapping):
            raise not_there("read_csv with na_values by column", "give one list")
        given = [na_values] if isinstance(na_values, str) else list(na_values or [])
        missing = [*(_MISSING_WORDS if keep_default_na else []), *(str(v) for v in given)]
        csv["missingWords"] = missing
    form: Dict[str, Any] = {"files": paths, "format": "csv"}
    if csv:
        form["csv"] = csv
    if schema is not None:
        form["schema"] = [{n: t} for n, t in schema.items()]
    if on_bad_lines in ("skip", "warn"):
        form["onError"] = "skip"
    if kept is not None and kept.size == 0:
        raise EmptyDataError("No columns to parse from file")
    frame, rows = _frame(form, kept)
    given_types = _typed(form, dtype, frame._part_names())
    casts = dict(given_types)
    chosen = list(parse_dates) if isinstance(parse_dates, (list, tuple)) else []
    held = list(rows.types)
    by_position = [held[d] if isinstance(d, int) else d for d in chosen]
    if by_position:
        casts.update(_guesses(rows, by_position, None, False))
    frame = _finished(frame, rows, casts, nrows)
    if names is not None:
        frame.columns = list(names)
    elif header is None:
        frame.columns = list(range(len(frame._labels)))
    if usecols is not None:
        if callable(usecols):
            frame = frame._with_columns([l for l in frame._labels if usecols(l)])
        else:
            wanted = [frame._labels[u] if isinstance(u, int) and u not in frame._labels else u for u in usecols]
            absent = [u for u in wanted if not frame._has(u)]
            if absent:
                raise ValueError(f"Usecols do not match columns, columns expected but not found: {absent}")
            frame = frame._with_columns([l for l in frame._labels if l in wanted])
    if index_col is not None and index_col is not False:
        keys = index_col if isinstance(index_col, list) else [index_col]
        frame = frame.set_index([frame._labels[k] if isinstance(k, int) else k for k in keys])
    return frame


#: pandas' words for missing values in CSV, from the documentation of read_csv's na_values.
_MISSING_WORDS = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
]  # fmt: skip


class EmptyDataError(ValueError):
    """A file without columns."""


def read_table(filepath_or_buffer: Any, *, sep: str = "\t", **options: Any) -> DataFrame:
    """Reads text with tabs between fields."""
    return read_csv(filepath_or_buffer, sep=sep, **options)


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
    refuse("read_parquet", filters=(None, filters), filesystem=(None, filesystem))
    if isinstance(path, (str, os.PathLike)) and os.path.isdir(path):
        path = sorted(
            os.path.join(root, name)
            for root, _, names in os.walk(os.fspath(str(path)))
            for name in names
            if name.endswith((".parquet", ".pq")) and not name.startswith(("_", "."))
        )
    paths, kept = _located(path, False)
    frame, _ = _frame({"files": paths, "format": "parquet"}, kept)
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
    from .parquet_metadata import of_pandas

    form = of_pandas(source)
    index = list(form.get("index_columns", ())) if form is not None else []
    names = {c.get("field_name") or c.get("name"): c.get("name") for c in (form or {}).get("columns", ())}
    levels = [i for i in index if isinstance(i, str) and frame._has(i)]
    if levels and not (columns is not None and any(i in columns for i in levels)):
        frame = frame.set_index(levels)
        frame.__dict__["_levels"] = frame._levels.renamed([names.get(i) for i in levels])
    elif index and isinstance(index[0], dict) and index[0].get("kind") == "range":
        part = index[0]
        frame.__dict__["_levels"] = Levels([X.RowNumber()], [part.get("name")], part["start"], part["step"])
    above = (form or {}).get("column_indexes") or []
    if len(above) > 1 and columns is None:
        import ast

        try:
            labels: List[Any] = [ast.literal_eval(str(l)) for l in frame._labels]
        except (ValueError, SyntaxError):
            return frame
        frame.columns = MultiIndex(labels, [a.get("name") for a in above])
    elif above and above[0].get("name") is not None and columns is None:
        frame.__dict__["_column_names"] = [above[0]["name"]]
    return frame
