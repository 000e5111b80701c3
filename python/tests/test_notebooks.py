"""The tutorial runs, and a notebook shows what it should."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")

import swiftwater  # noqa: E402

TUTORIALS = sorted((Path(__file__).parents[2] / "docs" / "tutorial").glob("*.ipynb"))


def executed(notebook: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    package = str(Path(swiftwater.__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([package, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep))
    monkeypatch.setenv("SWIFTWATER_TUTORIAL_ROWS", "5000")
    monkeypatch.setenv("IPYTHONDIR", str(folder))
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def outputs(notebook: Any) -> list[dict[str, Any]]:
    """What each code cell shows, by kind."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown: dict[str, Any] = {}
            for output in cell.outputs:
                shown.update(output.get("data", {}))
                if output.output_type == "stream":
                    shown[output.name] = shown.get(output.name, "") + output.text
            found.append(shown)
    return found


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda p: p.stem)
def test_a_tutorial_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("pyarrow")
    notebook = executed(nbformat.read(path, as_version=4), tmp_path, monkeypatch)
    shown = outputs(notebook)
    tables = [s["text/html"] for s in shown if "text/html" in s]
    assert len(tables) >= 4 and all('class="dataframe"' in t for t in tables)
    assert any("image/png" in s for s in shown)
    assert not any("stderr" in s for s in shown), [s["stderr"] for s in shown if "stderr" in s]


def notebook_of(*sources: str) -> Any:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


def test_a_frame_shows_as_a_table_and_a_series_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = "import swiftwater as sw\ndf = sw.DataFrame({'k': ['a', '<b>'], 'x': [1.5, None]})\n"
    shown = outputs(executed(notebook_of(made + "df", "df.x", "df.groupby('k').x.sum()"), tmp_path, monkeypatch))
    assert "<td>&lt;b&gt;</td>" in shown[0]["text/html"] and "NaN" in shown[0]["text/plain"]
    assert "text/html" not in shown[1] and shown[1]["text/plain"].endswith("Name: x, dtype: float64")
    assert shown[2]["text/plain"].startswith("k\n<b>    0.0")


def test_pandas_is_taken_over_by_an_extension(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    monkeypatch.setenv("SWIFTWATER_PANDAS_FEW_ROWS", "0")
    shown = outputs(
        executed(
            notebook_of(
                "%load_ext swiftwater.pandas\nimport pandas as pd\ntype(pd).__name__",
                "df = pd.DataFrame({'k': [1, 2, 1], 'x': [1.0, 2.0, 4.0]})\ndf",
                "df.groupby('k').x.sum()",
                "import pandas.core.frame\nisinstance(df, pandas.core.frame.DataFrame)",
                "%swiftwater_profile",
                "%unload_ext swiftwater.pandas\nimport pandas as pd\ntype(pd).__name__",
            ),
            tmp_path, monkeypatch,
        )
    )  # fmt: skip
    assert shown[0]["text/plain"] == "'PandasModule'"
    assert 'class="dataframe"' in shown[1]["text/html"]
    assert "5.0" in shown[2]["text/plain"]
    assert shown[3]["text/plain"] == "True"
    assert "SeriesGroupBy.sum" in shown[4]["stdout"]
    assert shown[5]["text/plain"] == "'module'"
