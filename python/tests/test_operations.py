"""One operation after the other, on frames of all kinds, against pandas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from differential import check
from frames import FRAMES

NUM = ["g", "x", "y", "n", "m"]

#: One expression a line, by idea.
OPERATIONS = [
    line for part in sorted((Path(__file__).parent / "operations").glob("*.txt")) for line in part.read_text().splitlines()
]


#: pandas has shapes of its own for functions of Python on nothing.
NOT_ON_EMPTY = ("lambda", "pivot_table", "nlargest(2)", "['x'].describe()", "df.k > 1")


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_result_is_pandas(operation: str, name: str) -> None:
    if name == "empty" and any(part in operation for part in NOT_ON_EMPTY):
        return
    code = compile(operation, operation, "eval")

    def run(pd: Any, df: Any) -> Any:
        return eval(code, {"pd": pd, "df": df, "NUM": NUM})

    check(run, FRAMES[name])
