"""The index of rows that are read on several threads: pandas' numbers, whatever happens to the rows on their way."""

from __future__ import annotations

import json
import random
from typing import Any

import pandas as pd
import pytest

import swiftwater as sw

OPERATIONS: dict[str, Any] = {
    "nlargest": lambda df: df.nlargest(20, "a"),
    "nsmallest of a filter": lambda df: df[df["a"] % 3 != 1].nsmallest(20, "a"),
    "sort_values": lambda df: df.sort_values(["k", "a"], kind="stable"),
    "sort_values, then head": lambda df: df.sort_values("b", ascending=False, kind="stable").head(50),
    "tail of a filter": lambda df: df[df["k"] == "x"].tail(30),
    "drop_duplicates": lambda df: df.drop_duplicates(subset=["a"]),
    "drop_duplicates, the last": lambda df: df.drop_duplicates(subset=["a", "k"], keep="last").nlargest(5, "a"),
    "sort_index": lambda df: df.sort_index(ascending=False).head(40),
    "the index as a column": lambda df: df.reset_index().nlargest(9, "a"),
    "a new index": lambda df: df[df["a"] % 2 == 0].reset_index(drop=True).nlargest(9, "a"),
    "rows by their places": lambda df: df.nlargest(100, "a").iloc[5:50:3],
    "rows by their labels": lambda df: df.loc[1_000:1_020],
}


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same rows in three files with blank and bad lines, and in pandas."""
    folder = tmp_path_factory.mktemp("index")
    generator = random.Random(7)
    rows = [
        {
            "a": generator.randrange(4_000),
            "b": generator.choice([None, generator.random()]),
            "k": generator.choice("xyz"),
        }
        for _ in range(30_000)
    ]
    paths = []
    for number, (start, stop) in enumerate([(0, 9_000), (9_000, 9_001), (9_001, 30_000)]):
        paths.append(str(folder / f"{number}.ndjson"))
        with open(paths[-1], "w", encoding="utf-8") as file:
            for row in rows[start:stop]:
                file.write(json.dumps(row) + "\n" + generator.choice(["", "", "", "\n", "{bad\n"]))
    schema = {"a": "int64", "b": "float64", "k": "string"}
    return lambda: sw.read_json(paths, lines=True, on_error="skip", schema=schema), pd.DataFrame(rows)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_index_is_that_of_pandas(frames: Any, name: str) -> None:
    read, expected = frames
    ours = OPERATIONS[name](read()).to_pandas()
    pd.testing.assert_frame_equal(ours, OPERATIONS[name](expected), check_dtype=False, check_index_type=False)
