"""No argument is taken and then left alone: each is used, refused, or one of the few that cannot change a result here."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any, Iterator, Tuple

import pytest

import swiftwater as sw
from swiftwater.accessors.text import TextMethods
from swiftwater.accessors.time import MomentMethods, SpanMethods
from swiftwater.groupby import DataFrameGroupBy, SeriesGroupBy
from swiftwater.resampling import Resampler
from swiftwater.rolling import Rolling

CLASSES = [
    sw.DataFrame, sw.Series, sw.Index, DataFrameGroupBy, SeriesGroupBy, Rolling, Resampler, TextMethods, MomentMethods,
    SpanMethods,
]  # fmt: skip

#: What can be given without a difference: hints about how to compute, and what pandas documents as unused.
WITHOUT_EFFECT = {
    "copy", "deep", "kind", "engine", "engine_kwargs", "observed", "cache", "low_memory", "precise_float",
    "convert_dtype", "precision", "memory_usage", "args", "margins_name",
}  # fmt: skip
WITHOUT_EFFECT_IN_SERIES = {"axis", "numeric_only", "how", "columns", "include", "exclude"}


def functions() -> Iterator[Tuple[str, Any]]:
    for owner in CLASSES:
        for name in dir(owner):
            member = inspect.getattr_static(owner, name)
            member = getattr(member, "__func__", member)
            if not name.startswith("_") and inspect.isfunction(member):
                yield f"{owner.__name__}.{name}", member
    for name in sw.__all__:
        if inspect.isfunction(getattr(sw, name)):
            yield f"swiftwater.{name}", getattr(sw, name)


def unused(function: Any) -> "set[str]":
    definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(definition, ast.FunctionDef)
    if "not_there" in ast.unparse(definition.body[-1]):
        return set()
    given = definition.args
    names = {a.arg for a in (*given.args, *given.kwonlyargs, given.vararg, given.kwarg) if a is not None}
    used = {node.id for part in definition.body for node in ast.walk(part) if isinstance(node, ast.Name)}
    return names - used - {"self", "cls"}


def test_each_argument_is_used_or_refused() -> None:
    found = {}
    for name, function in functions():
        allowed = WITHOUT_EFFECT | (WITHOUT_EFFECT_IN_SERIES if name.startswith("Series") else set())
        left_alone = unused(function) - allowed
        if left_alone:
            found[name] = left_alone
    # Of frames all bounds are scalars.
    assert found == {"DataFrame.clip": {"axis"}}


def frame() -> Any:
    return sw.DataFrame({"a": [3.0, None, 1.0], "b": [1.0, 2.0, 5.0]}, index=["x", "y", "z"])


@pytest.mark.parametrize(
    "code",
    [
        "df.cumsum(axis=1)", "df.rank(axis=1)", "df.ffill(axis=1)", "df.bfill(axis='columns')", "df.quantile(0.5, axis=1)",
        "df.pct_change(axis=1)", "df.pct_change(freq='D')", "df.sample(2, axis=1)", "df.any(skipna=False)",
        "df.idxmax(axis=1, skipna=False)", "df.corr(min_periods=2)", "df.astype(int, errors='ignore')",
        "df.add(1, level=0)", "df.a.add(df.b, level=0)", "df.a.eq(df.b, fill_value=0)", "df.ffill(limit_area='inside')",
        "df.rename(index={'x': 'w'}, level=0)", "df.a.sort_index(key=lambda i: i)", "df.a.astype(int, errors='ignore')",
        "df.stack(dropna=True)", "df.to_dict(into=list)", "df.to_string(justify='left')", "df.to_csv(encoding='latin-1')",
        "df.groupby('b').first(min_count=2)", "df.groupby('b').cumsum(axis=1)", "df.where(df.a > 1, df.b, axis=0)",
        "df.info(show_counts=False)", "df.groupby('b').a.describe(include='all')", "df.a.rolling(2, method='table')",
        "sw.to_datetime(['2020-01-01 and more'], format='%Y-%m-%d', exact=False)", "sw.to_timedelta(['x'], errors='coerce')",
        "sw.read_csv('no.csv', encoding='latin-1')", "sw.read_csv('no.csv', compression='gzip')",
        "sw.read_json('no.json', lines=True, encoding='utf-16')", "sw.concat([df, df], levels=[['a']])",
        "sw.read_parquet('no.parquet', use_threads=True)", "sw.crosstab(df.a, df.b, dropna=False)",
    ],
)  # fmt: skip
def test_what_would_change_the_result_and_is_not_there_is_refused(code: str) -> None:
    with pytest.raises((NotImplementedError, TypeError)):
        eval(code, {"df": frame(), "sw": sw})


@pytest.mark.parametrize("code", ["df.a.sum(axis=1)", "df.a.cumsum(axis='columns')", "df.a.dropna(axis=1)", "df.mean(axis=2)"])
def test_an_axis_that_is_not_there_is_an_error(code: str) -> None:
    with pytest.raises(ValueError, match="No axis named"):
        eval(code, {"df": frame()})


def test_further_words_are_errors_but_for_those_of_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    assert numpy.mean(frame().b) == pytest.approx(8 / 3)
    with pytest.raises(TypeError, match="unexpected keyword argument 'dropna'"):
        frame().a.sum(dropna=True)
    with pytest.raises(TypeError, match=r"DataFrame\.head\(\) got an unexpected keyword argument 'rows'"):
        frame().head(rows=2)
