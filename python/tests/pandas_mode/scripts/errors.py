"""What is wrong is pandas' own exception."""

import numpy as np
import pandas as pd
from pandas.errors import MergeError

df = pd.DataFrame({"a": np.arange(1100), "s": ["x"] * 1100})


def attempt(code):
    try:
        result = code()
        print("no error", type(result).__name__)
    except Exception as error:
        print(type(error).__module__, type(error).__name__, str(error).splitlines()[0][:90])


attempt(lambda: df["nope"])
attempt(lambda: df[["a", "nope"]])
attempt(lambda: df.nope)
attempt(lambda: df.groupby("nope").sum())
attempt(lambda: df.s.mean())
attempt(lambda: df.merge(df, on="nope"))
attempt(lambda: df.merge(df, on="s", validate="one_to_one"))
attempt(lambda: df.loc[5000])
attempt(lambda: df.iloc[5000])
attempt(lambda: df.sort_values("nope"))
attempt(lambda: df.astype({"s": int}))
attempt(lambda: bool(df.a > 3))
attempt(lambda: df.drop(columns="nope"))
attempt(lambda: df.drop("nope", axis=1))
attempt(lambda: pd.read_csv("nothing.csv"))
attempt(lambda: pd.DataFrame({"a": [1, 2], "b": [1]}))
attempt(lambda: pd.to_datetime(df.s))
attempt(lambda: pd.nothing)
attempt(lambda: df.a.str.upper())
attempt(lambda: df.agg("nope"))
attempt(lambda: df.query("nope > 3"))
attempt(lambda: df.set_index("nope"))
print(issubclass(MergeError, ValueError))
with open("bad.ndjson", "w") as file:
    file.write('{"a": 1}\n' * 500 + '{"a": \n' + '{"a": 1}\n' * 500)
attempt(lambda: len(pd.read_json("bad.ndjson", lines=True)))
