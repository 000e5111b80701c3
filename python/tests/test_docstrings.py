"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import swiftwater

MODULES = [
    m.name
    for m in pkgutil.walk_packages(swiftwater.__path__, "swiftwater.")
    if not m.name.startswith("swiftwater.pandas.") and not m.name.endswith("__main__") and m.name != "swiftwater.pandas"
]


@pytest.mark.parametrize("name", ["swiftwater", *MODULES])
def test_the_examples_run(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0
