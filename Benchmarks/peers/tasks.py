"""What every peer computes: the columns of the benchmark's data, in the words of each library."""

METRICS = ["cpu_utilization", "latency", "packet_loss", "throughput"]

COLUMNS = ["company"]
for _metric in METRICS:
    COLUMNS += [_metric, f"{_metric}_is_error"]
COLUMNS += ["timestamp"]

SQL_TYPES = {name: "DOUBLE" for name in METRICS}
SQL_TYPES |= {f"{name}_is_error": "BOOLEAN" for name in METRICS}
SQL_TYPES |= {"company": "VARCHAR", "timestamp": "BIGINT"}

FUNCTIONS = ["min", "max", "mean"]
