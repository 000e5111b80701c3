"""Functions of values: conversions, `isna`, `cut`, and `collect`."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

from . import columntypes as T
from . import expressions as X
from . import values as V
from .base import Data
from .frame import DataFrame
from .labels import Index
from .missing import not_there, refuse
from .runtime import compute
from .series import Series


def collect(*frames: Any) -> Tuple[Any, ...]:
    """Computes several frames or series in one run, which reads what they share once.

    Examples
    --------
    >>> import swiftwater as sw
    >>> df = sw.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]})
    >>> sums, top = sw.collect(df.groupby("k").sum(), df.nlargest(1, "x"))
    >>> top["x"].tolist()
    [3]
    """
    waiting = [f for f in frames if isinstance(f, Data) and f._view is None]
    for frame, view in zip(waiting, compute([f._request() for f in waiting])):
        frame._view = view
    return frames


def from_pandas(data: Any) -> Any:
    """A frame or series with the values of pandas' one."""
    from .construction import from_pandas as convert

    return convert(data)


def isna(obj: Any) -> Any:
    """Whether a value, or each of several, is missing."""
    if isinstance(obj, (DataFrame, Series)):
        return obj.isna()
    if isinstance(obj, Index):
        return [V.is_missing(v) for v in obj]
    if isinstance(obj, (list, tuple)) or (hasattr(obj, "tolist") and bool(getattr(obj, "shape", False))):
        return [V.is_missing(v) for v in obj]
    return V.is_missing(obj)


isnull = isna


def notna(obj: Any) -> Any:
    """Whether a value, or each of several, is there."""
    missing = isna(obj)
    if isinstance(missing, (DataFrame, Series)):
        return ~missing
    return [not m for m in missing] if isinstance(missing, list) else not missing


notnull = notna


def unique(values: Any) -> Any:
    """The different values in order of appearance."""
    return (values if isinstance(values, Series) else Series(values)).unique()


def to_numeric(arg: Any, errors: str = "raise", downcast: Any = None, dtype_backend: Any = None) -> Any:
    """Text as numbers.

    Examples
    --------
    >>> import swiftwater as sw
    >>> sw.to_numeric(sw.Series(["1", "2.5"])).tolist()
    [1.0, 2.5]
    """
    refuse("to_numeric", downcast=(None, downcast), dtype_backend=(None, dtype_backend))
    if not isinstance(arg, Series):
        if V.is_scalar(arg):
            return _number(arg, errors)
        made = to_numeric(Series(list(arg)), errors)
        return made.values
    if arg._expr.type in T.NUMBERS or arg._expr.type == "bool":
        return arg
    if not T.is_text(arg._expr.type):
        if arg._expr.type == "null":
            return arg.astype("float64")
        raise TypeError(f"Invalid object type: {T.dtype_name(arg._expr.type)}")
    distinct = [v for v in arg.drop_duplicates().tolist() if not V.is_missing(v)]
    numbers = {v: _number(v, errors) for v in distinct}
    if all(isinstance(n, int) for n in numbers.values()) and not arg.hasnans:
        return arg.astype("int64")
    if any(V.is_missing(n) for n in numbers.values()):
        good = [v for v, n in numbers.items() if not V.is_missing(n)]
        arg = arg.where(arg.isin(good))
    return arg.astype("float64")


def _number(value: Any, errors: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        if errors == "coerce":
            return V.nan
        raise ValueError(f'Unable to parse string "{value}" at position 0') from None


def to_datetime(
    arg: Any, errors: str = "raise", dayfirst: bool = False, yearfirst: bool = False, utc: bool = False,
    format: Optional[str] = None, exact: Any = True, unit: Optional[str] = None, origin: Any = "unix", cache: bool = True,
) -> Any:  # fmt: skip
    """Text or numbers as moments.

    Examples
    --------
    >>> import swiftwater as sw
    >>> sw.to_datetime(sw.Series(["2020-01-31", "2020-02-01"])).dt.day.tolist()
    [31, 1]
    """
    refuse(
        "to_datetime", dayfirst=(False, dayfirst), yearfirst=(False, yearfirst), origin=("unix", origin), exact=(True, exact)
    )  # fmt: skip
    if isinstance(arg, DataFrame):
        raise not_there("to_datetime of a frame of parts", "join the parts to one text column first")
    if V.is_scalar(arg):
        from .times import Timestamp

        if V.is_missing(arg):
            return V.missing_of("timestamp[us]")
        if format is not None:
            import datetime

            return Timestamp(datetime.datetime.strptime(arg, format))
        moment = Timestamp(arg, unit=unit) if unit is not None else Timestamp(arg)
        return moment
    if not isinstance(arg, Series):
        return to_datetime(Series(list(arg)), errors, utc=utc, format=format, unit=unit)
    x = X.clean(arg._expr)
    type_ = x.type
    if type_.startswith("timestamp"):
        return _in_utc(arg) if utc else arg
    if type_ == "date":
        return arg._with(X.Cast(x, "timestamp[s]"))
    if type_ in T.NUMBERS:
        return _of_numbers(arg, x, unit or "ns", utc)
    if type_ == "null":
        return arg._with(X.Cast(x, "timestamp[us]"))
    if not T.is_text(type_):
        raise TypeError(f"<class '{T.dtype_name(type_)}'> is not convertible to datetime")
    return _of_text(arg, errors, format, utc)


def _in_utc(series: Series) -> Series:
    unit = T.unit_of(series._expr.type)
    return series._with(X.Cast(series._expr, f"timestamp[{unit}, UTC]"))


def _of_numbers(series: Series, x: X.Expression, unit: str, utc: bool) -> Series:
    scale = {"s": "s", "ms": "ms", "us": "us", "ns": "ns"}.get(unit)
    if x.type in T.FLOATS:
        factor = {"D": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1000, "us": 1}.get(unit)
        if factor is None:
            raise not_there(f"to_datetime of floats with unit={unit!r}", "convert them to integers first")
        micro = X.Call("round", (X.arithmetic("*", x, X.Literal(float(factor))),), "float64")
        result: X.Expression = X.Cast(X.Cast(micro, "int64"), "timestamp[us]")
    elif scale is not None:
        result = X.Cast(X.Cast(x, "int64"), f"timestamp[{scale}]")
    else:
        factor = {"D": 86_400, "h": 3_600, "m": 60}.get(unit)
        if factor is None:
            raise ValueError(f"cannot cast unit '{unit}'")
        result = X.Cast(X.arithmetic("*", X.Cast(x, "int64"), X.Literal(factor)), "timestamp[s]")
    made = series._with(result)
    return _in_utc(made) if utc else made


def _of_text(series: Series, errors: str, format: Optional[str], utc: bool) -> Series:
    """Moments of text: each different text is read once."""
    import datetime

    from .applying import mapped
    from .times import parse_moment

    def read(text: str) -> Any:
        try:
            if format is not None and format not in ("ISO8601", "mixed"):
                return datetime.datetime.strptime(text, format)
            return parse_moment(text)
        except ValueError:
            if errors == "coerce":
                return None
            raise

    result = mapped(series, read, "timestamp[us]", utc)
    return result


def to_timedelta(arg: Any, unit: Optional[str] = None, errors: str = "raise") -> Any:
    """Text or numbers as spans of time."""
    from .applying import mapped
    from .times import Timedelta, parse_span

    refuse("to_timedelta", errors=("raise", errors))
    if V.is_scalar(arg):
        return Timedelta(arg, unit=unit) if unit is not None else Timedelta(arg)
    series = arg if isinstance(arg, Series) else Series(list(arg))
    type_ = series._expr.type
    if T.is_duration(type_):
        return series
    if T.is_text(type_):
        return mapped(series, parse_span, "duration[us]", False)
    if type_ in T.INTEGERS and (unit or "ns") in ("s", "ms", "us", "ns"):
        one = {"s": ("s", 1), "ms": ("ms", 1), "us": ("us", 1), "ns": ("ns", 1)}[unit or "ns"]
        return series._with(X.Cast(series._expr, f"duration[{one[0]}]"))
    return mapped(series, lambda v: Timedelta(v, unit=unit), "duration[us]", False)


def get_dummies(
    data: Any, prefix: Any = None, prefix_sep: str = "_", dummy_na: bool = False, columns: Any = None,
    sparse: bool = False, drop_first: bool = False, dtype: Any = None,
) -> DataFrame:  # fmt: skip
    """A column of bools for each value of text columns.

    Examples
    --------
    >>> import swiftwater as sw
    >>> list(sw.get_dummies(sw.Series(["b", "a"])).columns)
    ['a', 'b']
    """
    refuse("get_dummies", sparse=(False, sparse))
    if isinstance(data, Series):
        labels, exprs = _dummies(data, prefix, prefix_sep, dummy_na, drop_first, dtype)
        return DataFrame._make(data._rows, labels, exprs, data._levels)
    chosen = list(columns) if columns is not None else [l for l, e in zip(data._labels, data._exprs) if T.is_text(e.type)]
    labels = [l for l in data._labels if l not in chosen]
    exprs = [data._expr(l) for l in labels]
    for i, label in enumerate(chosen):
        given = prefix[i] if isinstance(prefix, list) else prefix.get(label) if isinstance(prefix, dict) else prefix
        more, made = _dummies(data._column(label), given if given is not None else label, prefix_sep, dummy_na, drop_first, dtype)
        labels += more
        exprs += made
    return DataFrame._make(data._rows, labels, exprs, data._levels)


def _dummies(series: Series, prefix: Any, sep: str, dummy_na: bool, drop_first: bool, dtype: Any) -> Tuple[List[Any], List[X.Expression]]:
    values = sorted(v for v in series.drop_duplicates().tolist() if not V.is_missing(v))
    if dummy_na:
        values.append(V.nan)
    if drop_first:
        values = values[1:]
    labels: List[Any] = []
    exprs: List[X.Expression] = []
    for value in values:
        shown = "nan" if V.is_missing(value) else value
        labels.append(f"{prefix}{sep}{shown}" if prefix is not None else value)
        same = X.is_na(series._expr) if V.is_missing(value) else X.comparison("==", series._expr, X.Literal(value))
        exprs.append(same if dtype in (None, bool, "bool") else X.Cast(X.Cast(same, "int8"), T.parse_dtype(dtype)))
    return labels, exprs


def cut(
    x: Any, bins: Any, right: bool = True, labels: Any = None, retbins: bool = False, precision: int = 3,
    include_lowest: bool = False, duplicates: str = "raise", ordered: bool = True,
) -> Any:  # fmt: skip
    """Numbers by intervals: the labels of the intervals, or their numbers with `labels=False`.

    Examples
    --------
    >>> import swiftwater as sw
    >>> sw.cut(sw.Series([1, 7, 5]), [0, 5, 10], labels=["low", "high"]).tolist()
    ['low', 'high', 'low']
    """
    refuse("cut", ordered=(True, ordered))
    series = x if isinstance(x, Series) else Series(x)
    edges = _edges(series, bins, right)
    if any(a > b for a, b in zip(edges, edges[1:])):
        raise ValueError("bins must increase monotonically.")
    if len(set(edges)) != len(edges):
        if duplicates != "drop":
            raise ValueError(
                f"Bin edges must be unique: {edges!r}.\nYou can drop duplicate edges by setting the 'duplicates' kwarg"
            )
        edges = sorted(set(edges))
    count = len(edges) - 1
    if labels is None:
        raise not_there("cut with intervals as labels", "give labels=[…] or labels=False")
    if labels is not False and len(labels) != count:
        raise ValueError("Bin labels must be one fewer than the number of bin edges")
    e = X.clean(series._expr)
    first: X.Expression = X.Literal(None)
    result: X.Expression = X.Cast(first, "int64") if labels is False else X.Cast(first, "string")
    for i in reversed(range(count)):
        low, high = X.Literal(edges[i]), X.Literal(edges[i + 1])
        above = X.comparison(">=" if not right or (include_lowest and i == 0) else ">", e, low)
        below = X.comparison("<=" if right else "<", e, high)
        value: X.Expression = X.Literal(i) if labels is False else X.Literal(str(labels[i]))
        result = X.Call("where", (X.Binary("and", above, below, "bool"), value, result), result.type)
    made = Series._make(series._rows, result, series._name, series._levels)
    return (made, edges) if retbins else made


def _edges(series: Series, bins: Any, right: bool) -> List[Any]:
    if not isinstance(bins, int):
        return list(bins)
    if bins < 1:
        raise ValueError("`bins` should be a positive integer.")
    low, high = series.min(), series.max()
    if V.is_missing(low):
        raise ValueError("Cannot cut empty array")
    if low == high:
        spread = 0.001 * abs(low) if low != 0 else 0.001
        low, high = low - spread, high + spread
        return [low + (high - low) * i / bins for i in range(bins + 1)]
    edges = [low + (high - low) * i / bins for i in range(bins)] + [high]
    adjust = (high - low) * 0.001
    if right:
        edges[0] -= adjust
    else:
        edges[-1] += adjust
    return edges


