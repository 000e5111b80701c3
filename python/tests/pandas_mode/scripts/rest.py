"""What only pandas has: the chain goes on after it."""

import io

import numpy as np
import pandas as pd
from pandas import DataFrame, Series
from pandas.api.types import is_numeric_dtype
import pandas.testing as tm

rng = np.random.default_rng(11)
df = DataFrame({"g": rng.choice(list("abc"), 1500), "v": rng.normal(size=1500), "w": rng.integers(0, 100, 1500)})
df["c"] = df.g.astype("category")
print(df.c.cat.categories.tolist(), df.groupby("c", observed=True).v.sum().round(9))
print(pd.cut(df.w, [0, 10, 50, 100]).value_counts())
print(pd.qcut(df.v, 4, labels=False).value_counts().sort_index())
print(df.groupby("g").apply(lambda x: x.v.max() - x.v.min()).round(9))
print(df.groupby("g").v.agg(lambda x: (x > 0).sum()))
print(df.groupby("g").filter(lambda x: x.w.mean() > 49).g.unique())
print(df.select_dtypes("number").corr().round(9))
print(df.v.ewm(span=5).mean().round(9).tail(3))
print(df.sample(5, random_state=1))
print(df.T.shape, df.w.to_numpy().sum(), df[["v", "w"]].values.shape)
wide = df.groupby(["g", "w"]).size().unstack(fill_value=0)
print(wide.iloc[:, :5], wide.stack().head(3))
print(isinstance(df, pd.DataFrame), isinstance(df.v, Series), isinstance(df.groupby("g"), pd.api.typing.DataFrameGroupBy))
print(is_numeric_dtype(df.v), is_numeric_dtype(df["g"]))
tm.assert_frame_equal(df, df.copy())
tm.assert_series_equal(df.v + df.w, df.w + df.v)
print(pd.get_dummies(df.g).sum())
print(df.to_dict("list")["w"][:5], df.head(2).to_json(), df.head(2).to_csv())
for i, row in df.head(2).iterrows():
    print(i, row["g"], round(row.v, 6))
for row in df.head(2).itertuples():
    print(row.Index, row.g, round(row.v, 6))
for key, part in df.groupby("g"):
    print(key, part.shape, part.w.sum(), isinstance(part, pd.DataFrame))
buffer = io.StringIO()
df.head(3).to_csv(buffer)
print(buffer.getvalue())
print(np.sqrt(df.w).round(6).head(2), np.mean(df.w).round(6), np.where(df.v > 0, 1, 0).sum())
print(df.eval("v * 2 + w").round(6).head(2))


class Mine(pd.DataFrame):
    @property
    def _constructor(self):
        return Mine

    def total(self):
        return self.sum(numeric_only=True).sum()


mine = Mine({"a": [1, 2], "b": [3.5, 4.5]})
print(type(mine).__name__, mine.total(), type(mine.head(1)).__name__, isinstance(mine, pd.DataFrame))
print(df.pipe(lambda d: d[d.w > 50]).shape, df.w.pipe(lambda s: s.max()))
print(pd.DataFrame.from_dict({"k": [1, 2]}, orient="columns"), pd.Series([1, 2], name="q").to_frame())
print(pd.__version__ == pd.__version__, pd.Timestamp("2020-01-01").year)
print(df.w.mask(df.w > 50, 0).sum(), df.where(df.w > 50).v.count(), df.w.between(3, 9).sum(), df.isin(["a"]).g.sum())
print(df.groupby("g").agg({"v": np.max, "w": sum}).round(6))
print(df.agg({"v": ["min", "max"], "w": ["sum"]}).round(6))
print(df.empty, df.size, df.ndim, df.w.is_unique, df.memory_usage(index=False)["w"])
with pd.option_context("display.max_rows", 4):
    print(df)
