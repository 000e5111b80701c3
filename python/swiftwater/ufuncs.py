"""NumPy's functions of values, such as `numpy.log` and `numpy.maximum`, on frames and series."""

from __future__ import annotations

import operator
from typing import Any, Callable, Dict, List, Mapping, Tuple

from . import columntypes as T
from . import expressions as X
from .applying import of_values
from .base import Data
from .frame import DataFrame
from .series import Series

#: The engine's functions by NumPy's names.
_FUNCTIONS = {"sqrt": "sqrt", "exp": "exp", "log": "log", "log10": "log10", "floor": "floor", "ceil": "ceil"}

_OPERATORS: Dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "true_divide": operator.truediv, "floor_divide": operator.floordiv, "remainder": operator.mod, "mod": operator.mod,
    "power": operator.pow, "equal": operator.eq, "not_equal": operator.ne, "less": operator.lt, "less_equal": operator.le,
    "greater": operator.gt, "greater_equal": operator.ge, "bitwise_and": operator.and_, "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
}  # fmt: skip

#: What an operator is with its operands swapped, where that is not the method of the same name with an `r`.
_MIRRORED = {
    "equal": operator.eq, "not_equal": operator.ne, "less": operator.gt, "less_equal": operator.ge,
    "greater": operator.lt, "greater_equal": operator.le,
}  # fmt: skip

_UNARY: Dict[str, Callable[[Any], Any]] = {
    "negative": operator.neg, "positive": operator.pos, "absolute": operator.abs, "fabs": operator.abs,
    "invert": operator.invert, "isnan": lambda data: data.isna(),
}  # fmt: skip


def universal(function: Any, method: str, inputs: Tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """A universal function of NumPy with frames or series among its operands: a frame or series where it is by value."""
    name = function.__name__
    # NumPy makes arrays without a dimension of its scalars.
    inputs = tuple(i if isinstance(i, Data) or getattr(i, "shape", None) != () else i.item() for i in inputs)
    if method == "__call__" and not options:
        if len(inputs) == 2 and name in _OPERATORS:
            return _operated(name, *inputs)
        if len(inputs) == 1:
            (data,) = inputs
            if name in _UNARY:
                return _UNARY[name](data)
            if isinstance(data, DataFrame):
                return data._each(lambda s: function(s))
            if name in _FUNCTIONS and data._expr.type in T.NUMBERS:
                x = data._expr if data._expr.type in T.FLOATS else X.Cast(data._expr, "float64")
                return data._with(X.Call(_FUNCTIONS[name], (x,), x.type, may_nan=True))
    first: Any = next(i for i in inputs if isinstance(i, Data))
    held: List[Any] = [i.__array__() if isinstance(i, (DataFrame, Series)) else i for i in inputs]
    result = getattr(function, method)(*held, **options)
    if getattr(result, "shape", None) != first.shape:
        return result
    if isinstance(first, DataFrame):
        return DataFrame(result, index=first.index, columns=first.columns)
    return of_values(first, result.tolist())


def _operated(name: str, left: Any, right: Any) -> Any:
    if isinstance(left, Data):
        return _OPERATORS[name](left, right)
    if name in _MIRRORED:
        return _MIRRORED[name](right, left)
    word = _OPERATORS[name].__name__.strip("_")
    return getattr(right, f"__r{word}__")(left)
