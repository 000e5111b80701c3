"""Two tables joined, summed and pivoted."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(3)
n = 2000
orders = pd.DataFrame(
    {
        "order": np.arange(n),
        "customer": rng.integers(0, 60, n),
        "amount": np.round(rng.gamma(2.0, 30.0, n), 2),
        "items": rng.integers(1, 9, n),
        "day": pd.date_range("2023-01-01", periods=n, freq="h"),
    }
)
customers = pd.DataFrame({"customer": range(50), "city": [["Oslo", "Rome", "Kyiv"][i % 3] for i in range(50)]})
both = orders.merge(customers, on="customer", how="left")
print(both.shape, both.city.isna().sum())
print(both.groupby("city")["amount"].agg(["sum", "mean", "count"]).round(6))
print(both.groupby(["city", "items"]).amount.max().head(12))
print(both.pivot_table(index="city", columns="items", values="amount", aggfunc="mean").round(6))
both["month"] = both.day.dt.month
both["big"] = both.amount > 100
print(both.groupby("month", as_index=False).agg(total=("amount", "sum"), big=("big", "mean")).round(6))
print(both.fillna({"city": "unknown"}).city.value_counts())
top = both.sort_values("amount", ascending=False).drop_duplicates("city").reset_index(drop=True)
print(top[["city", "amount", "items"]])
both = both.drop(columns=["big"]).rename(columns={"amount": "eur"})
print(both.dtypes)
print(both.query("eur > 150 and items < 4").head())
print(pd.concat([both.head(2), both.tail(2)], ignore_index=True))
print(both.melt(id_vars=["order"], value_vars=["eur", "items"]).groupby("variable")["value"].sum().round(6))
print(pd.crosstab(both.city, both["items"]))
both.to_csv("both.csv", index=False)
back = pd.read_csv("both.csv", parse_dates=["day"])
print(back.shape, back.eur.sum().round(4), back.day.max())
