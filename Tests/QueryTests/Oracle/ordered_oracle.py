"""What pandas makes of the steps that need all rows in order: windows, slices, melt, explode."""

import numpy as np
import pandas as pd


def wide(values):
    """Integers in 64 bits, as the engine computes with them."""
    name = str(values.dtype)
    if name.startswith("Int"):
        return values.astype("Int64")
    if name.startswith("UInt"):
        return values.astype("UInt64")
    return values


def doubles(values):
    if str(values.dtype).startswith("datetime"):
        return values
    return values.astype("float64")


def parts(frame, step):
    """The positions of each group's rows, and the groups' numbers by row."""
    if not step["by"]:
        return [list(range(len(frame)))], [0] * len(frame)
    keys = frame.groupby(step["by"], sort=step["sort"], dropna=step["dropna"])
    numbers = [-1 if pd.isna(number) else int(number) for number in keys.ngroup()]
    groups = [[] for _ in range(max(numbers, default=-1) + 1)]
    for position, number in enumerate(numbers):
        if number >= 0:
            groups[number].append(position)
    return groups, numbers


def rolled(frames, column, function):
    options = column.get("options", {})
    if function == "quantile":
        return frames.quantile(options["q"], interpolation=options["interpolation"])
    if function in ("var", "std", "sem"):
        ddof = options["ddof"]
        if function == "sem":
            return frames.std(ddof=ddof) / np.sqrt(frames.count())
        return getattr(frames, function)(ddof=ddof)
    return getattr(frames, function)()


def compute(part, column):
    function = column["function"]
    if function == "shift":
        fill = column.get("fill")
        return part.shift(column["n"]) if fill is None else part.shift(column["n"], fill_value=fill)
    if function == "diff":
        part = wide(part)
        name = str(part.dtype)
        if name == "UInt64":
            part = part.astype("float64") if column["type"] == "float64" else part.astype("Int64")
        if name == "boolean":
            before = part.shift(column["n"])
            return part ^ before
        return part.diff(column["n"])
    if function in ("cumsum", "cumprod"):
        if str(part.dtype) == "float32":
            return getattr(part.astype("float64"), function)().astype("float32")
        part = part.astype("Int64") if str(part.dtype) == "boolean" else wide(part)
        return getattr(part, function)()
    if function in ("cummin", "cummax"):
        if str(part.dtype) == "boolean":
            return getattr(part.astype("Int64"), function)().astype("boolean")
        return getattr(part, function)()
    if function in ("ffill", "bfill"):
        return getattr(part, function)(limit=column["limit"])
    if function == "rank":
        return part.rank(method=column["method"], ascending=column["ascending"], na_option=column["missing"], pct=column["pct"])
    if column.get("aggregate") == "count":
        # Of any type: how many of the rows are there.
        part = part.notna().astype("float64")
        column = {**column, "aggregate": "sum"}
    if function == "rolling":
        frames = doubles(part).rolling(column["window"], min_periods=column["minPeriods"], center=column["center"])
        return rolled(frames, column, column["aggregate"])
    if function == "expanding":
        return rolled(doubles(part).expanding(min_periods=column["minPeriods"] if column["minPeriods"] is not None else 1), column, column["aggregate"])
    raise ValueError(function)


def window(frame, step, whole):
    groups, numbers = parts(frame, step)
    results = frame.copy()
    for column in step["columns"]:
        values = [None] * len(frame)
        for number, positions in enumerate(groups):
            name = column["function"]
            if name == "cumcount":
                out = range(len(positions)) if column["ascending"] else range(len(positions) - 1, -1, -1)
            elif name == "ngroup":
                out = [number if column["ascending"] else len(groups) - 1 - number] * len(positions)
            elif name == "aggregate":
                part = frame[column["column"]].iloc[positions]
                out = [whole(part, column["aggregate"], column.get("options"))] * len(positions)
            else:
                out = compute(frame[column["column"]].iloc[positions].reset_index(drop=True), column)
            for position, value in zip(positions, out):
                values[position] = value
        results[column["name"]] = pd.Series(values, dtype=object, index=frame.index)
    return results


def reshape(frame, step):
    name = step["name"]
    if name == "tail":
        return frame.tail(step["n"])
    if name == "slice":
        return frame.iloc[slice(step["start"], step["stop"], step["step"])]
    if name == "row_number":
        return frame.assign(**{step["column"]: range(step["start"], step["start"] + len(frame))})
    if name == "melt":
        return frame.melt(id_vars=step["id"], value_vars=step["value"], var_name="name", value_name="number")
    raise ValueError(name)
