"""A column that is set again and again, and values mapped by a large table: more than one expression of the engine takes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from differential import check

FRAME = pd.DataFrame({"k": list("abcabcabc"), "n": range(9), "x": [1.5, None, 3, 4, 5, 6, 7, 8, 9]})


@pytest.mark.parametrize(
    "step",
    [
        "df['n'] = df.n + 1", "df['n'] = df.n.clip(0, 100)", "df['x'] = df.x.fillna(df.x.mean()).where(df.n > 2, df.x + 1)",
        "df['x'] = df.x.shift(1).fillna(0)", "df['n'] = df.n - df.groupby('k').n.transform('min') + 1",
        "df.loc[df.n > 3, 'n'] -= 1", "df['n'] += 2", "df = df.assign(x=lambda d: d.x.clip(0, 5))",
    ],
)  # fmt: skip
@pytest.mark.parametrize("index", [None, "k"])
def test_a_column_can_be_set_many_times(step: str, index: "str | None") -> None:
    if index is not None and ("loc" in step or "groupby" in step):
        return

    def run(_: Any, df: Any) -> Any:
        scope = {"df": df if index is None else df.set_index(index)}
        for _ in range(40):
            exec(step, scope)
        return scope["df"]

    check(run, FRAME)


@pytest.mark.parametrize("count", [3, 9, 50, 120, 199, 250])
def test_values_are_mapped_by_tables_of_any_size(count: int) -> None:
    texts = pd.Series([f"k{i % (count + 3)}" for i in range(2 * count)])
    numbers = pd.Series([i % (count + 3) for i in range(2 * count)])
    check(lambda _, s: s.map({f"k{i}": i for i in range(count)}), texts)
    check(lambda _, s: s.map({i: f"k{i}" for i in range(count)}), numbers)
    check(lambda _, s: s.map({f"k{i}": f"j{i % 7}" for i in range(count)}).str.upper().value_counts().sort_index(), texts)


def test_a_long_column_goes_together_with_others_of_before() -> None:
    def run(pd: Any, df: Any) -> Any:
        before = df.n * 2
        for i in range(50):
            df["n"] = df.n.clip(0, 50 - i)
        df["before"] = before
        return df[before > 4]

    check(run, FRAME)
