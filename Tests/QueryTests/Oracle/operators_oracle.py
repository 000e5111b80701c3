"""What pandas makes of the operators' steps.

Reads a JSON file with a list of cases and prints a JSON list with the rows of each result, or an error's text.
A case has "columns" (name, type, values), and a "step": its name and arguments. NaN and missing are both null.
"""

import json
import math
import sys

import numpy as np
import pandas as pd

import ordered_oracle
import window_oracle

EXTENSION = {
    "bool": "boolean", "int8": "Int8", "int16": "Int16", "int32": "Int32", "int64": "Int64",
    "uint8": "UInt8", "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64",
    "float32": "float32", "float64": "float64", "string": "str",
}


def series(column):
    values, type_ = column["values"], column["type"]
    if type_.startswith("timestamp["):
        unit = f"datetime64[{type_[10:-1]}]"
        return pd.Series(np.array(values, dtype=unit)) if values else pd.Series(values, dtype=unit)
    if type_.startswith("float"):
        return pd.Series([math.nan if v is None else v for v in values], dtype=EXTENSION[type_])
    return pd.Series(pd.array(values, dtype=EXTENSION[type_])) if type_ != "string" else pd.Series(values, dtype="str")


def cell(value):
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, (pd.Timestamp, np.datetime64)):
        return int(np.datetime64(value, "ms").astype("int64"))
    if isinstance(value, pd.Timedelta):
        return int(value.value // 1_000_000)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value)
    return value


def rows(frame):
    columns = [[cell(value) for value in frame.iloc[:, index]] for index in range(frame.shape[1])]
    return [list(row) for row in zip(*columns)] if columns else []


def whole(values, function, options=None):
    """An aggregation of a whole column, as of one group."""
    options = options or {}
    if function == "size":
        return len(values)
    present = values.dropna()
    if function in ("first", "last"):
        return None if present.empty else present.iloc[0 if function == "first" else -1]
    if function == "count":
        return len(present)
    if function == "nunique":
        return present.nunique()
    if function in ("any", "all") and present.dtype == "str":
        flags = [value != "" for value in present]
        return any(flags) if function == "any" else all(flags)
    if function in ("min", "max") and present.empty:
        return None
    statistics = ("var", "std", "mean", "sem", "skew", "kurt", "median", "quantile")
    if function in statistics and str(present.dtype) in ("boolean", "Float32", "float32"):
        present = present.astype("float64")
    if function in ("sem", "skew", "kurt") and "Int" in str(present.dtype):
        present = present.astype("float64")
    if function == "prod":
        name = str(present.dtype)
        wider = "UInt64" if name.startswith("UInt") else "Int64" if name.startswith(("Int", "boolean")) else "float64"
        return present.astype(wider).prod()
    if function == "quantile":
        if present.empty:
            return None
        return present.quantile(options["q"], interpolation=options["interpolation"])
    if function in ("var", "std", "sem"):
        return getattr(present, function)(ddof=options.get("ddof", 1))
    if function in ("idxmin", "idxmax"):
        return None if present.empty else int(getattr(present.reset_index(drop=True), function)())
    if function == "sum" and str(present.dtype) == "float32":
        present = present.astype("float64")
    return getattr(present, function)()


def groupby(frame, step):
    outputs = {}
    if not step["by"]:
        for name, column, function, options in step["agg"]:
            outputs[name] = [whole(frame[column], function, options) if column else len(frame)]
        return pd.DataFrame(outputs, dtype=object)
    keys = frame.groupby(step["by"], sort=step["sort"], dropna=step["dropna"])
    sizes = keys.size().reset_index()
    result = {name: sizes[name] for name in step["by"]}
    for name, column, function, options in step["agg"]:
        if function == "size":
            result[name] = sizes.iloc[:, -1]
            continue
        groups = keys[column]
        plain = function in ("count", "nunique", "sum", "mean", "min", "max", "first", "last", "any", "all")
        if plain and str(frame[column].dtype) in ("float64", "Int64", "UInt64", "str"):
            result[name] = groups.agg(function).reset_index(drop=True)
            continue
        result[name] = pd.Series([whole(values, function, options) for values in ordered(groups, len(sizes), keys)], dtype=object)
    return pd.DataFrame(result)


def ordered(groups, count, keys):
    """The groups' values in the result's order, which `ngroup` numbers."""
    numbers = keys.ngroup()
    values = groups.obj if hasattr(groups, "obj") else groups
    parts = [[] for _ in range(count)]
    for position, number in enumerate(numbers):
        if not pd.isna(number) and number >= 0:
            parts[int(number)].append(position)
    return [values.iloc[part] for part in parts]


def run(case):
    frame = pd.DataFrame({column["name"]: series(column) for column in case["columns"]})
    step = case["step"]
    name = step["name"]
    if name == "groupby":
        return rows(groupby(frame, step))
    if name in ("nlargest", "nsmallest") and len(step["by"]) > 1:
        # pandas' own loses rows where the second key is missing.
        up = name == "nsmallest"
        return rows(frame.sort_values(step["by"], ascending=up, kind="stable").head(step["n"]))
    if name == "nlargest":
        return rows(frame.nlargest(step["n"], step["by"]))
    if name == "nsmallest":
        return rows(frame.nsmallest(step["n"], step["by"]))
    if name == "sort_values":
        position = "first" if step["missing_first"] else "last"
        return rows(frame.sort_values(step["by"], ascending=step["ascending"], na_position=position, kind="stable"))
    if name == "head":
        return rows(frame.head(step["n"]))
    if name == "drop_duplicates":
        keep = False if step["keep"] == "none" else step["keep"]
        return rows(frame.drop_duplicates(subset=step["subset"], keep=keep))
    if name == "value_counts":
        # Ties in the order of first appearance: counted without sorting, then sorted stably.
        counts = frame.groupby(step["by"], sort=False, dropna=step["dropna"]).size()
        counts = counts.rename("count").reset_index()
        if step["sort"]:
            counts = counts.sort_values("count", ascending=False, kind="stable")
        theirs = frame.value_counts(subset=step["by"], normalize=step["normalize"], dropna=step["dropna"])
        if step["normalize"]:
            counts["count"] = counts["count"] / counts["count"].sum()
        if sorted(map(float, theirs)) != sorted(map(float, counts["count"])):
            raise AssertionError("value_counts differs from groupby")
        return rows(counts)
    if name == "dropna":
        return rows(frame.dropna(subset=step["subset"], how=step["how"]))
    if name == "time_windows":
        return [[cell(value) for value in row] for row in window_oracle.time_windows(frame, case["columns"], step, whole)]
    if name == "window":
        return rows(ordered_oracle.window(frame, step, whole))
    return rows(ordered_oracle.reshape(frame, step))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    results = []
    for case in cases:
        try:
            results.append(run(case))
        except Exception as error:  # The test shows it with the case.
            results.append(f"{type(error).__name__}: {error}")
    json.dump(results, sys.stdout)


main()
