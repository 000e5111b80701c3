"""What people write by hand: a confluent-kafka loop that gives each epoch's messages to Polars, or, as the article
does, to pandas. Each epoch is aggregated by itself and written as a Parquet file, then its offsets are committed.

    kafka_loop.py polars|pandas BROKERS TOPIC PARTITIONS MESSAGES OUTPUT

Prints the seconds from the first message to the end.
"""

import io
import json
import sys
import time

import tasks
from confluent_kafka import Consumer, TopicPartition

EPOCH_ROWS = 200_000


def with_polars():
    import polars as pl

    types = {"DOUBLE": pl.Float64, "BOOLEAN": pl.Boolean, "VARCHAR": pl.String, "BIGINT": pl.Int64}
    schema = {name: types[tasks.SQL_TYPES[name]] for name in tasks.COLUMNS}
    wanted = [
        getattr(pl.col(metric), function)().alias(f"{metric}_{function}")
        for metric in tasks.METRICS for function in tasks.FUNCTIONS]

    def handle(lines, path):
        frame = pl.read_ndjson(io.BytesIO(lines), schema=schema)
        frame.group_by("company").agg(wanted).write_parquet(path, compression="zstd")

    return handle


def with_pandas():
    import pandas as pd

    def handle(lines, path):
        frame = pd.read_json(io.BytesIO(lines), lines=True)
        grouped = frame.groupby(["company"]).agg({metric: tasks.FUNCTIONS for metric in tasks.METRICS})
        grouped.columns = ["_".join(names) for names in grouped.columns]
        grouped.to_parquet(path, compression="zstd")

    return handle


def main():
    _, library, brokers, topic, partitions, wanted, output = sys.argv
    handle = with_polars() if library == "polars" else with_pandas()
    consumer = Consumer({
        "bootstrap.servers": brokers, "group.id": f"loop-{library}", "enable.auto.commit": False,
        "queued.min.messages": 1_000_000, "fetch.queue.backoff.ms": 2})
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(int(partitions))])
    wanted, found, epoch, start, values = int(wanted), 0, 0, None, []
    heard = time.monotonic()
    while found < wanted:
        messages = consumer.consume(10_000, 0.1)
        if messages:
            heard = time.monotonic()
            start = start or heard
        elif time.monotonic() - heard > 30:
            sys.exit("no more messages come")
        good = [message.value() for message in messages if not message.error()]
        values += good
        found += len(good)
        if len(values) >= EPOCH_ROWS or found >= wanted:
            epoch += 1
            handle(b"\n".join(values), f"{output}/part-{epoch}.parquet")
            consumer.commit(asynchronous=False)
            values = []
    print(json.dumps({"seconds": time.monotonic() - start, "messages": found}))
    consumer.close()


if __name__ == "__main__":
    main()
