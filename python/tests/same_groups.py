"""The law of the job: its articles, groups and links are those of the program, field by field.

    python tests/same_groups.py PROGRAM ARTICLES.jsonl [--mode recycled] [--kill] [--workers 2]

ARTICLES has `text`, `key` or `id`, perhaps `date` (seconds since 1970) and `source`; it may be `.zst`.
Of articles without a date, four in five are given one. Runs the program in one process and the job on a
cluster of this machine, and compares their records. With `--kill`, a worker is killed in each stage;
with `--kill blocks`, once, behind the stage `blocks`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import cluster  # noqa: E402

Record = dict[str, Any]
KINDS = {"article": "articles", "group": "groups", "link": "links"}
# What the job does not look for, and what marks a line.
ONLY_IN_LINES = ("schema", "type", "phrasing")
# Left out of a line where there is none.
OPTIONAL = ("relation", "derived", "a_coverage", "b_coverage", "facts")


def prepared(articles: Path, to: Path) -> Path:
    """Write articles under the names that program and job know, with dates."""
    with pa.input_stream(str(articles), compression="detect") as lines, to.open("w") as out:
        for number, line in enumerate(lines.read().splitlines()):
            given = json.loads(line)
            date = given.get("date")
            if not isinstance(date, int) and number % 5:
                date = 1_100_000_000 + 86_400 * (number * 7919 % 97)
            article = {
                "key": given.get("key") or given.get("id"),
                "text": given["text"],
                "date": date if isinstance(date, int) else None,
                "source": given.get("source"),
            }
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    return to


def of_program(program: str, articles: Path, mode: str) -> dict[str, list[Record]]:
    """Return the records of one process, sorted."""
    options = ["--format", "jsonl", "--all-links", "--mode", mode, "--config", "/dev/null"]
    lines = subprocess.run(
        [program, *options, str(articles)], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()
    records: dict[str, list[Record]] = {kind: [] for kind in KINDS}
    for record in map(json.loads, lines):
        if record["type"] in records:
            records[record["type"]].append(without_nothing(record))
    return {kind: in_order(of_kind) for kind, of_kind in records.items()}


def of_job(work: Path) -> dict[str, list[Record]]:
    """Return the records of the job, sorted."""
    return {
        kind: in_order([without_nothing(row) for row in pq.read_table(work / name).to_pylist()])
        for kind, name in KINDS.items()
    }


def without_nothing(record: Record) -> Record:
    """Return a record without what only lines have, and without optional fields that are null."""
    kept = {
        name: value
        for name, value in record.items()
        if name not in ONLY_IN_LINES and not (name in OPTIONAL and value is None)
    }
    if "links" in kept:
        kept["links"] = [without_nothing(link) for link in kept["links"]]
    return kept


def in_order(records: list[Record]) -> list[Record]:
    """Return records in the order of their text, which no run decides."""
    return sorted(records, key=lambda record: json.dumps(record, sort_keys=True))


def main() -> int:
    """Compare; the exit code is 0 if all records are the same."""
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("articles", type=Path)
    options.add_argument("--mode", choices=["recycled", "jaccard"], default="recycled")
    options.add_argument("--kill", nargs="?", const="", metavar="BEHIND")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--tasks", default="4")
    options.add_argument("--events", help="a folder for Spark's events")
    options = options.parse_args()
    work = Path(tempfile.mkdtemp(prefix="reprint-same-"))
    try:
        articles = prepared(options.articles, work / "articles.jsonl")
        one = time.monotonic()
        expected = of_program(options.program, articles, options.mode)
        many = time.monotonic()
        job = [str(ROOT / "job.py"), str(articles), "--work", str(work / "work")]
        conf = {"spark.sql.shuffle.partitions": options.tasks}
        if options.events:
            conf |= {
                "spark.eventLog.enabled": "true",
                "spark.eventLog.dir": options.events,
                "spark.eventLog.compress": "false",
            }
        code = cluster.run(
            [*job, "--mode", options.mode],
            workers=options.workers,
            work=work / "work" if options.kill is not None else None,
            behind=options.kill or None,
            **conf,
        )
        if code != 0:
            return code
        print(f"one process {many - one:.1f} s, the job {time.monotonic() - many:.1f} s")
        found = of_job(work / "work")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    same = True
    for kind, of_kind in expected.items():
        differing = sum(a != b for a, b in zip(of_kind, found[kind], strict=False))
        if of_kind == found[kind]:
            print(f"{kind}: {len(of_kind)} records, the same")
        else:
            same = False
            print(f"{kind}: {len(of_kind)} and {len(found[kind])} records, {differing} differ")
            only = [record for record in of_kind if record not in found[kind]][:2]
            print("  one process:", *only, "\n  the job:", end=" ")
            print(*[record for record in found[kind] if record not in of_kind][:2])
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
