"""The job in one process: other ways through it than the law's. Skipped without pyspark and Java."""

import datetime
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import reprint
from generated import articles
from reprint import errors

pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("no Java", allow_module_level=True)

from pyspark.sql import DataFrame, SparkSession

from reprint.spark import Limits, documents, find

SMALL = Limits(tasks=2, tokens=300, choosers=16, entries=1000, articles=20, broadcast_keys=0)
"""So small that every stage has several parts, and texts are joined without a broadcast."""


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "2")
    builder = builder.config("spark.sql.session.timeZone", "UTC")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def docs(spark: SparkSession) -> DataFrame:
    rows = [(of["key"], of["text"], of["date"], of["source"]) for of in articles(160, seed=3)]
    rows += [(None, "no key", None, None), ("no text", None, None, None), ("empty", "", None, None)]
    return spark.createDataFrame(rows, "key string, text string, date bigint, source string")


def test_small_parts_and_rounds_give_the_groups_of_one_detector(
    docs: DataFrame, tmp_path: Path
) -> None:
    limits = Limits(
        **{name: getattr(SMALL, name) for name in SMALL.__slots__} | {"one_task_links": 0}
    )
    found = find(docs, str(tmp_path), limits=limits)
    assert found.bad == 2
    detector = reprint.Detector()
    detector.insert_many(
        [tuple(row) for row in docs.collect() if None not in (row["key"], row["text"])]
    )
    expected = detector.groups()
    groups = {row["id"]: row for row in found.groups.collect()}
    assert len(expected) > 10
    assert {group.id: group.members for group in expected} == {
        name: tuple(row["members"]) for name, row in groups.items()
    }
    for group in expected:
        assert groups[group.id]["story"]["sharing"] == group.record["story"]["sharing"]
        assert groups[group.id]["lowest"] == group.lowest
    assert found.links.count() == len(expected.links)
    assert found.articles.count() == 161

    # A second run finds every stage there already.
    again = find(docs, str(tmp_path), limits=limits)
    assert all(stage.seconds is None for stage in again.stages)
    with pytest.raises(errors.SettingError, match="other settings"):
        find(docs, str(tmp_path), mode="jaccard")


def test_a_key_that_stands_twice_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    twice = spark.createDataFrame([("a", "one"), ("a", "two")], "key string, text string")
    with pytest.raises(errors.DuplicateKeyError, match="'a'"):
        find(twice, str(tmp_path))


def test_no_documents_give_no_groups(spark: SparkSession, tmp_path: Path) -> None:
    none = spark.createDataFrame([], "key string, text string")
    found = find(none, str(tmp_path), limits=SMALL)
    assert found.articles.count() == found.groups.count() == found.links.count() == 0


def test_columns_of_other_names_and_kinds_become_documents(spark: SparkSession) -> None:
    day = datetime.date(2026, 1, 2)
    rows = [(1, "x", day, datetime.datetime(2026, 1, 2, 3), "2026-01-02T03:00:00Z", "soon")]
    frame = spark.createDataFrame(
        rows, "id int, body string, day date, at timestamp, iso string, words string"
    )

    def date(column: str) -> object:
        return documents(frame, "id", "body", column).collect()[0]["date"]

    assert date("day") == 1_767_312_000
    assert date("at") == date("iso") == 1_767_312_000 + 3 * 3600
    assert date("words") is None
    assert date("missing") is None
    assert documents(frame, "id", "body").collect()[0]["key"] == "1"
    with pytest.raises(errors.ColumnError, match="headline"):
        documents(frame, "id", "headline")
