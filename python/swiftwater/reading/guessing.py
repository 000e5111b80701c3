"""The types that pandas would give columns of text and of moments, judged by the first rows."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .. import columntypes as T
from ..plan import PlanBuilder
from ..rows import FileRows
from ..runtime import run, table_values

#: Rows that decide whether text holds numbers or moments, and how many bytes are looked at for them.
_SAMPLE_ROWS = 100
_SAMPLE_BYTES = 1 << 16


def guesses(rows: FileRows, dates: Sequence[str], units: Optional[str], numbers: bool) -> Dict[str, str]:
    """The types that pandas would give columns of text and of moments, judged by the first rows."""
    text = [n for n, t in rows.types.items() if t == "string"] if numbers else []
    moments = [n for n in dates if rows.types.get(n) in ("string", "int64", "float64", "uint64")]
    wanted = list(dict.fromkeys([*text, *moments]))
    if not wanted:
        return {}
    casts: Dict[str, str] = {}
    for name, values in _sample(rows, wanted).items():
        if not values:
            continue
        type_ = rows.types[name]
        if type_ == "string" and not all(isinstance(v, str) for v in values):
            # Text among other values, which are text then.
            continue
        if name in text:
            number = _number_type(values)
            if number is not None:
                casts[name] = type_ = number
        if name in moments:
            moment = _moment_type(values if name not in casts else [float(v) for v in values], units)
            if moment is not None:
                casts[name] = moment
    return casts


def _sample(rows: FileRows, names: Sequence[str]) -> Dict[str, List[Any]]:
    """Values of the first rows, by column, without missing ones."""
    values = _first_values(rows, names)
    if values is not None:
        return values
    plan = PlanBuilder()
    pipe = rows.pipe(plan, names)
    pipe.step("head", _SAMPLE_ROWS)
    pipe.step("select", list(names))
    plan.output(pipe)
    (table,) = run(plan)
    return {name: [v for v in table_values(table, name) if v is not None] for name in names}


def _first_values(rows: FileRows, names: Sequence[str]) -> Optional[Dict[str, List[Any]]]:
    """Values of the first objects of plain JSON Lines, read here: cheaper than a run.

    Of a column of text whose first value is no number there is that value alone: it settles what the column is.
    """
    text = _first_text(rows)
    if text is None:
        return None
    import json

    found: Dict[str, List[Any]] = {name: [] for name in names}
    wanted = list(names)
    plain = "\\" not in text and not any(T.is_nested(type_) for type_ in rows.types.values())
    try:
        if plain:
            # Without escapes and nesting, a key in quotes before a colon is a key of the row.
            for name in [n for n in names if rows.types[n] in T.NUMBERS]:
                numbers = re.findall(f'"{re.escape(name)}"[ \t]*:[ \t]*(-?[0-9][0-9.eE+-]*)', text)
                found[name] = json.loads(f"[{','.join(numbers)}]")
                wanted.remove(name)
        end = -1
        while wanted and end < len(text):
            line, end = _next_line(text, end + 1)
            if not line or line.isspace():
                continue
            row = json.loads(line)
            for name in tuple(wanted):
                value = row.get(name)
                if value is not None:
                    found[name].append(value)
                    if rows.types[name] == "string" and not is_date_name(name) and not _is_number(value):
                        wanted.remove(name)
    except (ValueError, AttributeError):
        return None
    return found


def _first_text(rows: FileRows) -> Optional[str]:
    """The first lines of plain JSON Lines; None where they cannot be had for nothing."""
    path = rows.form["files"][0]
    if rows.form["format"] != "json-lines":
        return None
    start: Any
    if rows.kept is not None:
        start = rows.kept.content
        is_whole = len(start) <= _SAMPLE_BYTES
        start = start[:_SAMPLE_BYTES]
    elif any(c in path for c in "*?[") or path.endswith((".gz", ".zst")):
        return None
    else:
        try:
            with open(path, "rb") as file:
                start = file.read(_SAMPLE_BYTES)
        except OSError:
            return None
        is_whole = len(start) < _SAMPLE_BYTES
    if not is_whole:
        end = start.rfind("\n" if isinstance(start, str) else b"\n")
        if end < 0:
            return None
        start = start[:end]
    try:
        text: str = start if isinstance(start, str) else start.decode()
    except UnicodeDecodeError:
        return None
    if text.count("\n") < _SAMPLE_ROWS:
        return text
    return text[: len(text) - len(text.split("\n", _SAMPLE_ROWS)[-1])]


def _next_line(text: str, start: int) -> Tuple[str, int]:
    """The line that begins at `start`, and where it ends."""
    end = text.find("\n", start)
    if end < 0:
        end = len(text)
    return text[start:end], end


def is_date_name(name: str) -> bool:
    # pandas' rule, from the documentation of read_json's convert_dates.
    lowered = name.lower()
    return (
        lowered.endswith(("_at", "_time"))
        or lowered == "modified"
        or lowered == "date"
        or lowered == "datetime"
        or lowered.startswith("timestamp")
    )


def _is_number(value: Any) -> bool:
    return _number_type([value]) is not None if isinstance(value, str) else True


def _number_type(values: Sequence[str]) -> Optional[str]:
    kind = "int64"
    for value in values:
        stripped = value.strip()
        if stripped.lstrip("+-").isdigit() and stripped.isascii() and len(stripped) < 19:
            continue
        try:
            float(stripped)
        except ValueError:
            return None
        if "_" in stripped:
            return None
        kind = "float64"
    return kind


def _moment_type(values: Sequence[Any], unit: Optional[str]) -> Optional[str]:
    if isinstance(values[0], str):
        from ..times import parse_moment

        zoned = set()
        for value in values:
            if len(value) < 8 or not value[:4].isdigit():
                return None
            try:
                zoned.add(parse_moment(value).tzinfo is not None)
            except (ValueError, AttributeError):
                return None
        if len(zoned) > 1:
            return None
        return "timestamp[us, UTC]" if zoned.pop() else "timestamp[us]"
    if min(values) <= 31_536_000:
        return None
    largest = max(values)
    for scale, name in ((1, "s"), (1_000, "ms"), (1_000_000, "us"), (1_000_000_000, "ns")):
        if unit in (None, name) and largest / scale < 9_223_372_036:
            return f"timestamp[{name}]"
    return None
