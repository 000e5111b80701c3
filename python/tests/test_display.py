"""Frames and series are printed as pandas prints them."""

from __future__ import annotations

import pandas as pd
import pytest

import swiftwater as sw
from frames import FRAMES, frame

CODES = [
    "df", "df.x", "df.k", "df.t", "df.b", "df.groupby('k').agg({'x': ['min', 'max'], 'n': ['sum']})", "df.set_index('k')",
    "df.set_index(['k', 'g'])", "df.groupby(['k', 'g']).n.sum()", "df.groupby('k').size()", "df[['x', 'y', 'n']].describe()",
    "df.pivot_table(values='n', index='g', columns='b', aggfunc='sum')", "df[df.n > 0]", "df.isna()", "df[['n']]",
    "df.sum(numeric_only=True)", "df.x * 1e10", "df.x / 1e8", "df.x.head(0)", "df.head(0)", "df[[]]",
    "df.assign(z=df.x * 123456.789)", "df.rename_axis(columns='what')", "df.groupby(['k', 'g', 'b']).agg({'x': ['min', 'max']})",
]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", ["one", "few", "many", "long", "complete"])
def test_a_frame_looks_like_pandas(code: str, name: str) -> None:
    if name == "long" and code == "df[[]]":
        return
    data = frame(200, 9) if name == "long" else FRAMES[name]
    theirs = eval(code, {"df": data, "pd": pd})
    ours = eval(code, {"df": sw.from_pandas(data), "pd": sw})
    assert repr(ours) == repr(theirs)
    if hasattr(theirs, "_repr_html_") and hasattr(ours, "_repr_html_"):
        assert _body(ours._repr_html_()) == _body(theirs._repr_html_())


def _body(html: str) -> str:
    return html[html.index("<table") :]


def test_wide_frames_are_folded_and_cut() -> None:
    wide = pd.DataFrame({f"column_{i}": [i, i * 2] for i in range(30)})
    assert repr(sw.from_pandas(wide)) == repr(wide)
    assert repr(sw.from_pandas(wide.iloc[:, :9])) == repr(wide.iloc[:, :9])
    assert repr(sw.from_pandas(wide.iloc[:, :19])) == repr(wide.iloc[:, :19])
