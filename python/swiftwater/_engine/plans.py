"""What a plan's frames would be, without running it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from ctypes import byref, c_void_p
from typing import Any

from .._library import library
from .answers import check, text_of
from .runs import Request

_Described = tuple[dict[str, list[tuple[str, str]]], list[str]]

#: The schemas that texts of the engine stand for.
_schemas_by_text: dict[str, _Described] = {}


def schemas(
    plan: Mapping[str, Any], tables: Mapping[str, Any] | None = None, parameters: Mapping[str, Any] | None = None
) -> dict[str, list[tuple[str, str]]]:
    """The columns (name, type) of each source and frame of a plan that is not run; files are opened for theirs."""
    return {frame: list(columns) for frame, columns in _described(plan, tables, parameters)[0].items()}


def source_columns(form: Mapping[str, Any]) -> tuple[list[tuple[str, str]], bool]:
    """The columns (name, type) of a source of files, and whether all of its rows were looked at for them."""
    frames, whole = _described({"sources": {"files": form}, "frames": {}, "outputs": []}, None, None)
    return list(frames["files"]), "files" in whole


def _described(
    plan: Mapping[str, Any], tables: Mapping[str, Any] | None, parameters: Mapping[str, Any] | None
) -> _Described:
    request = Request(plan, tables, parameters)
    text, error = c_void_p(), c_void_p()
    check(library().sw_schemas(*request.arguments, byref(text), byref(error)), error)
    written = text_of(text)
    found = _schemas_by_text.get(written)
    if found is None:
        read = json.loads(written)
        frames = {frame: [(name, kind) for name, kind in columns] for frame, columns in read["frames"].items()}
        found = frames, read["whole"]
        if len(_schemas_by_text) >= 256:
            _schemas_by_text.clear()
        _schemas_by_text[written] = found
    return found


def explain(
    plan: Mapping[str, Any], tables: Mapping[str, Any] | None = None, parameters: Mapping[str, Any] | None = None
) -> str:
    """The plan as it is written and as it would run, as text."""
    request = Request(plan, tables, parameters)
    text, error = c_void_p(), c_void_p()
    check(library().sw_explain(*request.arguments, byref(text), byref(error)), error)
    return text_of(text)
