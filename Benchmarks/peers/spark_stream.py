"""The stream job in Spark Structured Streaming on two cores: files of JSON Lines as they lie in a folder, each a
micro-batch that is aggregated by itself and written as Parquet, with a checkpoint.

    spark_stream.py INPUT_FOLDER OUTPUT_FOLDER

Prints the seconds from the query's start to its end; the virtual machine is up by then.
"""

import json
import os
import shutil
import sys
import time

import tasks
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

TYPES = {"DOUBLE": "double", "BOOLEAN": "boolean", "VARCHAR": "string", "BIGINT": "bigint"}


def main():
    _, source, output = sys.argv
    spark = (
        SparkSession.builder.master("local[2]").appName("stream")
        # As many partitions as cores: its default of 200 is for clusters.
        .config("spark.sql.shuffle.partitions", "2").config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "4g").config("spark.ui.showConsoleProgress", "false").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    wanted = [
        getattr(F, {"mean": "avg"}.get(function, function))(metric).alias(f"{metric}_{function}")
        for metric in tasks.METRICS for function in tasks.FUNCTIONS]
    parts = os.path.join(output, "parts")

    def handle(frame, number):
        grouped = frame.groupBy("company").agg(*wanted).coalesce(1)
        grouped.write.mode("overwrite").option("compression", "zstd").parquet(f"{parts}/{number}")

    schema = ", ".join(f"{name} {TYPES[tasks.SQL_TYPES[name]]}" for name in tasks.COLUMNS)
    start = time.perf_counter()
    rows = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).json(source)
    query = (
        rows.writeStream.foreachBatch(handle).option("checkpointLocation", os.path.join(output, "state"))
        .trigger(availableNow=True).start())
    query.awaitTermination()
    seconds = time.perf_counter() - start
    spark.stop()
    for number in os.listdir(parts):
        for name in os.listdir(f"{parts}/{number}"):
            if name.endswith(".parquet"):
                shutil.move(f"{parts}/{number}/{name}", f"{output}/{number}-{name}")
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
