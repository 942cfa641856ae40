"""The job as a command; `spark-submit python/job.py`, or `python -m reprint.spark`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pyspark import SparkConf, SparkContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..errors import ReprintError
from . import Found, Limits, documents, find

LOCAL = "local[2]"
"""Where nothing else is said, two threads of this machine."""

ASSUMED = "local[*]"
"""The master of spark-submit where none is named."""


def main(arguments: Sequence[str] | None = None, samples: str | None = None) -> int:
    """Run the job. `samples` is read where no input is named. Returns the exit code."""
    options = _options(samples).parse_args(arguments)
    spark = _session(options.remote)
    try:
        docs = documents(
            _read(spark, options.input, options.format),
            options.key,
            options.text,
            options.date,
            options.source,
        )
        limits = Limits(tasks=options.tasks)
        found = find(docs, options.work, limits=limits, **_settings(options))
        _tell(found, options.work)
    except ReprintError as error:
        print(f"reprint: {error}", file=sys.stderr)
        return 2
    finally:
        spark.stop()
    return 0


def _session(remote: str | None) -> SparkSession:
    builder = SparkSession.builder.appName("reprint")
    builder = builder.config("spark.sql.session.timeZone", "UTC")
    if remote:
        return builder.remote(remote).getOrCreate()
    # What spark-submit was told is known once its JVM is there. A master that is named counts;
    # spark-submit assumes this one where none is.
    SparkContext._ensure_initialized()
    if SparkConf().get("spark.master", ASSUMED) == ASSUMED:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.master(LOCAL)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    return spark


def _options(samples: str | None) -> argparse.ArgumentParser:
    options = argparse.ArgumentParser("reprint.spark", description=__doc__)
    options.add_argument(
        "input", nargs="*", default=[samples] if samples else None, help="files or folders"
    )
    options.add_argument("--work", default="reprint-work", help="where stages and results go")
    options.add_argument("--format", choices=["parquet", "json", "text"], help="of the input")
    for name in ("key", "text", "date", "source"):
        options.add_argument(f"--{name}", default=name, help=f"the column of the {name}")
    options.add_argument("--mode", choices=["recycled", "jaccard"], default="recycled")
    options.add_argument("--threshold", type=float, help="least similarity, in mode jaccard")
    options.add_argument("--tasks", type=int, help="least tasks of a stage")
    options.add_argument("--remote", help="a server of Spark Connect")
    return options


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    given = {"mode": options.mode, "threshold": options.threshold}
    return {name: value for name, value in given.items() if value is not None}


def _read(spark: SparkSession, paths: list[str], form: str | None) -> DataFrame:
    """Read Parquet, JSON Lines, or a folder of texts whose names are their keys."""
    form = form or _form(paths[0])
    match form:
        case "text":
            texts = spark.read.text(paths, wholetext=True, recursiveFileLookup=True)
            return texts.select(
                F.col("_metadata.file_name").alias("key"), F.col("value").alias("text")
            )
        case "json":
            return spark.read.json(paths)
        case _:
            return spark.read.parquet(*paths)


def _form(path: str) -> str:
    name = path.lower().removesuffix(".gz").removesuffix(".zst")
    if name.endswith((".jsonl", ".json", ".ndjson")):
        return "json"
    folder = Path(path)
    if name.endswith(".txt") or (folder.is_dir() and any(folder.glob("*.txt"))):
        return "text"
    return "parquet"


def _tell(found: Found, work: str) -> None:
    for stage in found.stages:
        took = "there already" if stage.seconds is None else f"{stage.seconds} s"
        print(f"{stage.name:14} {stage.rows:12,} rows  {took}")
    if found.bad:
        print(f"{found.bad} rows without a key or a text were left out", file=sys.stderr)
    dropped = found.articles.where("not kept").count()
    articles, groups = found.articles.count(), found.groups.count()
    print(f"{articles:,} articles: {groups:,} groups, {dropped:,} to drop; see {work}")


if __name__ == "__main__":
    sys.exit(main())
