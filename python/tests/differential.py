"""Ours against pandas: the same code on the same data must give the same result.

`check(code, **data)` runs a function on frames of both libraries and compares values, labels, order, and dtypes up to
the rule of docs/reference/pandas.md: an integer (or bool) column that pandas made a float (or object) only because of
how it computed may stay one while nothing is missing; units of time may differ.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pandas as pd

import swiftwater as sw


def ours_of(data: Any) -> Any:
    """Our frame or series with the values of pandas' one."""
    return sw.from_pandas(data) if isinstance(data, (pd.DataFrame, pd.Series)) else data


def to_pandas(result: Any) -> Any:
    if isinstance(result, (sw.DataFrame, sw.Series)):
        return result.to_pandas()
    if isinstance(result, sw.Index):
        return pd.Index(result.tolist())
    return result


def check(code: Callable[..., Any], *data: Any) -> None:
    """Runs `code(pandas or swiftwater, *data)` with both and compares."""
    theirs: Any = None
    error: BaseException | None = None
    try:
        theirs = code(pd, *[d.copy() if hasattr(d, "copy") else d for d in data])
    except Exception as e:  # noqa: BLE001 - whatever pandas raises, ours must raise too
        error = e
    if error is not None:
        try:
            ours = to_pandas(code(sw, *[ours_of(d) for d in data]))
        except NotImplementedError:
            return
        except Exception as e:  # noqa: BLE001
            kinds = (KeyError, IndexError, TypeError, ValueError, AttributeError)
            for kind in kinds:
                if isinstance(error, kind):
                    assert isinstance(e, kind) or isinstance(e, (ValueError, TypeError)), (error, e)
            return
        raise AssertionError(f"pandas raises {error!r}, ours gives {ours!r}")
    ours = to_pandas(code(sw, *[ours_of(d) for d in data]))
    same(ours, theirs)


def same(ours: Any, theirs: Any) -> None:
    """Whether two results are the same but for what the rule allows."""
    if isinstance(theirs, pd.DataFrame):
        assert isinstance(ours, pd.DataFrame), type(ours)
        assert list(ours.columns) == list(theirs.columns), (list(ours.columns), list(theirs.columns))
        assert list(ours.columns.names) == list(theirs.columns.names), (ours.columns.names, theirs.columns.names)
        assert len(ours) == len(theirs), (len(ours), len(theirs))
        _same_index(ours.index, theirs.index)
        for i in range(len(theirs.columns)):
            _same_values(ours.iloc[:, i], theirs.iloc[:, i], theirs.columns[i])
    elif isinstance(theirs, pd.Series):
        assert isinstance(ours, pd.Series), type(ours)
        assert ours.name == theirs.name or (ours.name is None and theirs.name is None), (ours.name, theirs.name)
        _same_index(ours.index, theirs.index)
        _same_values(ours, theirs, theirs.name)
    elif isinstance(theirs, pd.Index):
        _same_index(pd.Index(ours), theirs)
    elif isinstance(theirs, (np.ndarray, pd.api.extensions.ExtensionArray)):
        theirs = np.asarray(theirs)
        assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
        _same_values(pd.Series(ours.ravel()), pd.Series(theirs.ravel()), "array")
    elif isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs), (ours, theirs)
        for a, b in zip(ours, theirs):
            same(a, b)
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs), (ours, theirs)
        for key in theirs:
            same(ours[key], theirs[key])
    elif theirs is None or (np.isscalar(theirs) and pd.isna(theirs)) or theirs is pd.NaT:
        assert ours is None or pd.isna(ours), (ours, theirs)
    elif isinstance(theirs, (float, np.floating)):
        assert np.isclose(float(ours), float(theirs), rtol=1e-9, atol=1e-9, equal_nan=True), (ours, theirs)
    else:
        assert ours == theirs, (ours, theirs)


def _same_index(ours: pd.Index, theirs: pd.Index) -> None:
    assert list(ours.names) == list(theirs.names), (ours.names, theirs.names)
    assert ours.nlevels == theirs.nlevels, (ours, theirs)
    assert len(ours) == len(theirs), (len(ours), len(theirs))
    for level in range(theirs.nlevels):
        a, b = ours.get_level_values(level), theirs.get_level_values(level)
        _same_values(pd.Series(a), pd.Series(b), "index", is_index=True)


def _kind(dtype: Any) -> str:
    text = str(dtype)
    if text.startswith("datetime64"):
        return "datetime64" + ("tz" if "," in text else "")
    if text.startswith("timedelta64"):
        return "timedelta64"
    if text in ("object", "str", "category"):
        return "object"
    return text


def _same_values(ours: pd.Series, theirs: pd.Series, name: Any, is_index: bool = False) -> None:
    a, b = _kind(ours.dtype), _kind(theirs.dtype)
    if a != b and len(theirs) and not theirs.isna().all():
        widened = (a, b) in (("int64", "float64"), ("int64", "int32"), ("int64", "int8"), ("float64", "int64"), ("bool", "object"),
                             ("int64", "object"), ("float64", "object"), ("object", "bool"), ("int32", "int64"))  # fmt: skip
        assert widened, f"dtype of {name!r}: ours {ours.dtype}, pandas {theirs.dtype}"
    x, y = ours.tolist(), theirs.tolist()
    assert len(x) == len(y)
    for i, (p, q) in enumerate(zip(x, y)):
        if q is None or (not isinstance(q, (list, dict, tuple)) and pd.isna(q)):
            assert p is None or pd.isna(p), f"{name!r} at {i}: ours {p!r}, pandas {q!r}"
        elif isinstance(q, float) or isinstance(p, float):
            assert np.isclose(float(p), float(q), rtol=1e-9, atol=1e-9), f"{name!r} at {i}: ours {p!r}, pandas {q!r}"
        else:
            assert p == q, f"{name!r} at {i}: ours {p!r}, pandas {q!r}"
