"""`read_json`: JSON Lines by the engine, whole documents by Python."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..frame import DataFrame
from ..missing import not_there, refuse, utf8_only
from .guessing import guesses, is_date_name
from .sources import finished, frame_of, located, packed_as_named, types_given


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
    refuse(
        "read_json", typ=("frame", typ), chunksize=(None, chunksize), dtype_backend=(None, dtype_backend),
        convert_axes=(None, convert_axes), encoding_errors=("strict", encoding_errors), storage_options=(None, storage_options),
    )  # fmt: skip
    utf8_only("read_json", encoding)
    packed_as_named("read_json", path_or_buf, compression)
    if not lines:
        return _read_document(path_or_buf, orient, dtype, nrows)
    refuse("read_json with lines=True", orient=(None, None if orient in (None, "records") else orient))
    paths, kept = located(path_or_buf, True)
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
    frame, rows = frame_of(form, kept)
    given = types_given(form, dtype, frame._part_names())
    dates = _date_columns(list(rows.types), convert_dates, keep_default_dates)
    if schema is None:
        guessed = guesses(rows, [d for d in dates if d not in given], date_unit, dtype in (None, True))
        casts = {**guessed, **given}
    else:
        casts = given
    return finished(frame, rows, casts, nrows)


def _date_columns(names: Sequence[str], convert: Any, defaults: bool) -> List[str]:
    if convert is False:
        return []
    found = [n for n in names if defaults and is_date_name(n)]
    if isinstance(convert, (list, tuple)):
        found += [n for n in convert if n in names and n not in found]
    return found


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
