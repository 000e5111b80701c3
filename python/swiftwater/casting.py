"""`astype`, with the errors that pandas has for what cannot be converted."""

from __future__ import annotations

from typing import Any

from . import columntypes as T
from . import expressions as X
from .missing import not_there
from .series import Series


def cast_series(series: Series, dtype: Any) -> Series:
    """The series converted to another type."""
    wanted = T.parse_dtype(dtype)
    x = X.clean(series._expr)
    have = x.type
    if wanted == have:
        return series.copy()
    if wanted == "category":
        if not T.is_text(have):
            raise not_there(f"the category of {T.dtype_name(have)}", "use the values themselves, or .astype(str) first")
        return series._with(X.Cast(x, "category"))
    if wanted == "object":
        raise not_there("astype(object)", "keep the values' own type, or take them with .tolist()")
    if wanted in T.INTEGERS:
        return series._with(_to_integer(series, x, wanted))
    if wanted == "bool":
        return series._with(_to_bool(x))
    if wanted == "string":
        return series._with(_to_text(series, x))
    if T.is_time(wanted) and T.is_text(have):
        from .functions import to_datetime

        made = to_datetime(series)
        return made._with(X.Cast(made._expr, wanted))  # type: ignore[no-any-return]
    return series._with(X.Cast(x, wanted))


class IntCastingNaNError(ValueError):
    """A missing value has no integer."""


def _to_integer(series: Series, x: X.Expression, wanted: str) -> X.Expression:
    if (x.type in T.FLOATS or x.type in T.INTEGERS or x.type == "bool" or x.type == "null") and series.hasnans:
        raise IntCastingNaNError("Cannot convert non-finite values (NA or inf) to integer")
    if x.type == "bool":
        return X.Cast(x, wanted)
    if T.is_text(x.type) and series.hasnans:
        raise ValueError("cannot convert float NaN to integer")
    if T.is_time(x.type) and "[" not in x.type:
        raise TypeError("Cannot cast dates to integers")
    return X.Cast(x, wanted)


def _to_bool(x: X.Expression) -> X.Expression:
    if x.type in T.NUMBERS:
        # NaN is not zero, and so true.
        return X.Call("fillna", (X.Binary("!=", x, X.Literal(0), "bool"), X.Literal(True)), "bool")
    if T.is_text(x.type):
        return X.Call("fillna", (X.Binary("!=", x, X.Literal(""), "bool"), X.Literal(True)), "bool")
    raise not_there(f"the bool of {T.dtype_name(x.type)}", "compare the values")


def _to_text(series: Series, x: X.Expression) -> X.Expression:
    if T.is_text(x.type):
        return X.Cast(x, "string")
    if x.type == "bool" or x.type in T.INTEGERS:
        if x.type in T.INTEGERS and series.hasnans:
            x = X.Cast(x, "float64")
        return X.Cast(x, "string")
    if x.type in T.FLOATS or x.type == "null":
        return X.Cast(x, "string")
    if T.is_time(x.type) or T.is_duration(x.type):
        from .applying import mapped
        from .display import texts_of
        from .values import missing_of

        values = [v for v in series.drop_duplicates().tolist() if v is not missing_of(x.type) and v == v]
        texts = dict(zip(values, texts_of(values, x.type)))
        return mapped(series, texts.__getitem__, "string", False)._expr
    raise not_there(f"the text of {T.dtype_name(x.type)}", "use .map(str)")
