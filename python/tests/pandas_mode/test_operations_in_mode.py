"""Each operation of the differential test gives pandas' very result, types too, where pandas has been taken over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pd = pytest.importorskip("pandas")

import swiftwater.pandas._dispatch as dispatch  # noqa: E402
import swiftwater.pandas._state as states  # noqa: E402
from frames import FRAMES  # noqa: E402
from swiftwater.pandas import _profile  # noqa: E402
from swiftwater.pandas._module import MODULE  # noqa: E402
from test_operations import OPERATIONS  # noqa: E402


@pytest.fixture(autouse=True)
def everything_in_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "FEW_ROWS", 0)
    monkeypatch.setattr(dispatch, "FEW_ROWS", 0)


def plain(value: Any) -> Any:
    state = dispatch.state_of(value)
    if state is not None:
        return state.plain()
    if type(value) in (list, tuple):
        return type(value)(plain(v) for v in value)
    return {k: plain(v) for k, v in value.items()} if type(value) is dict else value


def same(ours: Any, theirs: Any) -> None:
    near: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-9, "check_freq": False}
    if isinstance(theirs, pd.DataFrame):
        pd.testing.assert_frame_equal(ours, theirs, **near)
    elif isinstance(theirs, pd.Series):
        pd.testing.assert_series_equal(ours, theirs, **near)
    elif isinstance(theirs, pd.Index):
        pd.testing.assert_index_equal(ours, theirs)
    elif isinstance(theirs, (np.ndarray, pd.api.extensions.ExtensionArray)):
        assert type(ours) is type(theirs) and ours.shape == theirs.shape
        pd.testing.assert_series_equal(pd.Series(ours.ravel()), pd.Series(theirs.ravel()), **near)
    elif isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            same(a, b)
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        for key in theirs:
            same(ours[key], theirs[key])
    elif theirs is None or np.isscalar(theirs) and pd.isna(theirs) or theirs is pd.NaT:
        assert ours is None or pd.isna(ours)
    else:
        assert type(ours) is type(theirs), (type(ours), type(theirs))
        assert ours == theirs or bool(np.isclose(float(ours), float(theirs), rtol=1e-9, atol=1e-9))


def result(code: str, module: Any, df: Any) -> Any:
    names = {"pd": module, "df": df, "np": np, "NUM": ["g", "x", "y", "n", "m"]}
    try:
        return plain(eval(code, names)), None
    except Exception as error:  # noqa: BLE001 - compared
        return None, error


# Frames without rows are left out: the engine knows no type of what nothing was computed of.
@pytest.mark.parametrize("name", [name for name in FRAMES if name != "empty"])
def test_the_results_are_pandas_own(name: str) -> None:
    wrong = []
    _profile.clear()
    for code in OPERATIONS:
        theirs, error = result(code, pd, FRAMES[name].copy())
        ours, ours_error = result(code, MODULE, dispatch.wrapped(FRAMES[name].copy()))
        try:
            assert type(ours_error) is type(error), (ours_error, error)
            if error is None:
                same(ours, theirs)
        except Exception as difference:  # noqa: BLE001 - listed
            wrong.append(f"{code}: {str(difference)[:300]}")
    assert not wrong, "\n".join(wrong)
    ran = sum(calls for places in _profile.figures().values() for where, (calls, _) in places.items() if where == "swiftwater")
    assert ran > len(OPERATIONS) / 2
