"""What people see: plots, progress, tables in notebooks."""

from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path
from typing import Any

import pytest

import swiftwater as sw
from swiftwater import plotting, progress
from swiftwater._engine import Progress


def frame() -> sw.DataFrame:
    return sw.DataFrame({"k": ["a", "b", "c"], "x": [1.0, None, 4.0], "n": [3, 2, 1]})


# Plots.


@pytest.fixture
def figures() -> Any:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def test_plots_are_pandas_own_where_pandas_is(figures: Any) -> None:
    pandas = pytest.importorskip("pandas")
    assert isinstance(frame().plot, pandas.plotting.PlotAccessor)
    assert len(frame().plot(x="n", y="x").lines) == 1
    assert len(frame().n.plot.bar().patches) == 3


def test_plots_need_only_matplotlib(figures: Any) -> None:
    df = frame()
    own = plotting.Plot(df)
    assert len(own().lines) == 2
    assert [t.get_text() for t in own.bar(x="k").get_xticklabels()] == ["a", "b", "c"]
    assert len(own.barh(x="k", y="n").patches) == 3
    assert len(own.hist(bins=4, alpha=0.5).patches) == 8
    assert own.scatter(x="x", y="n", c="n").get_ylabel() == "n"
    assert own(kind="line", x="n", y="x", title="T", grid=True).get_title() == "T"
    assert len(own.box().get_xticklabels()) == 2
    assert len(own.area(y=["n"]).collections) == 1
    assert len(plotting.Plot(df.n).pie().patches) == 3
    assert plotting.Plot(df.n).line().get_legend() is None
    with pytest.raises(ValueError, match="kind"):
        own(kind="nothing")
    with pytest.raises(NotImplementedError, match="hexbin"):
        own.hexbin
    with pytest.raises(TypeError, match="no numeric"):
        plotting.Plot(df[["k"]]).line()


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        frame().plot


# Progress.


def test_a_short_run_shows_nothing_and_a_long_one_a_line_that_goes() -> None:
    stream = io.StringIO()
    bar = progress.Bar(stream, None)
    bar(Progress(10, 100, 1, 0, 0.2))
    bar.end()
    assert stream.getvalue() == ""
    bar(Progress(500_000_000, 1_000_000_000, 1_234_567, 0, 3.0))
    assert " 50 % |" in stream.getvalue()
    assert "1,234,567 rows, 500.0 MB of 1.0 GB, 3 s, 3 s left" in stream.getvalue()
    bar(Progress(500, None, 7, 0, 4.0))
    bar.end()
    assert "7 rows, 500 B, 4 s" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_in_a_notebook_the_line_is_a_bar_that_is_updated() -> None:
    shown: list[tuple[str, Any]] = []

    def show(markup: str, handle: Any) -> Any:
        shown.append((markup, handle))
        return "handle"

    bar = progress.Bar(io.StringIO(), show)
    bar(Progress(1, 4, 10, 0, 2.0))
    bar(Progress(2, 4, 20, 0, 3.0))
    bar.end()
    assert "value='0.250'" in shown[0][0] and shown[0][1] is None
    assert "20 rows" in shown[1][0] and shown[1][1] == "handle"
    assert shown[2] == ("", "handle")


def test_who_is_not_looking_sees_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert progress.listener() is None
    monkeypatch.setenv("SWIFTWATER_PROGRESS", "1")
    assert progress.listener() is not None
    monkeypatch.setenv("SWIFTWATER_PROGRESS", "0")
    assert progress.listener() is None


def test_a_run_reports_to_the_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SWIFTWATER_PROGRESS", "1")
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    path = tmp_path / "big.ndjson"
    path.write_text('{"a": 1, "s": "some text"}\n' * 3_000_000)
    assert len(sw.read_json(path, lines=True).groupby("s").sum()) == 1
    if stream.getvalue():
        assert "swiftwater:" in stream.getvalue() and stream.getvalue().endswith("\r\x1b[K")


# Tables.


def test_a_table_is_html_as_pandas_writes_it() -> None:
    pytest.importorskip("pandas")
    for df in (frame(), frame().groupby("k").agg({"x": ["min", "max"], "n": ["sum"]}), sw.DataFrame({"a": range(100)}),
               frame().set_index("k"), frame().set_index(["k", "n"])):  # fmt: skip
        assert df._repr_html_() == df.to_pandas()._repr_html_()
    assert "<td>&lt;b&gt;</td>" in sw.DataFrame({"a": ["<b>"]})._repr_html_()

