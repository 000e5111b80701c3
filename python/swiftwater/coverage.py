"""Which public names of pandas are here: what docs/reference/pandas.md is made of.

    python -m swiftwater.coverage > docs/reference/pandas.md
"""

from __future__ import annotations

import sys
from typing import Any, Dict, Iterator, List, Tuple

from .pandas_names import NAMES

#: Names of which a part is missing, and which; all other calls raise `NotImplementedError`.
PARTLY: Dict[str, str] = {
    "pandas.concat": "no `verify_integrity`",
    "pandas.crosstab": "no `margins`",
    "pandas.cut": "with `labels=[…]` or `labels=False`; no intervals",
    "pandas.get_dummies": "no `sparse`",
    "pandas.merge": "no `indicator`, no anti joins",
    "pandas.pivot_table": "one `aggfunc`; no `margins`",
    "pandas.read_csv": "the usual arguments; no `chunksize`, `skiprows`, `converters`",
    "pandas.read_json": "`lines=True` in the engine, other documents by Python; no `chunksize`",
    "pandas.read_parquet": "no `filters`",
    "pandas.to_datetime": "ISO 8601, `format`, `unit`; no `dayfirst`, no frames of parts",
    "pandas.to_numeric": "no `downcast`",
    "pandas.Timestamp": "pandas' own when it is loaded, else a `datetime`",
    "pandas.Timedelta": "pandas' own when it is loaded, else a `timedelta`",
    "pandas.Grouper": "`key`, `level`, `freq` of days and shorter",
    "pandas.Index": "labels in order; see the class below",
    "pandas.MultiIndex": "tuples in order",
    "DataFrame.apply": "no `raw`",
    "DataFrame.clip": "one bound for all",
    "DataFrame.corr": "`method='pearson'`",
    "DataFrame.describe": "of numbers",
    "DataFrame.diff": "`axis=0`",
    "DataFrame.fillna": "no `limit`, no frames of values",
    "DataFrame.filter": "columns",
    "DataFrame.hist": "through pandas",
    "DataFrame.boxplot": "through pandas",
    "DataFrame.plot": "through pandas and matplotlib",
    "DataFrame.isin": "lists and dicts",
    "DataFrame.drop": "no `level`",
    "DataFrame.join": "no `indicator`",
    "DataFrame.melt": "no `col_level`",
    "DataFrame.merge": "no `indicator`, no anti joins",
    "DataFrame.nlargest": "`keep='first'`",
    "DataFrame.nsmallest": "`keep='first'`",
    "DataFrame.pivot_table": "one `aggfunc`; no `margins`",
    "DataFrame.rank": "`axis=0`",
    "DataFrame.reindex": "no `method`",
    "DataFrame.resample": "days and shorter; `closed` and `label` on the left",
    "DataFrame.rolling": "a number of rows",
    "DataFrame.sample": "no `weights`; other rows than pandas for the same `random_state`",
    "DataFrame.set_axis": "",
    "DataFrame.shift": "rows; no `freq`",
    "DataFrame.sort_index": "no `key`",
    "DataFrame.sort_values": "rows; ties always keep their order",
    "DataFrame.stack": "columns with one level",
    "DataFrame.to_csv": "the usual arguments",
    "DataFrame.to_json": "`orient` records, columns, index, split, values",
    "DataFrame.to_parquet": "no `partition_cols`",
    "DataFrame.transform": "one function",
    "DataFrame.transpose": "columns of one kind",
    "DataFrame.T": "columns of one kind",
    "DataFrame.unstack": "an index with several levels",
    "DataFrame.combine_first": "",
    "DataFrame.agg": "no lists of functions with `axis=1`",
    "DataFrame.aggregate": "no lists of functions with `axis=1`",
    "Series.astype": "no `object`; `category` of text",
    "DataFrame.astype": "no `object`; `category` of text",
    "Series.corr": "`method='pearson'`",
    "Series.describe": "of numbers",
    "Series.fillna": "no `limit`",
    "Series.hist": "through pandas",
    "Series.plot": "through pandas and matplotlib",
    "Series.isin": "not of bools or lists",
    "Series.nlargest": "`keep='first'`",
    "Series.nsmallest": "`keep='first'`",
    "Series.resample": "days and shorter; `closed` and `label` on the left",
    "Series.rolling": "a number of rows",
    "Series.sample": "no `weights`; other rows than pandas for the same `random_state`",
    "Series.shift": "rows; no `freq`",
    "Series.cumsum": "no `skipna=False`",
    "Series.cumprod": "no `skipna=False`",
    "Series.cummax": "no `skipna=False`",
    "Series.cummin": "no `skipna=False`",
    "Series.value_counts": "no `bins`",
    "Series.sort_values": "ties always keep their order",
    "Series.diff": "not of bools",
    "DataFrameGroupBy.filter": "no `dropna=False`",
    "DataFrameGroupBy.nunique": "no `dropna=False`",
    "DataFrameGroupBy.nth": "one position",
    "DataFrameGroupBy.quantile": "one `q`",
    "DataFrameGroupBy.rolling": "a number of rows",
    "DataFrameGroupBy.sum": "no `min_count`",
    "DataFrameGroupBy.transform": "functions of Python: one column",
    "SeriesGroupBy.nunique": "no `dropna=False`",
    "SeriesGroupBy.nth": "one position",
    "SeriesGroupBy.quantile": "one `q`",
    "SeriesGroupBy.rolling": "a number of rows",
    "SeriesGroupBy.sum": "no `min_count`",
    "SeriesGroupBy.shift": "rows; no `freq`",
    "SeriesGroupBy.value_counts": "no `bins`, no `normalize`; of equal counts the value that came first",
    "Rolling.agg": "one name, or a list of names of a series",
    "Rolling.aggregate": "one name, or a list of names of a series",
    "Rolling.apply": "of one column",
    "Series.str.cat": "no lists",
    "Series.str.get_dummies": "no `dtype`",
    "Series.dt.tz_localize": "to UTC",
    "Series.dt.floor": "days and shorter",
    "Series.dt.ceil": "days and shorter",
}  # fmt: skip

#: Names that are there only to raise.
ABSENT = {
    "DataFrame.combine_first", "Series.cat", "Series.dt.round", "Series.dt.time", "DataFrameGroupBy.ohlc",
    "SeriesGroupBy.ohlc", "DataFrameGroupBy.resample", "SeriesGroupBy.resample", "DataFrameGroupBy.value_counts",
    "DataFrameGroupBy.corr",
}  # fmt: skip

_TITLES = {
    "pandas": "Functions and classes",
    "DataFrame": "`DataFrame`",
    "Series": "`Series`",
    "Index": "`Index`",
    "DataFrameGroupBy": "`DataFrame.groupby(…)`",
    "SeriesGroupBy": "`Series.groupby(…)`",
    "Rolling": "`rolling(…)`",
    "Resampler": "`resample(…)`",
    "Series.str": "`Series.str`",
    "Series.dt": "`Series.dt`",
}

_INTRODUCTION = """# pandas' names

<!-- generated by python -m swiftwater.coverage; the tests hold it to the code -->

What of pandas {version} is in `swiftwater`, by class: **yes**, **partly** (and which part), or no. What is not there
raises `NotImplementedError` that names it and says what to do; a result is never silently another one.

## What is different by intent

- **Nothing runs before a result is looked at** (printing, `len`, iteration, `shape`, `to_…`). `explain()` shows the plan,
  `sw.collect(a, b)` computes several results in one pass over the file.
- **Integers stay integers while nothing is missing.** A column of integers with missing values reports `float64`, as in
  pandas, and becomes one in `to_pandas()`; bools with missing values are `object`. But where pandas makes floats only
  because of how it computes (the `max` of a column that has missing values), ours stay integers if no result is missing.
- **Moments keep the unit that they were read with.** `read_json` gives `datetime64[ms]` for milliseconds.
- **`read_json` and `read_csv` look at the first rows** to see whether text is a number or a moment. A later value that is
  not raises an error that names it; give `dtype={{"column": str}}` then.
- **`read_json` settles the columns when it is called.** Of more than 128 KiB it looks at samples, and at all lines if the
  samples' keys differ. A key that comes up later still raises an error when all columns are looked at; `infer="all"` reads
  all lines first.
- **Ties keep their order** in `sort_values` and everything built on it (pandas' default sort leaves it open).
- **One column holds one kind of values.** There are no columns of Python objects but lists and dicts.
- **`read_csv` keeps a leading zero:** a column of `007` is text.
- **Categories are text.** What `cut` gives is grouped and sorted by the alphabet, not in the order of its labels.
- **An argument that would change the result and is not there** raises `NotImplementedError`; none is left alone.
- **`sample` gives other rows** than pandas for the same `random_state`, though always the same ones.
"""


def _owners() -> Dict[str, Any]:
    import swiftwater

    from .accessors.text import TextMethods
    from .accessors.time import MomentMethods, SpanMethods
    from .groupby import DataFrameGroupBy, SeriesGroupBy
    from .labels import Index
    from .resampling import Resampler
    from .rolling import Rolling

    both = type("Both", (MomentMethods, SpanMethods), {})
    return {
        "pandas": swiftwater, "DataFrame": swiftwater.DataFrame, "Series": swiftwater.Series, "Index": Index,
        "DataFrameGroupBy": DataFrameGroupBy, "SeriesGroupBy": SeriesGroupBy, "Rolling": Rolling, "Resampler": Resampler,
        "Series.str": TextMethods, "Series.dt": both,
    }  # fmt: skip


#: What `Resampler` has by `__getattr__`.
_BY_NAME = {"Resampler": {"mean", "min", "max", "median", "std", "var", "first", "last", "quantile", "sem", "sum", "count",
                          "nunique", "size", "prod"}}  # fmt: skip


def statuses(owner: str) -> Iterator[Tuple[str, str, str]]:
    """Each public name of a class of pandas, with `yes`, `partly` or `no`, and what of it is there."""
    ours = _owners()[owner]
    for name in NAMES[owner]:
        full = f"{owner}.{name}"
        if owner == "pandas":
            there = name in ours.__all__
        else:
            there = any(name in vars(c) for c in ours.__mro__) or name in _BY_NAME.get(owner, ())
        if not there or full in ABSENT:
            yield name, "no", ""
        elif PARTLY.get(full):
            yield name, "partly", PARTLY[full]
        else:
            yield name, "yes", ""


def document() -> str:
    """docs/reference/pandas.md."""
    from .pandas_names import __doc__ as about

    version = str(about).split("pandas ")[1].split(",")[0]
    parts: List[str] = [_INTRODUCTION.format(version=version)]
    for owner in NAMES:
        rows = list(statuses(owner))
        here = sum(1 for _, s, _ in rows if s != "no")
        parts.append(f"\n## {_TITLES[owner]}\n\n{here} of {len(rows)} names.\n\n| name | | |\n|---|---|---|\n")
        for name, status, note in rows:
            if status != "no":
                shown = f"**{status}**" if status == "yes" else status
                parts.append(f"| `{name}` | {shown} | {note} |\n")
        missing = [f"`{name}`" for name, s, _ in rows if s == "no"]
        if missing:
            parts.append(f"\nNo: {', '.join(missing)}.\n")
    return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(document())
