"""Swiftwater's Python package doing the job as a whole process: the article's cell with another import."""

import sys

import swiftwater as cudf

import tasks

_, benchmark_file, output = sys.argv
metric_names = tasks.METRICS
nlargest = 10

gdf = cudf.read_json(benchmark_file, lines=True)
ggdf = gdf.groupby(["company"]).agg({k: ["min", "max", "mean"] for k in metric_names})
raw_nlargest = gdf.nlargest(nlargest, "cpu_utilization")

cudf.collect(ggdf, raw_nlargest)
ggdf.columns = [f"{e[0]}_{e[1]}" for e in list(ggdf.columns)]
ggdf.to_parquet(f"{output}/by_company.parquet")
raw_nlargest.to_json(f"{output}/hottest.ndjson", orient="records", lines=True)
