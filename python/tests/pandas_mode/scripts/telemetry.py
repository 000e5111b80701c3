"""The body of an analysis of telemetry: read, group, largest values, columns made flat, Parquet."""

import json
import random

import pandas as pd

METRICS = ["cpu_utilization", "latency", "throughput", "packet_loss"]
chance = random.Random(7)
with open("ops.ndjson", "w") as file:
    for i in range(3000):
        row = {"company": chance.choice(["Rios", "Pope & Baird", "Überall"]), "timestamp": 1563795193534 + i}
        for name in METRICS:
            row[name] = chance.choice([None, chance.uniform(0, 100), chance.uniform(0, 100)])
        file.write(json.dumps(row) + "\n")

df = pd.read_json("ops.ndjson", lines=True)
print(df.shape, list(df.columns))
print(df.head())
grouped = df.groupby(["company"]).agg({k: ["min", "max", "mean"] for k in METRICS})
print(grouped)
print(df.nlargest(5, "cpu_utilization"))
grouped.columns = [f"{e[0]}_{e[1]}" for e in list(grouped.columns)]
grouped.to_parquet("grouped.parquet")
print(pd.read_parquet("grouped.parquet").columns.tolist())
print(df["latency"].isna().sum(), df.latency.max(), round(df.throughput.mean(), 6))
busy = df[(df.cpu_utilization > 90) & df.latency.notna()]
print(len(busy), busy.sort_values(["company", "latency"], ascending=[True, False]).head(10))
busy = busy.assign(ratio=lambda d: d.latency / d.throughput, twice=lambda d: d.ratio * 2)
print(busy[["company", "ratio", "twice"]].dropna().tail(4))
print(df.describe())
print(df.company.value_counts())
