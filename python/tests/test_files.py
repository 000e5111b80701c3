"""Files in and out: what pandas reads of ours, what we read of pandas', and text that both read alike."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import swiftwater as sw
from differential import same
from frames import FRAMES

SHAPES = {
    "plain": lambda df: df,
    "by label": lambda df: df.set_index("k"),
    "by two": lambda df: df.set_index(["k", "g"]),
    "unnamed": lambda df: df[df.n > 0],
    "two levels": lambda df: df.groupby("g").agg({"x": ["min", "max"], "n": ["sum"]}),
    "named range": lambda df: df.rename_axis("row"),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["few", "many"])
def test_parquet_goes_both_ways(tmp_path: Path, name: str, shape: str) -> None:
    theirs = SHAPES[shape](FRAMES[name])
    ours = SHAPES[shape](sw.from_pandas(FRAMES[name]))
    ours.to_parquet(tmp_path / "ours.parquet")
    same(pd.read_parquet(tmp_path / "ours.parquet"), theirs)
    same(sw.read_parquet(tmp_path / "ours.parquet").to_pandas(), theirs)
    theirs.to_parquet(tmp_path / "theirs.parquet")
    same(sw.read_parquet(tmp_path / "theirs.parquet").to_pandas(), theirs)


def test_parquet_columns_and_buffers(tmp_path: Path) -> None:
    theirs = FRAMES["few"]
    theirs.to_parquet(tmp_path / "t.parquet")
    same(sw.read_parquet(tmp_path / "t.parquet", columns=["n", "k"]).to_pandas(), theirs[["n", "k"]])
    buffer = io.BytesIO()
    sw.from_pandas(theirs).to_parquet(buffer)
    buffer.seek(0)
    same(pd.read_parquet(buffer), theirs)
    same(sw.read_parquet(buffer.getvalue()).to_pandas(), theirs)


JSON = [
    '{"a": 1, "b": "x"}\n{"a": 2, "b": null}',
    '{"a": 1.5}\n{"b": 2}',
    '{"a": 1}\n{"a": 2.5}',
    '{"a": null}\n{"a": 3}',
    '{"a": true}\n{"a": false}',
    '{"a": "1"}\n{"a": "2"}',
    '{"a": "1.5"}\n{"a": null}',
    '{"a": "1"}\n{"a": "x"}',
    '{"timestamp": 1563795193534}\n{"timestamp": 1563795193535}',
    '{"timestamp": 1563795193}\n{"timestamp": null}',
    '{"timestamp": 5}',
    '{"timestamp": "2019-07-22T11:00:00Z"}',
    '{"date": "2020-01-31"}\n{"date": "2020-02-01 10:00"}',
    '{"created_at": "hello"}',
    '{"a": [1, 2]}\n{"a": []}',
    '{"a": {"b": 1}}',
    '{"a": "ü\\u00e9\\n"}',
    '{"a b": 1, "ä": 2}',
]


@pytest.mark.parametrize("text", JSON)
def test_json_lines_are_read_alike(text: str, tmp_path: Path) -> None:
    theirs = pd.read_json(io.StringIO(text), lines=True)
    same(sw.read_json(text, lines=True).to_pandas(), theirs)
    same(sw.read_json(io.StringIO(text), lines=True).to_pandas(), theirs)
    path = tmp_path / "x.json"
    path.write_text(text + "\n")
    same(sw.read_json(path, lines=True).to_pandas(), theirs)
    with gzip.open(tmp_path / "x.json.gz", "wt") as file:
        file.write(text + "\n")
    same(sw.read_json(tmp_path / "x.json.gz", lines=True).to_pandas(), theirs)


def _lines(count: int, others: dict[int, dict[str, Any]]) -> str:
    return "\n".join(json.dumps(others.get(i, {"a": i, "b": "x" * 20})) for i in range(count))


@pytest.mark.parametrize("in_file", [False, True])
def test_a_late_key_is_a_column_or_an_error(tmp_path: Path, in_file: bool) -> None:
    late = {15_001: {"a": 1, "b": "y", "c": 5}}

    def read(text: str, **options: Any) -> Any:
        if not in_file:
            return sw.read_json(text, lines=True, **options)
        (tmp_path / "lines.ndjson").write_text(text)
        return sw.read_json(tmp_path / "lines.ndjson", lines=True, **options)

    # No sample has the key, and all samples have the same ones.
    text = _lines(20_000, late)
    theirs = pd.read_json(io.StringIO(text), lines=True)
    ours = read(text)
    assert ours["a"].sum() == theirs["a"].sum()
    for look in (lambda df: df.to_pandas(), lambda df: df.isna().sum().to_pandas(), lambda df: df.to_csv()):
        with pytest.raises(ValueError, match=r"the key 'c' is in none of the lines .* \(infer: 'all'\)"):
            look(read(text))
    same(read(text, infer="all").to_pandas(), theirs)
    with pytest.raises(ValueError, match="infer is 'some'"):
        read(text, infer="some")
    # Samples that differ let all lines be looked at.
    text = _lines(20_000, {**late, 7: {"a": 1, "d": 2}})
    ours = read(text)
    assert list(ours.columns) == ["a", "b", "d", "c"]
    same(ours.to_pandas(), pd.read_json(io.StringIO(text), lines=True))


CSV: list[tuple[str, dict[str, Any]]] = [
    ("a,b\n1,x\n2,y\n", {}),
    ("a,b\n1,\n,y\n", {}),
    ("a;b\n1;2.5\n", {"sep": ";"}),
    ("1,2\n3,4\n", {"header": None}),
    ("1,2\n3,4\n", {"names": ["p", "q"]}),
    ("a,b,c\n1,2,3\n", {"usecols": ["c", "a"]}),
    ("a,b\nx,1\ny,2\n", {"index_col": "a"}),
    ("a,b\nx,1\ny,2\n", {"index_col": 0}),
    ("a,b\n1,True\n2,False\n", {}),
    ('a,b\n"x, y","say ""hi"""\n', {}),
    ("a\n2020-01-31\n2020-02-01\n", {"parse_dates": ["a"]}),
    ("a\nNA\n5\n", {}),
    ("a\nnone\n5\n", {"na_values": ["none"]}),
    ("a,b\n1,2\n3,4\n5,6\n", {"nrows": 2}),
    ("a,b\n1,2\n", {"dtype": {"a": "float64"}}),
    ("a,b\n01,2\n", {"dtype": {"a": str}}),
]


@pytest.mark.parametrize("text, options", CSV)
def test_csv_is_read_alike(text: str, options: dict[str, Any]) -> None:
    theirs = pd.read_csv(io.StringIO(text), **options)
    same(sw.read_csv(io.StringIO(text), **options).to_pandas(), theirs)


def test_files_that_are_not_there() -> None:
    for read in (sw.read_csv, sw.read_parquet):
        with pytest.raises(FileNotFoundError):
            read("/nowhere/x")
    with pytest.raises(FileNotFoundError):
        sw.read_json("/nowhere/x.json", lines=True)


@pytest.mark.parametrize("name", ["empty", "few", "many"])
def test_text_is_written_alike(tmp_path: Path, name: str) -> None:
    theirs = FRAMES[name]
    ours = sw.from_pandas(theirs)
    ours.to_csv(tmp_path / "ours.csv", index=False)
    theirs.to_csv(tmp_path / "theirs.csv", index=False)
    assert (tmp_path / "ours.csv").read_text() == (tmp_path / "theirs.csv").read_text()
    columns = ["k", "x", "n", "b"]
    ours[columns].to_json(tmp_path / "ours.json", orient="records", lines=True)
    theirs[columns].to_json(tmp_path / "theirs.json", orient="records", lines=True)
    assert (tmp_path / "ours.json").read_text() == (tmp_path / "theirs.json").read_text()


def test_a_column_of_text_and_numbers_is_text() -> None:
    text = '{"b": 1.5, "date": "2020-01-01"}\n{"b": "text", "date": 5}\n{"b": null, "date": null}\n'
    ours = sw.read_json(text, lines=True)
    assert ours["b"].tolist()[:2] == ["1.5", "text"]
    assert ours["date"].tolist()[:2] == ["2020-01-01", "5"]
