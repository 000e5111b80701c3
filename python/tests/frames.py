"""Random frames for the tests, by seed: with missing values, ties, and none at all."""

from __future__ import annotations

import random

import pandas as pd

KEYS = ["a", "b", "cc", "D", "é", None]


def frame(rows: int, seed: int, missing: bool = True) -> pd.DataFrame:
    """Columns of all usual kinds: `k` and `g` to group by, `x` and `y` floats, `n` and `m` integers, `b` bools, `t` moments."""
    chance = random.Random(seed)

    def maybe(value: object) -> object:
        return None if missing and chance.random() < 0.2 else value

    start = pd.Timestamp("2020-01-31 22:00")
    return pd.DataFrame({
        "k": pd.Series([maybe(chance.choice(KEYS[:-1])) for _ in range(rows)], dtype="str"),
        "g": pd.Series([chance.randrange(4) for _ in range(rows)], dtype="int64"),
        "x": pd.Series([maybe(chance.choice([0.0, -1.5, 2.25, chance.uniform(-100, 100)])) for _ in range(rows)], dtype="float64"),
        "y": pd.Series([maybe(round(chance.uniform(-5, 5), 1)) for _ in range(rows)], dtype="float64"),
        "n": pd.Series([chance.randrange(-5, 6) for _ in range(rows)], dtype="int64"),
        "m": pd.Series([chance.randrange(1, 1000) for _ in range(rows)], dtype="int64"),
        "b": pd.Series([chance.random() < 0.5 for _ in range(rows)], dtype="bool"),
        "t": pd.Series([start + pd.Timedelta(minutes=7 * i) for i in range(rows)], dtype="datetime64[us]"),
    })  # fmt: skip


FRAMES = {
    "empty": frame(0, 0), "one": frame(1, 1), "two": frame(2, 5), "few": frame(7, 2), "many": frame(60, 3),
    "complete": frame(25, 4, missing=False),
}  # fmt: skip
