"""Random chains of operations on random frames, against pandas; shrunk by hypothesis, the same again by its seed."""

from __future__ import annotations

import os
from typing import Any

import hypothesis
from hypothesis import given, settings
from hypothesis import strategies as st

from differential import check
from frames import frame

# The same 300 chains each time; others, and as many as one likes, with SWIFTWATER_CASES.
CHOSEN = "SWIFTWATER_CASES" in os.environ
CASES = int(os.environ.get("SWIFTWATER_CASES", "300"))

#: Steps from a frame with the columns k g x y n m b t to such a frame.
STEPS = [
    "df[df.x > 0]", "df[df.n < 3]", "df[df.k == 'a']", "df[~df.b]", "df[df.k.notna()]", "df[df.x.isna() | df.b]",
    "df.head(5)", "df.tail(4)", "df[1:6]", "df[::2]", "df.iloc[::-1]", "df.query('n > -2 and m < 900')",
    "df.sort_values('n', kind='stable')", "df.sort_values(['g', 'x'])", "df.sort_values('x', ascending=False, kind='stable')",
    "df.sort_index()", "df.reset_index(drop=True)", "df.drop_duplicates(['g', 'k'])", "df.drop_duplicates('n', keep='last')",
    "df.dropna(subset=['x'])", "df.fillna({'x': 0.5, 'k': 'z'})", "df.assign(x=df.x * 2 - df.y)", "df.assign(n=df.n + df.g)",
    "df.assign(x=df.n / df.m)", "df.assign(y=df.groupby('g').x.transform('mean'))", "df.assign(n=df.groupby('k').cumcount())",
    "df.assign(x=df.x.shift(1))", "df.assign(m=df.m.cumsum())", "df.assign(y=df.y.rank())", "df.assign(x=df.x.ffill())",
    "df.assign(b=df.x > df.y)", "df.assign(k=df.k.str.upper())", "df.assign(x=df.x.clip(-2, 50))", "df.assign(y=df.y.round())",
    "df.assign(x=df.x.where(df.n > 0, df.y))", "df.nlargest(6, 'm')", "df.nsmallest(5, 'x')", "df[df.n.isin([1, 2, -3])]",
    "df.groupby('g').head(2)", "pd.concat([df, df.head(3)])", "pd.concat([df, df], ignore_index=True)",
    "df.assign(x=df.x.rolling(2).mean())", "df[df.m > df.m.mean()]", "df[df.groupby('g').n.transform('max') > 1]",
    "df.merge(df[['g']].drop_duplicates(), on='g')", "df.replace({'k': {'a': 'b'}})", "df.copy()", "df.rename(columns=str)",
    "df.assign(n=df.n.astype('float64').fillna(0).astype('int64'))", "df.assign(t=df.t + pd.Timedelta('1h'))",
]  # fmt: skip

#: What is looked at in the end.
ENDS = [
    "df", "df.x", "df.shape", "df.k.tolist()", "df.reset_index()", "df.groupby('k').agg({'x': ['min', 'max', 'mean'], 'n': 'sum'})",
    "df.groupby(['g', 'b']).x.mean()", "df.groupby('k', dropna=False).size()", "df.x.sum()", "df[['x', 'y', 'n']].mean()",
    "df.groupby('g')[['x', 'n']].median()", "df.groupby('k', as_index=False).n.max()", "df.set_index('k').n",
    "df[['x', 'n']].describe()", "df.n.value_counts().sort_index()", "df.k.nunique()", "df.isna().sum()", "df.x.cumsum()",
    "df.groupby('g').x.std()", "df.x + df.n", "df.groupby('g').first()", "df.groupby('g').last()",
    "df.pivot_table(values='n', index='g', columns='b', aggfunc='sum')", "df.t.dt.hour", "df.index", "len(df)",
]  # fmt: skip


@settings(max_examples=CASES, deadline=None, print_blob=True, derandomize=not CHOSEN, suppress_health_check=list(hypothesis.HealthCheck))
@given(
    rows=st.integers(1, 40), seed=st.integers(0, 10_000), missing=st.booleans(),
    steps=st.lists(st.sampled_from(STEPS), max_size=5), end=st.sampled_from(ENDS), looks=st.lists(st.booleans(), min_size=5, max_size=5),
)  # fmt: skip
def test_a_chain_gives_what_pandas_gives(
    rows: int, seed: int, missing: bool, steps: list[str], end: str, looks: list[bool]
) -> None:
    def run(pd: Any, df: Any) -> Any:
        for step, look in zip(steps, looks):
            df = eval(step, {"pd": pd, "df": df})
            if len(df) == 0:
                return df.shape
            if look:
                len(df.index)
                str(df)
        return eval(end, {"pd": pd, "df": df})

    check(run, frame(rows, seed, missing))
