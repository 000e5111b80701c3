"""Frames that are changed: each change shows where pandas shows it, and nowhere else."""

import copy
import pickle
import warnings

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
a = pd.DataFrame({"x": np.arange(1200), "y": np.linspace(0, 1, 1200), "s": ["p", "q", "r"] * 400})
b = a
c = a.copy()
view = a[a.x > 600]
a["z"] = a.x * 2
a.loc[a.x == 3, "y"] = -1.0
a.loc[5, "y"] = -2.0
a.iloc[7, 0] = 70
a.at[8, "s"] = "new"
print(list(b.columns), list(c.columns), b is a, len(view))
print(a.head(10), c.head(3))
a.drop(columns="z", inplace=True)
a.sort_values("y", inplace=True)
print(a.head(4))
a.reset_index(drop=True, inplace=True)
a.index.name = "row"
a.columns.name = "col"
print(a.head(2), a.reset_index().columns.tolist())
x = a["x"]
x.iloc[0] = 999
print(a.x.iloc[0], x.iloc[0])
x += 1
print(x.head(2), a.x.head(2))
a.x = a.x + 5
print(a.x.head(2))
del a["s"]
popped = a.pop("y")
a.insert(0, "first", 1)
print(list(a.columns), popped.name, popped.round(6).max())
a.columns = ["f", "g"]
print(a.columns, a.f.sum())
d = copy.deepcopy(a)
d["f"] = 0
e = pickle.loads(pickle.dumps(a))
print(d.f.sum(), a.f.sum(), e.equals(a), type(e).__name__, isinstance(e, pd.DataFrame))
s = a["g"].rename("renamed")
s.name = "again"
print(s.name, a.columns.tolist())
s[s > 1000] = 0
print(s.max(), a.g.max())
a[["f", "g"]] = a[["g", "f"]].values
print(a.head(2))
a.loc[len(a)] = [1, 2]
print(a.tail(2), a.shape)
f = a
f *= 2
print(f is a, a.tail(1))
