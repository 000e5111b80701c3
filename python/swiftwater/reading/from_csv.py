"""`read_csv` and `read_table`."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from ..frame import DataFrame
from ..missing import not_there, refuse, utf8_only
from .guessing import guesses
from .sources import finished, frame_of, located, packed_as_named, types_given

#: pandas' words for missing values in CSV, from the documentation of read_csv's na_values.
_MISSING_WORDS = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
]  # fmt: skip


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
    utf8_only("read_csv", encoding)
    packed_as_named("read_csv", filepath_or_buffer, compression)
    for name, value in options.items():
        raise not_there(f"read_csv with {name}={value!r}", f"leave out {name}")
    paths, kept = located(filepath_or_buffer, False)
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
    frame, rows = frame_of(form, kept)
    given_types = types_given(form, dtype, frame._part_names())
    casts = dict(given_types)
    chosen = list(parse_dates) if isinstance(parse_dates, (list, tuple)) else []
    held = list(rows.types)
    by_position = [held[d] if isinstance(d, int) else d for d in chosen]
    if by_position:
        casts.update(guesses(rows, by_position, None, False))
    frame = finished(frame, rows, casts, nrows)
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


class EmptyDataError(ValueError):
    """A file without columns."""


def read_table(filepath_or_buffer: Any, *, sep: str = "\t", **options: Any) -> DataFrame:
    """Reads text with tabs between fields."""
    return read_csv(filepath_or_buffer, sep=sep, **options)
