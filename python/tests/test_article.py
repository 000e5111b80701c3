"""The code that people have today runs as it is but for the import, and gives pandas' result."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import swiftwater as sw
from differential import same

METRICS = ["cpu_utilization", "latency", "throughput", "packet_loss"]


def lines_of(rows: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    lines = []
    for i in range(rows):
        row: dict[str, Any] = {"company": chance.choice(["Rios", "Pope & Baird", "Überall", ""])}
        for name in METRICS:
            row[name] = chance.choice([None, chance.uniform(0, 100), chance.uniform(0, 100)])
            row[f"{name}_is_error"] = chance.random() < 0.1
        row["timestamp"] = 1563795193534 + i
        lines.append(json.dumps(row))
    return lines


@pytest.mark.parametrize("rows", [1, 10, 3000])
def test_the_benchmark_cell(tmp_path: Path, rows: int) -> None:
    benchmark_file = str(tmp_path / "ops.json")
    Path(benchmark_file).write_text("\n".join(lines_of(rows, rows)) + "\n")
    metric_names, nlargest = METRICS, 10

    def cell(cudf: Any) -> Any:
        gdf = cudf.read_json(benchmark_file, lines=True)
        ggdf = gdf.groupby(['company']).agg({k: ['min', 'max', 'mean'] for k in metric_names})  # fmt: skip
        raw_nlargest = gdf.nlargest(nlargest, 'cpu_utilization')  # fmt: skip
        return ggdf, raw_nlargest

    ours, theirs = cell(sw), cell(pd)
    assert list(ours[0].columns) == list(theirs[0].columns)
    same(ours[0].to_pandas(), theirs[0])
    same(ours[1].to_pandas(), theirs[1])


@pytest.mark.parametrize("rows", [1, 100, 2000])
def test_the_handler_body(tmp_path: Path, rows: int) -> None:
    batch, metric_names = lines_of(rows, rows + 1), METRICS

    def body(cudf: Any, filepath: str) -> Any:
        text = '\n'.join(batch)  # fmt: skip
        if cudf is pd:
            import io

            text = io.StringIO(text)  # type: ignore[assignment]
        df = cudf.read_json(text, lines=True)
        df = df.reset_index(drop=True)
        df = df.groupby(['company']).agg({k: ['min', 'max', 'mean'] for k in metric_names})  # fmt: skip
        df.columns = [f'{e[0]}_{e[1]}' for e in list(df.columns)]  # fmt: skip
        df.to_parquet(filepath)
        return df

    ours = body(sw, str(tmp_path / "ours.parquet"))
    body(pd, str(tmp_path / "theirs.parquet"))
    theirs = pd.read_parquet(tmp_path / "theirs.parquet")
    same(ours.to_pandas(), theirs)
    back = pd.read_parquet(tmp_path / "ours.parquet")
    same(back, theirs)
    same(sw.read_parquet(tmp_path / "theirs.parquet").to_pandas(), theirs)


def test_two_results_asked_for_together_are_one_pass(tmp_path: Path) -> None:
    path = tmp_path / "ops.ndjson"
    path.write_text("\n".join(lines_of(50, 7)) + "\n")
    gdf = sw.read_json(path, lines=True)
    a, b = sw.collect(gdf.groupby("company").mean(numeric_only=True), gdf.nlargest(3, "latency"))
    theirs = pd.read_json(path, lines=True)
    same(a.to_pandas(), theirs.groupby("company").mean(numeric_only=True))
    same(b.to_pandas(), theirs.nlargest(3, "latency"))
