"""The engine's types by their text form, such as `timestamp[us, UTC]` and `struct<a: int64, b: list<bool>>`."""

from __future__ import annotations

import re
from typing import NamedTuple

#: Formats of the Arrow C data interface, and codes of `array.array` for their numbers.
FIXED = {
    "int8": ("c", "b"), "uint8": ("C", "B"), "int16": ("s", "h"), "uint16": ("S", "H"), "int32": ("i", "i"),
    "uint32": ("I", "I"), "int64": ("l", "q"), "uint64": ("L", "Q"), "float32": ("f", "f"), "float64": ("g", "d"),
}
_SIMPLE = {"null", "bool", "string", "binary", "date", *FIXED}
_ALIASES = {
    "int": "int64", "float": "float64", "double": "float64", "boolean": "bool", "str": "string", "object": "string",
    "date32": "date", "category": "dictionary<string>", "timestamp": "timestamp[ms]", "duration": "duration[ns]",
    "datetime64[ns]": "timestamp[ns]",
}


class Type(NamedTuple):
    """A type: its kind, a time's unit and zone, and the types inside."""

    kind: str
    unit: str = ""
    zone: str = ""
    children: tuple[tuple[str, Type], ...] = ()

    @property
    def arrow_format(self) -> str:
        if self.kind in FIXED:
            return FIXED[self.kind][0]
        letter = {"s": "s", "ms": "m", "us": "u", "ns": "n"}.get(self.unit, "")
        return {
            "null": "n", "bool": "b", "string": "u", "binary": "z", "date": "tdD", "duration": f"tD{letter}",
            "timestamp": f"ts{letter}:{self.zone}", "list": "+l", "struct": "+s", "dictionary": "i",
        }[self.kind]


def parse(text: str) -> Type:
    """The type of a text; `ValueError` for what is none."""
    found, rest = _parse(_ALIASES.get(text, text))
    if rest.strip():
        raise ValueError(f"unexpected {rest!r} after the type in {text!r}")
    return found


def _word(text: str) -> tuple[str, str]:
    match = re.match(r"\s*([A-Za-z_0-9]+)", text)
    if match is None:
        raise ValueError(f"a type is expected before {text!r}")
    return match.group(1), text[match.end():]


def _take(text: str, sign: str) -> str | None:
    text = text.lstrip()
    return text[1:] if text.startswith(sign) else None


def _expect(text: str, sign: str) -> str:
    rest = _take(text, sign)
    if rest is None:
        raise ValueError(f"expected {sign!r} before {text!r} in a type")
    return rest


def _parse(text: str) -> tuple[Type, str]:
    word, rest = _word(text)
    if word in ("timestamp", "duration", "datetime64", "timedelta64"):
        kind = "timestamp" if word in ("timestamp", "datetime64") else "duration"
        inner = _take(rest, "[")
        if inner is None:
            return parse(word), rest
        body, closing, rest = inner.partition("]")
        unit, _, zone = (part.strip() for part in body.partition(","))
        if not closing or unit not in ("s", "ms", "us", "ns"):
            raise ValueError(f"unknown time unit {unit!r} in {text!r}; use s, ms, us or ns")
        return Type(kind, unit, zone), rest
    if word in ("list", "dictionary"):
        inner_type, rest = _parse(_expect(rest, "<"))
        return Type(word, children=(("item", inner_type),)), _expect(rest, ">")
    if word == "struct":
        rest = _expect(rest, "<")
        members: list[tuple[str, Type]] = []
        while (closed := _take(rest, ">")) is None:
            if members:
                rest = _expect(rest, ",")
            name, _, rest = rest.partition(":")
            member, rest = _parse(rest)
            members.append((name.strip(), member))
        return Type("struct", children=tuple(members)), closed
    word = _ALIASES.get(word, word)
    if word not in _SIMPLE:
        raise ValueError(f"unknown type {word!r}; types are bool, int64, float64, string, timestamp[us], …")
    return Type(word), rest
