"""Tables between stages: each is written once, and a run that was broken off goes on behind the last.

A table is Parquet under the work folder. A marker beside it says that it is whole, which settings made
it and how long that took. Only DataFrames are read and written, so that any store will do and Spark
Connect, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..errors import SettingError


@dataclass(frozen=True, slots=True)
class StageReport:
    """What a stage took: rows written, and seconds, or None where it was there already."""

    name: str
    rows: int
    seconds: float | None


class Tables:
    """The tables of a run, under one folder."""

    def __init__(self, spark: SparkSession, work: str, settings: str) -> None:
        """Look for tables that are whole already.

        Raises SettingError if they were made with other settings.
        """
        self._spark = spark
        self._work = work
        self._settings = settings
        self.reports: list[StageReport] = []
        # So that there is a folder to read.
        self._mark("begun", 0)
        markers = (
            spark.read.schema(_MARKER)
            .json(f"{work}/stages/done", recursiveFileLookup=True)
            .collect()
        )
        for marker in markers:
            if marker["settings"] != settings:
                made = marker["settings"]
                raise SettingError(
                    f"{work} has stages of other settings, {made}; name another", "work"
                )
        self._rows: dict[str, int] = {marker["name"]: marker["rows"] for marker in markers}

    def table(
        self, name: str, make: Callable[[], DataFrame], *, folder: str = "stages"
    ) -> DataFrame:
        """Return a table, which `make` computes unless it is whole."""
        path = f"{self._work}/{folder}/{name}"
        if name in self._rows:
            self.reports.append(StageReport(name, self._rows[name], None))
            return self._spark.read.parquet(path)
        start = time.monotonic()
        make().write.mode("overwrite").parquet(path)
        table = self._spark.read.parquet(path)
        rows = table.count()
        self._mark(name, rows)
        self._rows[name] = rows
        self.reports.append(StageReport(name, rows, round(time.monotonic() - start, 1)))
        return table

    def count(self, name: str) -> int:
        """Return the rows of a table that is whole."""
        return self._rows[name]

    def _mark(self, name: str, rows: int) -> None:
        marker = self._spark.range(1).select(
            F.lit(name).alias("name"),
            F.lit(self._settings).alias("settings"),
            F.lit(rows).cast("bigint").alias("rows"),
        )
        marker.coalesce(1).write.mode("overwrite").json(f"{self._work}/stages/done/{name}")


_MARKER = "name string, settings string, rows bigint"
