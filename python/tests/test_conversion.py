"""To and from pandas, NumPy, pyarrow and Polars, and memory that is given back."""

from __future__ import annotations

import gc
import resource

import numpy as np
import pandas as pd
import pytest

import swiftwater as sw
from differential import same
from frames import FRAMES, frame


@pytest.mark.parametrize("rows", [0, 5, 3000])
def test_pandas_and_back(rows: int) -> None:
    theirs = frame(rows, 5)
    ours = sw.from_pandas(theirs)
    same(ours.to_pandas(), theirs)
    if rows:
        for indexed in (theirs.set_index("k"), theirs.set_index(["k", "t"]), theirs[theirs.n > 0]):
            same(sw.from_pandas(indexed).to_pandas(), indexed)
    same(sw.from_pandas(theirs.x).to_pandas(), theirs.x)


def test_large_results_have_every_kind_of_value() -> None:
    theirs = pd.concat([frame(3000, 6)] * 40, ignore_index=True)
    ours = sw.from_pandas(theirs)
    same(ours[ours.n > 0].to_pandas(), theirs[theirs.n > 0])
    assert np.array_equal(ours.n.to_numpy(), theirs.n.to_numpy())


def test_other_libraries_take_our_frames_and_we_theirs() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    ours = sw.from_pandas(FRAMES["many"])
    assert pyarrow.table(ours).column_names == list(ours.columns)
    assert polars.DataFrame(ours).height == 60
    same(sw.DataFrame(pyarrow.table(ours)).to_pandas(), FRAMES["many"])
    same(sw.DataFrame(polars.DataFrame(ours)).to_pandas(), FRAMES["many"])
    assert ours.to_arrow().num_rows == 60


def test_python_values() -> None:
    ours = sw.DataFrame({"a": [1, None, 3], "b": ["x", None, "z"], "c": [[1], [], None]})
    assert ours["a"].dtype == "float64"
    assert ours["b"].tolist()[0] == "x"
    assert ours["c"].tolist() == [[1], [], None]
    assert sw.DataFrame(np.arange(6).reshape(3, 2), columns=["p", "q"])["q"].tolist() == [1, 3, 5]
    assert sw.DataFrame([{"a": 1}, {"b": 2}]).shape == (2, 2)
    assert sw.Series({"x": 1, "y": 2}).loc["y"] == 2
    with pytest.raises(NotImplementedError, match="several kinds"):
        sw.Series([1, "a"])


def test_memory_is_given_back() -> None:
    text = "\n".join('{"k": "a", "x": %d}' % i for i in range(20_000))

    def once() -> None:
        df = sw.read_json(text, lines=True)
        df = df[df.x > 10]
        len(df.groupby("k").sum())
        str(df)
        df["y"] = df.x * 2
        df.y.sum()

    for _ in range(20):
        once()
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(80):
        once()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
