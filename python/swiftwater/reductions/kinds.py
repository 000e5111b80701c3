"""What an aggregation takes and gives: the engine's types, and pandas' errors."""

from __future__ import annotations

from .. import columntypes as T
from .. import expressions as X
from ..missing import not_there

NEEDS_NUMBERS = ("sum", "mean", "median", "std", "var", "sem", "prod", "skew", "kurt", "quantile")


def result_type(function: str, type_: str) -> str:
    """The engine's type of an aggregation; pandas' `TypeError` where it does not go with the values."""
    if function in ("count", "size", "nunique", "idxmin", "idxmax"):
        return "int64"
    if function in ("any", "all"):
        return "bool"
    if function in ("first", "last"):
        return type_
    if function in ("min", "max"):
        if T.is_nested(type_):
            raise TypeError(f"'{function}' not supported between lists or objects")
        return type_
    if type_ == "null":
        return "float64"
    if T.is_duration(type_) and function in ("sum", "mean", "median", "std", "quantile"):
        return type_
    if T.is_time(type_) and function in ("mean", "median", "quantile"):
        return type_
    if type_ == "bool" and function == "quantile":
        raise TypeError("quantiles of bools are not defined; convert them with .astype(int)")
    if not T.is_number(type_):
        if T.is_text(type_) and function == "sum":
            raise not_there("sum of text", "join the texts with ''.join(series)")
        raise TypeError(f"Cannot perform reduction '{function}' with dtype '{T.dtype_name(type_)}'")
    if function in ("sum", "prod"):
        if type_ in T.UNSIGNED:
            return "uint64"
        return "int64" if type_ in T.SIGNED or type_ == "bool" else type_
    return "float64"


def input_of(function: str, e: X.Expression) -> X.Expression:
    """What is aggregated: bools as numbers where pandas takes them so."""
    if e.type == "bool" and function in ("mean", "median", "std", "var", "sem", "prod", "skew", "kurt", "quantile"):
        return X.Cast(e, "int64")
    if e.type == "null" and function in NEEDS_NUMBERS:
        return X.Cast(e, "float64")
    return X.clean(e)
