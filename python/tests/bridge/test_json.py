"""Plans and options come as JSON: what is none is refused with its place, by the suite that all parsers are tested with."""

import ctypes
import json
import pathlib
from ctypes import byref, c_void_p

import pytest

from swiftwater._library import library

SUITE = pathlib.Path(__file__).resolve().parents[3] / "Tests" / "FormatsTests" / "Conformance" / "json"
#: Python writes these, and the engine takes them.
PYTHONS = {"n_number_NaN.json", "n_number_infinity.json", "n_number_minus_infinity.json"}


def said(text: bytes) -> str:
    """What the engine says about a plan; empty when it takes it."""
    out, error = c_void_p(), c_void_p()
    code = library().sw_schemas(text, None, 0, None, None, byref(out), byref(error))
    address = out if code == 0 else error
    words = ctypes.string_at(address.value)
    library().sw_string_free(address)
    return "" if code == 0 else json.loads(words)["message"]


FILES = sorted(SUITE.glob("*.json"))


@pytest.mark.skipif(not FILES, reason="the suite is not there")
@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_the_suites_texts(path):
    text = path.read_bytes()
    if b"\0" in text:
        pytest.skip("C's texts end at a zero byte")
    message = said(text)
    is_refused = "not a JSON text" in message or "not UTF-8" in message or "nested deeper" in message
    if path.name.startswith("y_"):
        assert not is_refused, message
    elif path.name.startswith("n_") and path.name not in PYTHONS:
        assert is_refused, message or "it was taken"


@pytest.mark.parametrize(
    "value", ["", "żółw 🐢", '"\\/\b\f\n\r\t', "\x01\x1f", "\ud83d\ude00", 0, -1, 1 << 63, 1e308, -0.0, True, None])
def test_every_value_is_named_as_it_is(value):
    text = json.dumps({"frames": {"out": {"from": "x", "steps": [{"head": value}]}}}).encode()
    assert "not a JSON text" not in said(text)


def test_texts_with_escapes_are_read():
    for name in ["żółw 🐢", 'a"b\\c/d', "line\nbreak\ttab", "\x01"]:
        for ascii_only in (True, False):
            text = json.dumps({"frames": {"out": {"from": name}}}, ensure_ascii=ascii_only)
            assert name in said(text.encode())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "a value is expected at byte 1"),
        (b'{"a": }', "byte 7"),
        (b'{"frames": {"a": 1}}', "frames.a"),
        (b'{"frames": []} x', "the end is expected at byte 16"),
        (b"[1]", "a mapping is expected here"),
        (b'{"fames": {}}', "fames"),
    ],
)
def test_places_are_named(text, words):
    assert words in said(text)


def test_null_pointers_are_refused():
    error = c_void_p()
    engine = library()
    assert engine.sw_run_start(None, None, 0, None, None, None, byref(error)) == 1
    engine.sw_string_free(error)
    assert engine.sw_run_start(b"{}", None, 2, None, None, byref(c_void_p()), byref(error)) == 1
    engine.sw_string_free(error)
    assert engine.sw_table_rows(None) == 0
    engine.sw_table_release(None)
    engine.sw_run_release(None)
    engine.sw_string_free(None)
    assert engine.sw_run_wait(None, 0) == 1
    assert engine.sw_table_export(None, 0, None, None) == 1
