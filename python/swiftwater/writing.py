"""Writing files and text: `to_csv`, `to_json`, `to_parquet`."""

from __future__ import annotations

import datetime
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Tuple

from . import columntypes as T
from . import expressions as X
from . import values as V
from .conversion import python_rows, to_dict
from .labels import flat_label, levels_of
from .missing import not_there, refuse
from .runtime import write

if TYPE_CHECKING:
    from .frame import DataFrame

_EPOCH = datetime.datetime(1970, 1, 1)
_MILLISECOND = datetime.timedelta(milliseconds=1)


def _target(path: Any) -> Tuple[str, Any]:
    """The path to write to, and a file to copy it into afterwards."""
    if hasattr(path, "write"):
        import tempfile

        return tempfile.mkstemp()[1], path
    return os.path.expanduser(os.fspath(path)), None


def _written(frame: "DataFrame", wanted: List[Tuple[str, X.Expression]], to: Mapping[str, Any], path: Any) -> None:
    """Writes a file, which appears under its name when it is whole."""
    target, file = _target(path)
    folder = os.path.dirname(target)
    if folder and not os.path.isdir(folder):
        raise OSError(f"Cannot save file into a non-existent directory: '{folder}'")
    write(frame._rows, wanted, {"to": target, **to})
    if file is not None:
        with open(target, "rb") as made:
            content = made.read()
        os.unlink(target)
        try:
            file.write(content)
        except TypeError:
            file.write(content.decode())


def _flat_names(frame: "DataFrame") -> List[str]:
    if levels_of(frame._labels) > 1:
        return [str(l) for l in frame._labels]
    return [flat_label(l) for l in frame._labels]


def to_parquet(
    frame: "DataFrame", path: Any, compression: Any, index: Any, partition_cols: Any, options: Mapping[str, Any]
) -> Optional[bytes]:
    """Writes a Parquet file; the index too, unless it is positions or `index` is false."""
    refuse("to_parquet", partition_cols=(None, partition_cols))
    if any(not isinstance(l, str) for l in frame._labels) and levels_of(frame._labels) == 1:
        raise ValueError("parquet must have string column names")
    if path is None:
        import io

        buffer = io.BytesIO()
        to_parquet(frame, buffer, compression, index, None, options)
        return buffer.getvalue()
    wanted = list(zip(_flat_names(frame), frame._exprs))
    names = [n for n, _ in wanted]
    if len(set(names)) != len(names):
        raise ValueError(f"Duplicate column names found: {list(frame._labels)}")
    if index is True or (index is None and not frame._levels.is_range):
        for i, (name, e) in enumerate(zip(frame._levels.names, frame._levels.expressions())):
            label = str(name) if name is not None else f"__index_level_{i}__"
            if label in names:
                raise ValueError(f"Duplicate column names found: {[*names, label]}")
            wanted.append((label, e))
    codec = {None: "none", "lz4": "lz4_raw"}.get(compression, compression)
    metadata = {"pandas": _pandas_metadata(frame, wanted)}
    # As pandas does, without waiting for the disk.
    to = {"format": "parquet", "compression": codec, "metadata": metadata, "sync": False}
    _written(frame, wanted, to, path)
    return None


def _pandas_metadata(frame: "DataFrame", wanted: List[Tuple[str, X.Expression]]) -> str:
    """What pandas keeps in a Parquet file to have its labels again: which columns are the index, and its names.

    The form is that of pandas' developer documentation, "Storing pandas DataFrame objects in Apache Parquet format".
    """
    import json

    n = len(frame._labels)
    labels: List[Any] = [l if isinstance(l, str) else str(l) for l in frame._labels]
    levels = frame._levels
    columns = [_column_text(l, field, e.type) for l, (field, e) in zip(labels, wanted)]
    index: List[Any]
    if len(wanted) > n:
        index = [field for field, _ in wanted[n:]]
        columns += [
            _column_text(name if name is None else str(name), field, e.type)
            for name, (field, e) in zip(levels.names, wanted[n:])
        ]
    elif levels.start is not None and (levels.start, levels.step, levels.names) != (0, 1, [None]):
        stop = levels.start + len(frame) * levels.step
        name = levels.names[0]
        index = [{"kind": "range", "name": name, "start": levels.start, "stop": stop, "step": levels.step}]
    else:
        index = []
    names = [
        {"name": n, "field_name": n, "pandas_type": "unicode", "numpy_type": "object", "metadata": None}
        for n in frame._column_names
    ]
    form = {
        "index_columns": index, "column_indexes": names if n else [], "attributes": {},
        "creator": {"library": "swiftwater"}, "pandas_version": "3.0.0",
    }  # fmt: skip
    return f'{{"columns": [{", ".join(columns)}], {json.dumps(form, default=str)[1:]}'


@lru_cache(maxsize=1024)
def _column_text(name: Optional[str], field: str, type_: str) -> str:
    import json

    kind, numpy_type, more = type_, type_, None
    if T.is_text(type_):
        kind, numpy_type = "unicode", "str"
    elif type_.startswith("timestamp"):
        zone = T.zone_of(type_)
        kind = "datetimetz" if zone else "datetime"
        numpy_type = f"datetime64[{T.unit_of(type_)}]"
        more = {"timezone": zone} if zone else None
    elif T.is_duration(type_):
        kind, numpy_type = "timedelta", f"timedelta64[{T.unit_of(type_)}]"
    elif type_ not in T.NUMBERS and type_ != "bool":
        kind, numpy_type = "object", "object"
    form = {"name": name, "field_name": field, "pandas_type": kind, "numpy_type": numpy_type, "metadata": more}
    return json.dumps(form)


def to_csv(
    frame: "DataFrame", path: Any, sep: str, na_rep: str, float_format: Any, columns: Any, header: Any, index: bool,
    index_label: Any, mode: str, compression: Any, options: Mapping[str, Any],
) -> Optional[str]:  # fmt: skip
    """Writes CSV, or returns it as text."""
    import csv
    import io

    line = options.get("lineterminator") or "\n"
    for name in options:
        if name not in ("lineterminator", "quoting", "quotechar", "date_format"):
            raise not_there(f"to_csv with {name}", f"leave out {name}")
    if columns is not None:
        frame = frame[list(columns)]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=sep, lineterminator=line, quoting=options.get("quoting") or csv.QUOTE_MINIMAL,
                        quotechar=options.get("quotechar") or '"')  # fmt: skip
    labels = header if isinstance(header, (list, tuple)) else frame._labels
    names = ["" if n is None else n for n in frame._levels.names]
    if index_label is not None:
        names = [index_label] if isinstance(index_label, str) else list(index_label)
    width = levels_of(frame._labels)
    if header is not False:
        if width > 1:
            for level in range(width):
                lead = [""] * (len(names) - 1) + [frame._column_names[level] or "" if level < len(frame._column_names) else ""]
                parts = [l[level] for l in frame._labels if isinstance(l, tuple)]
                writer.writerow([*(lead if index else []), *parts])
            if index and any(names):
                writer.writerow([*names, *[""] * len(frame._labels)])
        else:
            writer.writerow([*(names if index else []), *labels])
    index_values = frame._index_values() if index else []
    several = len(frame._levels.names) > 1

    def show(value: Any) -> Any:
        return _csv_text(value, na_rep, float_format)

    _complete_moments = _moment_texts(frame)
    for i, row in enumerate(python_rows(frame)):
        lead = []
        if index:
            label = index_values[i]
            lead = [show(p) for p in label] if several else [show(label)]
        cells = [
            _complete_moments[j](v) if j in _complete_moments and not V.is_missing(v) else show(v) for j, v in enumerate(row)
        ]
        writer.writerow([*lead, *cells])
    text = buffer.getvalue()
    if path is None:
        return text
    _put_text(path, text, mode, compression)
    return None


def _moment_texts(frame: "DataFrame") -> Dict[int, Any]:
    """How to write columns of moments: without the time of day where it is midnight in all rows."""
    found: Dict[int, Any] = {}
    view = frame._computed() if frame._labels else None
    for i in range(len(frame._labels)):
        assert view is not None
        if view.type(i).startswith("timestamp"):
            values = [v for v in view.values(i) if v is not None]
            midnight = all(v.hour == v.minute == v.second == v.microsecond == 0 and v.tzinfo is None for v in values)
            if midnight:
                found[i] = lambda v: v.strftime("%Y-%m-%d")
            elif any(v.microsecond for v in values):
                found[i] = lambda v: v.isoformat(sep=" ", timespec="microseconds")
    return found


def _csv_text(value: Any, na_rep: str, float_format: Any) -> Any:
    if V.is_missing(value):
        return na_rep
    if isinstance(value, float) and float_format is not None:
        return float_format(value) if callable(float_format) else (
            float_format.format(value) if "{" in float_format else float_format % value
        )  # fmt: skip
    return value


def _put_text(path: Any, text: str, mode: str, compression: Any) -> None:
    if hasattr(path, "write"):
        path.write(text)
        return
    target = os.path.expanduser(os.fspath(path))
    kind = compression
    if compression == "infer":
        kind = "gzip" if target.endswith(".gz") else ("zstd" if target.endswith(".zst") else None)
    folder = os.path.dirname(target)
    if folder and not os.path.isdir(folder):
        raise OSError(f"Cannot save file into a non-existent directory: '{folder}'")
    if kind == "gzip":
        import gzip

        with open(target, mode + "b") as packed:
            packed.write(gzip.compress(text.encode()))
        return
    if kind is not None:
        raise not_there(f"text compressed with {kind}", "use gzip")
    with open(target, mode, encoding="utf-8", newline="") as file:
        file.write(text)


def to_json(
    frame: "DataFrame", path: Any, orient: Any, date_format: Any, lines: bool, compression: Any, index: Any, mode: str,
    options: Mapping[str, Any],
) -> Optional[str]:  # fmt: skip
    """Writes JSON, or returns it as text."""
    import json

    for name, value in options.items():
        if name not in ("indent", "force_ascii", "double_precision", "date_unit", "default_handler") or value is not None and name in (
            "date_unit", "default_handler"
        ):  # fmt: skip
            raise not_there(f"to_json with {name}", f"leave out {name}")
    orient = orient or ("records" if lines else "columns")
    refuse(f"to_json with orient={orient!r}", index=(None, None if index is True or orient in ("records", "values") else index))
    if lines and orient != "records":
        raise ValueError("'lines' keyword only valid when 'orient' is records")

    def show(value: Any) -> Any:
        return _json_value(value, date_format)

    digits = options.get("double_precision", 10)
    form: Dict[str, Any] = {"separators": (",", ":"), "ensure_ascii": options.get("force_ascii", True)}
    if options.get("indent"):
        form = {**form, "indent": options["indent"]}
    if orient == "records":
        records = [{_key(k): show(_rounded(v, digits)) for k, v in r.items()} for r in to_dict(frame, "records")]
        if lines:
            text = "".join(_slashes(json.dumps(r, **form)) + "\n" for r in records) or "\n"
        else:
            text = _slashes(json.dumps(records, **form))
    elif orient in ("columns", "index"):
        data = to_dict(frame, "dict" if orient == "columns" else "index")
        nested = {
            _key(k): {_key(i): show(_rounded(v, digits)) for i, v in column.items()} for k, column in data.items()
        }
        text = _slashes(json.dumps(nested, **form))
    elif orient == "split":
        data = to_dict(frame, "split")
        split = {
            "columns": [_key(l) for l in data["columns"]], "index": [show(i) for i in data["index"]],
            "data": [[show(_rounded(v, digits)) for v in row] for row in data["data"]],
        }  # fmt: skip
        text = _slashes(json.dumps(split, **form))
    elif orient == "values":
        text = _slashes(json.dumps([[show(_rounded(v, digits)) for v in row] for row in python_rows(frame)], **form))
    else:
        raise not_there(f"to_json with orient={orient!r}", "use records, columns, index, split or values")
    if path is None:
        return text
    _put_text(path, text, mode, compression)
    return None


def _slashes(text: str) -> str:
    # As pandas writes them.
    return text.replace("/", "\\/")


def _key(label: Any) -> Any:
    if isinstance(label, (str, int)):
        return str(label)
    return _json_value(label, None) if not isinstance(label, tuple) else str(label)


def _rounded(value: Any, digits: int) -> Any:
    return round(value, digits) if isinstance(value, float) and value == value else value


def _json_value(value: Any, date_format: Any) -> Any:
    if V.is_missing(value) or (isinstance(value, float) and value in (float("inf"), float("-inf"))):
        return None
    if hasattr(value, "isoformat"):
        if date_format == "iso":
            return value.isoformat(timespec="milliseconds") if hasattr(value, "hour") else value.isoformat()
        if not hasattr(value, "hour"):
            return (value.toordinal() - _EPOCH.toordinal()) * 86_400_000
        epoch = _EPOCH if value.tzinfo is None else _EPOCH.replace(tzinfo=datetime.timezone.utc)
        return (value - epoch) // _MILLISECOND
    if hasattr(value, "total_seconds"):
        return int(value.total_seconds() * 1000)
    if isinstance(value, list):
        return [_json_value(v, date_format) for v in value]
    if isinstance(value, dict):
        return {k: _json_value(v, date_format) for k, v in value.items()}
    return value
