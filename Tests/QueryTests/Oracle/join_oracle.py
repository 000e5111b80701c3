"""What pandas makes of joins and concatenations.

Reads a JSON file with a list of cases and prints a JSON list: {"columns": names, "rows": rows}, or an error's text.
A case has "frames", each a list of columns (name, type, values), and "join" (how, left_on, right_on, suffixes) or
"concat". NaN and missing are both null.
"""

import json
import math
import sys
import warnings

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")

EXTENSION = {
    "bool": "boolean", "int8": "Int8", "int16": "Int16", "int32": "Int32", "int64": "Int64",
    "uint8": "UInt8", "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64",
}


def series(column):
    values, type_ = column["values"], column["type"]
    if type_.startswith("timestamp"):
        unit = type_[10:-1]
        return pd.Series(np.array(values, dtype=f"datetime64[{unit}]"), dtype=f"datetime64[{unit}]")
    if type_.startswith("duration"):
        unit = type_[9:-1]
        return pd.Series(np.array(values, dtype=f"timedelta64[{unit}]"), dtype=f"timedelta64[{unit}]")
    if type_.startswith("float"):
        return pd.Series([math.nan if v is None else v for v in values], dtype=type_)
    if type_ == "string":
        return pd.Series(values, dtype="str")
    return pd.Series(pd.array(values, dtype=EXTENSION[type_]))


def frame(columns):
    return pd.DataFrame({column["name"]: series(column) for column in columns})


def cell(value):
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return str(value.value if value.unit == "ns" else value.as_unit("ns").value)
    if isinstance(value, pd.Timedelta):
        return str(value.as_unit("ns").value)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value)
    return value


def result(case):
    frames = [frame(columns) for columns in case["frames"]]
    if "concat" in case:
        out = pd.concat(frames, ignore_index=True)
    else:
        join = case["join"]
        left, right = frames
        keys = {} if join["how"] == "cross" else {"left_on": join["left_on"], "right_on": join["right_on"]}
        if join["how"] in ("semi", "anti"):
            names = {name: f"key {number}" for number, name in enumerate(dict.fromkeys(join["right_on"]))}
            other = right[list(names)].drop_duplicates().rename(columns=names)
            kept = left.assign(row=range(len(left))).merge(
                other, how="inner", left_on=join["left_on"], right_on=[names[name] for name in join["right_on"]])
            mask = np.isin(np.arange(len(left)), kept["row"].to_numpy())
            out = left[mask if join["how"] == "semi" else ~mask]
        else:
            out = left.merge(right, how=join["how"], suffixes=join["suffixes"], **keys)
    columns = [[cell(value) for value in out.iloc[:, index].astype(object)] for index in range(out.shape[1])]
    return {"columns": list(out.columns), "rows": [list(row) for row in zip(*columns)] if columns else [[]] * len(out)}


def main():
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    results = []
    for case in cases:
        try:
            results.append(result(case))
        except Exception as error:
            results.append(f"{type(error).__name__}: {error}")
    json.dump(results, sys.stdout)


main()
