"""Text that is cleaned, split and counted."""

import pandas as pd

names = ["  Ann Lee", "bob stone ", None, "Zoë Ång", "ann lee", "", "D'Arcy O'Neil", "x.y@z.org"] * 40
df = pd.DataFrame({"name": names, "n": range(len(names))})
df["clean"] = df["name"].str.strip().str.lower()
print(df["clean"].value_counts(dropna=False))
print(df["clean"].str.len().sum(), df["clean"].str.contains("ann", na=False).sum())
print(df[df["clean"].str.startswith("a", na=False)].head(3))
print(df.groupby("clean")["n"].agg(["min", "max"]))
parts = df["clean"].str.split(" ", expand=True)
print(parts.head())
print(df["clean"].str.replace("e", "3").head(4).tolist())
print(df["name"].str.extract(r"(\w+)@(\w+)").dropna().drop_duplicates())
print(df["clean"].map({"ann lee": 1, "bob stone": 2}).fillna(0).astype(int).sum())
print(df["clean"].unique())
print(df.name.apply(lambda s: len(s) if isinstance(s, str) else -1).value_counts())
print(sorted(df["clean"].dropna().unique()))
