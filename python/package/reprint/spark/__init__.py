"""The groups of one process, by many machines: a job for PySpark 4.

DataFrames alone are used (mapInArrow, applyInArrow and joins), so that Spark Connect will do. Every
worker needs this package and pyarrow.

>>> from reprint.spark import find  # doctest: +SKIP
>>> found = find(spark.read.parquet("articles"), "work", mode="recycled")  # doctest: +SKIP
>>> found.groups.show()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import Unpack

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DateType, NumericType, StringType, TimestampNTZType, TimestampType

from .._settings import SettingsArgs, settings_json
from ..errors import ColumnError
from ._job import Found, Job, Limits
from ._tables import StageReport

__all__ = ["Found", "Limits", "StageReport", "documents", "find"]


def find(
    docs: DataFrame, work: str, *, limits: Limits | None = None, **settings: Unpack[SettingsArgs]
) -> Found:
    """Find the groups of recycled articles in documents, and write them under `work`.

    `docs` has the columns `key` (unique) and `text`, and may have `date` and `source`; `documents`
    makes such of other names. It is read several times, and must give the same rows each time.

    Out: `work/articles`, `work/groups` and `work/links`, Parquet in the schema of the records, the same
    as one process finds. Stages are kept in `work/stages`: a run that was broken off goes on behind the
    last whole one, and `stages` may go when the run has ended.

    Raises SettingError for settings out of range or other than those of `work`, ColumnError for missing
    columns, DuplicateKeyError where a key stands twice.
    """
    json = settings_json(**settings)
    return Job(documents(docs), work, json, limits or Limits(), docs.sparkSession).run()


def documents(
    docs: DataFrame,
    key: str = "key",
    text: str = "text",
    date: str | None = "date",
    source: str | None = "source",
) -> DataFrame:
    """Return documents with the columns that `find` takes, from columns of these names.

    A date is a number of seconds since 1970-01-01 UTC, a date, a timestamp, or a string in ISO 8601,
    which is UTC without a zone. What is no date is null. `date` and `source` may be missing.

    Raises ColumnError if `key` or `text` is missing.
    """
    for name in (key, text):
        if name not in docs.columns:
            there = ", ".join(docs.columns)
            raise ColumnError(f"there is no column {name!r}; the documents have {there}")
    has_source = source is not None and source in docs.columns
    return docs.select(
        F.col(key).cast("string").alias("key"),
        F.col(text).cast("string").alias("text"),
        (F.col(source) if has_source else F.lit(None)).cast("string").alias("source"),
        _seconds(docs, date).alias("date"),
    )


def _seconds(docs: DataFrame, name: str | None) -> Column:
    if name is None or name not in docs.columns:
        return F.lit(None).cast("bigint")
    column = F.col(name)
    match docs.schema[name].dataType:
        case NumericType():
            return column.cast("bigint")
        case DateType():
            # A date has no zone, so that days are counted.
            return F.unix_date(column).cast("bigint") * 86_400
        case TimestampType() | TimestampNTZType():
            return F.unix_seconds(column.cast("timestamp"))
        case StringType():
            return F.unix_seconds(F.try_to_timestamp(column))
    raise ColumnError(f"column {name!r} holds no dates, but {docs.schema[name].dataType}")
