"""What a frame looks like in numbers: `describe`, `info`, `memory_usage`, and dtypes by kind."""

from __future__ import annotations

from typing import Any, List, Sequence

from . import columntypes as T
from . import values as V
from .dtypes import Dtype
from .frame import DataFrame
from .missing import not_there
from .reductions import totals
from .series import Series


def _shares(percentiles: Any) -> List[float]:
    if percentiles is None:
        return [0.25, 0.5, 0.75]
    shares = list(percentiles)
    for s in shares:
        if not 0 <= s <= 1:
            raise ValueError("percentiles should all be in the interval [0, 1]")
    return sorted({*shares})


def _percent(share: float) -> str:
    text = f"{share * 100:.6f}".rstrip("0").rstrip(".")
    return f"{text}%"


def _rows(shares: Sequence[float]) -> List[str]:
    return ["count", "mean", "std", "min", *[_percent(s) for s in shares], "max"]


def _wanted(e: Any, shares: Sequence[float]) -> List[Any]:
    quantiles = [("quantile", e, {"q": s}) for s in shares]
    return [("count", e, {}), ("mean", e, {}), ("std", e, {}), ("min", e, {}), *quantiles, ("max", e, {})]


def _float(value: Any) -> float:
    return V.nan if value is None else float(value)


def describe_series(series: Series, percentiles: Any) -> Series:
    """Of numbers count, mean, spread and quantiles; of others how many, how many different, the most frequent."""
    type_ = series._expr.type
    shares = _shares(percentiles)
    if type_ in T.NUMBERS:
        values, _ = totals(series._rows, _wanted(series._expr, shares))
        return Series([_float(v) for v in values], index=_rows(shares), name=series._name)
    if T.is_time(type_) or T.is_duration(type_):
        raise not_there(f"describe of {T.dtype_name(type_)}", "use min, max and quantile")
    raise not_there(f"describe of {T.dtype_name(type_)}, a series of several kinds of values", "use count, nunique and value_counts")


def describe_frame(frame: DataFrame, percentiles: Any, include: Any, exclude: Any) -> DataFrame:
    """The numeric columns described."""
    if include is not None or exclude is not None:
        if include == "all":
            raise not_there("describe with include='all'", "describe the numeric columns, and use value_counts for others")
        frame = frame.select_dtypes(include, exclude)
    shares = _shares(percentiles)
    chosen = [i for i, e in enumerate(frame._exprs) if e.type in T.NUMBERS]
    times = [i for i, e in enumerate(frame._exprs) if T.is_time(e.type) or T.is_duration(e.type)]
    if times:
        raise not_there("describe with columns of moments", "describe df.select_dtypes('number')")
    if not chosen:
        if not frame._labels:
            raise ValueError("Cannot describe a DataFrame without columns")
        raise not_there("describe without numeric columns", "use count, nunique and value_counts")
    wanted: List[Any] = []
    for i in chosen:
        wanted += _wanted(frame._exprs[i], shares)
    values, _ = totals(frame._rows, wanted)
    names = _rows(shares)
    n = len(names)
    table = {frame._labels[i]: [_float(v) for v in values[p * n : p * n + n]] for p, i in enumerate(chosen)}
    return DataFrame(table, index=names)


def info(frame: DataFrame, buf: Any) -> None:
    """Prints what pandas prints."""
    import sys

    out = buf or sys.stdout
    count = len(frame)
    index = frame.index
    lines = ["<class 'swiftwater.DataFrame'>"]
    kind = type(index).__name__
    ends = frame._index_values(0, 1) + frame._index_values(count - 1, count) if count else []
    lines.append(f"{kind}: {count} entries, {ends[0]} to {ends[1]}" if ends else f"{kind}: 0 entries")
    labels = frame._labels
    if not labels:
        lines.append("Empty DataFrame")
        out.write("\n".join(lines) + "\n")
        return
    view = frame._computed()
    dtypes = [str(d) for d in frame._dtypes()]
    present = [count - view.missing(i) for i in range(len(labels))]
    names = [str(l) for l in labels]
    lines.append(f"Data columns (total {len(labels)} columns):")
    numbers = [str(i) for i in range(len(labels))]
    counts = [f"{p} non-null" for p in present]
    head = [" # ", "Column", "Non-Null Count", "Dtype"]
    widths = [
        max(len(head[0]), max(len(n) for n in numbers) + 2), max(len(head[1]), max(len(n) for n in names)),
        max(len(head[2]), max(len(c) for c in counts)), max(len(head[3]), max(len(d) for d in dtypes)),
    ]  # fmt: skip
    lines.append("  ".join(h.ljust(w) for h, w in zip(head, widths)))
    lines.append("  ".join(("-" * (3 if i == 0 else len(h))).ljust(w) for i, (h, w) in enumerate(zip(head, widths))))
    for n, name, c, d in zip(numbers, names, counts, dtypes):
        cells = [f" {n}", name, c, d]
        lines.append("  ".join(x.ljust(w) for x, w in zip(cells, widths)))
    kinds = sorted({d: dtypes.count(d) for d in dtypes}.items())
    lines.append("dtypes: " + ", ".join(f"{d}({n})" for d, n in kinds))
    size = sum(int(v) for v in memory_usage(frame, True).tolist())
    lines.append(f"memory usage: {_size(size)}")
    out.write("\n".join(line.rstrip() if i > 3 else line for i, line in enumerate(lines)) + "\n")


def _size(count: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if count < 1024:
            return f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"


def memory_usage(frame: DataFrame, index: bool) -> Series:
    """Bytes by column."""
    count = len(frame)
    sizes: List[int] = []
    labels: List[Any] = []
    if index:
        labels.append("Index")
        sizes.append(132 if frame._levels.is_range else 8 * count)
    for label, dtype in zip(frame._labels, frame._dtypes()):
        labels.append(label)
        sizes.append(count * dtype.itemsize)
    return Series(sizes, index=labels)


def has_dtype(dtype: Dtype, wanted: Any) -> bool:
    """Whether a dtype is, or is of the kind of, what `select_dtypes` is given."""
    name = wanted if isinstance(wanted, str) else getattr(wanted, "__name__", str(wanted))
    kinds = {
        "number": "iuf", "integer": "iu", "floating": "f", "signedinteger": "i", "unsignedinteger": "u",
        "datetime": "M", "datetime64": "M", "timedelta": "m", "timedelta64": "m", "bool_": "b",
    }  # fmt: skip
    if name in kinds:
        return dtype.kind in kinds[name]
    if name in ("object", "O", "object_"):
        return str(dtype) in ("object", "str")
    if name in ("str", "string"):
        return str(dtype) == "str"
    if name == "category":
        return str(dtype) == "category"
    return bool(dtype == wanted)


