"""docs/reference/pandas.md says what the code has, and what is not there says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import swiftwater as sw
from swiftwater import coverage
from swiftwater.pandas_names import NAMES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "pandas.md"


@pytest.mark.skipif(not PAGE.parent.is_dir(), reason="not in a checkout")
def test_the_page_is_current() -> None:
    if os.environ.get("SWIFTWATER_UPDATE_DOCS") == "1":
        PAGE.write_text(coverage.document())
    assert PAGE.read_text() == coverage.document(), "run the tests with SWIFTWATER_UPDATE_DOCS=1"


def test_each_note_is_about_a_name_that_is_there() -> None:
    for full in [*coverage.PARTLY, *coverage.ABSENT]:
        owner, name = full.rsplit(".", 1)
        assert name in NAMES[owner], full


@pytest.mark.parametrize("owner", ["DataFrame", "Series"])
def test_a_name_that_is_not_there_is_named_by_its_error(owner: str) -> None:
    thing = sw.DataFrame({"a": [1]}) if owner == "DataFrame" else sw.Series([1])
    for name, status, _ in coverage.statuses(owner):
        if status == "no" and f"{owner}.{name}" not in coverage.ABSENT:
            with pytest.raises(NotImplementedError, match=f"{owner}.{name}"):
                getattr(thing, name)


def test_the_names_are_those_of_the_installed_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    if not pandas.__version__.startswith("3.1"):
        pytest.skip("another version of pandas")
    public = [n for n in dir(pandas.DataFrame) if not n.startswith("_")]
    assert sorted(NAMES["DataFrame"]) == sorted(public)


def test_other_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError):
        sw.DataFrame({"a": [1]}).nonsense
    with pytest.raises(AttributeError):
        sw.nonsense
    with pytest.raises(NotImplementedError, match="read_excel"):
        sw.read_excel
