"""Times: shifts, windows, ranks and spans."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(5)
n = 1500
df = pd.DataFrame({"t": pd.date_range("2024-02-28", periods=n, freq="17min"), "v": rng.normal(size=n), "k": rng.integers(0, 4, n)})
df.loc[rng.integers(0, n, 40), "v"] = np.nan
print(df.v.rolling(10).mean().round(9).tail())
print(df.v.shift(1).isna().sum(), df.v.diff().abs().max().round(9))
print(df.v.cumsum().round(9).iloc[-1])
print(df.groupby("k").v.rank().head(8))
print(df.groupby("k").v.transform("mean").round(9).head(4))
print(df.set_index("t").v.resample("D").mean().round(9).head())
print(df.set_index("t").resample("6h")["v"].count().head())
print(df.t.dt.day_name().value_counts())
print(df.t.dt.year.unique(), df.t.dt.hour.max())
print(df.groupby(pd.Grouper(key="t", freq="D")).v.sum().round(9).head())
print(df.v.clip(-1, 1).abs().mean().round(9), df.v.quantile([0.1, 0.5]).round(9).tolist())
print(df.v.ffill().isna().sum(), df.v.interpolate().isna().sum())
print((df.t.max() - df.t.min()), df.t.iloc[3])
print(df.groupby("k").cumcount().head(), df.groupby("k").v.shift().head())
print(df.nsmallest(3, "v"))
