"""Group-bys with windows of time, done in the plainest way; tumbling ones are held against pandas' Grouper."""

import pandas as pd


def windows(time, step):
    """The windows [start, end) that have a time."""
    size, slide, offset = step["size"], step["slide"], step["offset"]
    start = (time - offset) // slide * slide + offset
    while start + size > time:
        yield start, start + size
        start -= slide


def sessions(times, gap):
    """For each of one key's times, the session that it is in."""
    result, chain = {}, []

    def end():
        for time in chain:
            result[time] = (chain[0], chain[-1] + gap)

    for time in sorted(set(times)):
        if chain and time >= chain[-1] + gap:
            end()
            chain = []
        chain.append(time)
    end()
    return result


def grouped(columns, step):
    """The rows of each window and key: (window, key) to row numbers."""
    values = {column["name"]: column["values"] for column in columns}
    times = values[step["key"]]
    others = [name for name in step["by"] if name != step["key"]]
    rows = []
    for row, time in enumerate(times):
        key = tuple(values[name][row] for name in others)
        if time is None or (step["dropna"] and None in key):
            continue
        rows.append((row, time, key))
    groups = {}
    if step["gap"] is None:
        for row, time, key in rows:
            for window in windows(time, step):
                groups.setdefault((window, key), []).append(row)
        return groups
    of_key = {}
    for _, time, key in rows:
        of_key.setdefault(key, []).append(time)
    of_key = {key: sessions(times, step["gap"]) for key, times in of_key.items()}
    for row, time, key in rows:
        groups.setdefault((of_key[key][time], key), []).append(row)
    return groups


def check_with_pandas(frame, columns, step, groups):
    """Sizes of tumbling windows by pandas' own Grouper."""
    unit = next(column["type"] for column in columns if column["name"] == step["key"])[10:-1]
    name = step["key"]
    frame = frame[frame[name].notna()]
    if frame.empty:
        return
    grouper = pd.Grouper(
        key=name, freq=pd.Timedelta(step["size"], unit), origin="epoch", offset=pd.Timedelta(step["offset"], unit))
    others = [key for key in step["by"] if key != name]
    sizes = frame.groupby([grouper] + others, dropna=True).size()
    theirs = sorted(int(size) for size in sizes if size)
    ours = sorted(len(rows) for (_, key), rows in groups.items() if None not in key)
    if theirs != ours:
        raise AssertionError(f"Grouper has groups of {theirs}, the windows {ours}")


def time_windows(frame, columns, step, whole):
    groups = grouped(columns, step)
    if step["gap"] is None and step["slide"] == step["size"]:
        check_with_pandas(frame, columns, step, groups)
    place = step["by"].index(step["key"])

    def keys(group):
        (start, end), key = group
        return list(key[:place]) + [start, end] + list(key[place:])

    def order(group):
        if not step["sort"]:
            # Windows that begin with the same row: by time.
            return (groups[group][0],)
        values = keys(group)
        del values[place + 1]
        return [(value is None, 0 if value is None else value) for value in values]

    result = []
    for group in sorted(groups, key=order):
        rows = groups[group]
        cells = keys(group)
        for _, column, function, options in step["agg"]:
            cells.append(len(rows) if column is None else whole(frame[column].iloc[rows], function, options))
        result.append(cells)
    return result
