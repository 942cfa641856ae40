"""The stages of a run, from documents to groups.

sketches    workers   a text to its fingerprint, band keys and sample
texts       join      of exact copies the first by key, in the order of fingerprints
buckets     kernel    texts that share a band; crowded ones are cut by the rule of one process
sampled     kernel    texts that share enough sampled hashes, and which of these they choose
blocks      join      candidates that share texts side by side, in blocks of so many tokens
links       workers   both texts read again and compared
parted      join      links that only show two uses of a template
labels      rounds    connected components of the links that join
lines       workers   the groups of some components at a time, as records
articles, groups, links                                            the result
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from .. import _reprint
from ..errors import DuplicateKeyError
from . import _workers
from ._components import components
from ._tables import StageReport, Tables

ENOUGH = 8_192
"""Texts whose words are counted: `corpus::ENOUGH` of the crate."""

LEN_BITS = 13
"""Bits of a place that count the hashes of the sample: `LEN_BITS` of `src/stages.rs`."""

BAND_BYTES, SAMPLE_BYTES = 16, 4


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one task takes. Results don't depend on it; memory and the number of tasks do.

    tasks: least tasks of a stage; None for `spark.sql.shuffle.partitions`.
    entries: of hashes in a part, 12 or 16 bytes each.
    choosers: texts in a part that choose candidates: some 530 rows of 24 bytes each in newswire.
    tokens: of the different texts in a block; a token takes some 6 bytes of text, and 40 while compared.
    articles: of components that are grouped together.
    one_task_links: joining links that one task labels, 16 bytes each and 40 for each text.
    broadcast_keys: keys of wanted texts that go to every worker, so that other texts are not moved.
    """

    tasks: int | None = None
    entries: int = 4_000_000
    choosers: int = 8_192
    tokens: int = 4_000_000
    articles: int = 50_000
    one_task_links: int = 10_000_000
    broadcast_keys: int = 2_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """The result: `articles`, `groups` and `links` in the schema of the records, as DataFrames."""

    articles: DataFrame
    groups: DataFrame
    links: DataFrame
    stages: tuple[StageReport, ...]
    bad: int
    """Rows without a key or a text."""


ARTICLES = (
    "key string, group string, kept boolean, of string, score double, relation string, "
    "reason string"
)
LINKS = (
    "a string, b string, jaccard double, a_in_b double, b_in_a double, relation string, derived string, "
    "a_coverage double, b_coverage double, facts int"
)
_APPEARANCES = "array<struct<key: string, source: string, seconds_later: bigint>>"
_FIELDS = ", ".join(": ".join(field.split()) for field in LINKS.split(", "))
GROUPS = (
    "id string, kept string, reason string, centre string, members array<string>, lowest double, "
    "lowest_exact boolean, story struct<texts: bigint, publishers: bigint, sharing: bigint, "
    f"date: bigint, first: {_APPEARANCES}, followers: {_APPEARANCES}>, "
    f"links array<struct<{_FIELDS}>>"
)


class Job:
    """One run: its documents, settings and tables."""

    def __init__(
        self, docs: DataFrame, work: str, settings: str, limits: Limits, spark: SparkSession
    ) -> None:
        """Take documents with `key`, `text`, `source` and `date` (seconds since 1970)."""
        self.stages = _reprint.Stages(settings, None)
        sketcher = _reprint.Sketcher(settings)
        self.settings = sketcher.settings
        self.bands = sketcher.bands
        self.samples = '"recycled"' in self.settings
        self.docs = docs.where("key is not null and text is not null")
        self.given = docs
        self.limits = limits
        self.tables = Tables(spark, work.rstrip("/"), self.settings)
        self.spark = spark
        self.tasks = limits.tasks or int(spark.conf.get("spark.sql.shuffle.partitions"))
        relations = _reprint.relations()
        self.relations = [name for name, _ in relations]
        self.parting = [number for number, (_, parts) in enumerate(relations) if parts]
        self.joining = [-1, self.relations.index("exact"), *self.parting]

    def parts(self, rows: float, of_part: int) -> int:
        """Return into how many parts so many rows are cut."""
        return max(self.tasks, math.ceil(rows / of_part))

    def run(self) -> Found:
        """Compute what is not there yet."""
        sketches = self.tables.table("sketches", self.sketches)
        self.refuse_repeated_keys(sketches)
        bad = self.given.count() - self.tables.count("sketches") if self.is_fresh() else 0
        texts = self.tables.table("texts", lambda: self.texts(sketches))
        pairs = self.candidates(texts)
        blocks = self.tables.table("blocks", lambda: self.blocks(pairs, texts))
        statistics = self.statistics(texts)
        links = self.tables.table("verified", lambda: self.verified(blocks, texts, statistics))
        if self.samples:
            found = links
            links = self.tables.table("parted", lambda: self.parted(found))
        joining = links.where(F.col("relation").isin(self.joining))
        labels = self.tables.table(
            "labels",
            lambda: components(self.tables, joining, joining.count(), self.limits.one_task_links),
        )
        lines = self.tables.table("lines", lambda: self.lines(sketches, texts, links, labels))
        return self.result(sketches, lines, bad)

    def is_fresh(self) -> bool:
        """Whether the sketches were made in this run."""
        return self.tables.reports[0].seconds is not None

    def sketches(self) -> DataFrame:
        """Sketch every document, where it lies."""
        columns = self.docs.select("key", "source", "date", "text")
        return columns.mapInArrow(_workers.sketch(self.settings), _workers.SKETCHES)

    def refuse_repeated_keys(self, sketches: DataFrame) -> None:
        """Raise DuplicateKeyError if a key stands twice: it must name one article."""
        repeated = sketches.groupBy("key").count().where("count > 1").first()
        if repeated is not None:
            message = (
                f"{repeated['count']} documents have the key {repeated['key']!r}; make keys unique"
            )
            raise DuplicateKeyError(message)

    def texts(self, sketches: DataFrame) -> DataFrame:
        """Give the different texts their places, each with its first copy by key."""
        copy = F.struct("key", "date", "tokens", "bands", "sample")
        firsts = (
            sketches.where("tokens > 0")
            .groupBy("fp")
            .agg(F.min_by(copy, "key").alias("first"), F.count("*").alias("copies"))
        )
        ordered = firsts.repartitionByRange(self.tasks, "fp").sortWithinPartitions("fp")
        length = F.octet_length("first.sample") / SAMPLE_BYTES
        place = F.shiftleft(F.monotonically_increasing_id(), LEN_BITS).bitwiseOR(
            length.cast("bigint")
        )
        return ordered.select(place.alias("place"), "fp", "copies", "first.*")

    def candidates(self, texts: DataFrame) -> DataFrame:
        """Return the pairs to compare."""
        count = self.tables.count("texts")
        buckets = self.tables.table("buckets", lambda: self.buckets(texts, count))
        pairs = self.tables.table("band_pairs", lambda: self.band_pairs(buckets, texts, count))
        if self.samples:
            sampled = self.tables.table("sample_pairs", lambda: self.sample_pairs(texts, count))
            pairs = pairs.union(sampled)
        return pairs.distinct()

    def buckets(self, texts: DataFrame, count: int) -> DataFrame:
        """Find the texts that share a band: one part of the band keys a task."""
        parts = self.parts(count * self.bands, self.limits.entries)
        packed = texts.select("place", "bands").mapInArrow(
            _workers.scatter_bands(self.bands, parts), _workers.BLOBS
        )
        return packed.groupBy("part").applyInArrow(_workers.buckets, _workers.BUCKETS)

    def band_pairs(self, buckets: DataFrame, texts: DataFrame, count: int) -> DataFrame:
        """Pair the texts of each bucket; of a crowded one, as one process does."""
        size = F.size("members")
        cap = self.cap(buckets, count)
        if cap is None:
            return buckets.select("members").mapInArrow(_workers.bucket_pairs, _workers.PAIRS)
        small = buckets.where(size <= cap).select("members")
        crowded = buckets.where(size > cap).withColumn("first", F.col("members")[0])
        place = F.explode("members").alias("place")
        members = crowded.select(F.col("first").alias("of_first"), place).distinct()
        keys = members.join(texts.select("place", "bands"), "place")
        cut = (
            crowded.groupBy("first")
            .cogroup(keys.groupBy("of_first"))
            .applyInArrow(_workers.cut(self.bands), _workers.PAIRS)
        )
        return small.mapInArrow(_workers.bucket_pairs, _workers.PAIRS).union(cut)

    def cap(self, buckets: DataFrame, count: int) -> int | None:
        """Return the most texts of a bucket that gives every pair; None if all do."""
        size = F.size("members")
        sizes = [
            (row["size"], row["count"])
            for row in buckets.groupBy(size.alias("size")).count().collect()
        ]
        counted: dict[int, int] = {}
        while True:
            is_known, value = self.stages.cap(sizes, count, counted)
            if is_known or value is None:
                return value
            some = buckets.where(size <= value).select("members")
            pairs = some.mapInArrow(_workers.bucket_pairs, _workers.PAIRS)
            counted[value] = pairs.distinct().count()

    def sample_pairs(self, texts: DataFrame, count: int) -> DataFrame:
        """Let each text choose among those that share its sampled hashes."""
        hashes = texts.agg(F.sum(F.octet_length("sample")) / SAMPLE_BYTES).first()
        parts = self.parts(hashes[0] or 0, self.limits.entries)
        packed = texts.select("place", "sample").mapInArrow(
            _workers.scatter_samples(parts), _workers.BLOBS
        )
        choosers = self.parts(count, self.limits.choosers)
        shared = packed.groupBy("part").applyInArrow(
            _workers.shared(count, choosers), _workers.BLOBS
        )
        return shared.groupBy("part").applyInArrow(_workers.choices, _workers.PAIRS)

    def blocks(self, pairs: DataFrame, texts: DataFrame) -> DataFrame:
        """Put pairs around one text side by side, and cut them into blocks of so many tokens."""
        both = pairs.union(pairs.select(F.col("b").alias("a"), F.col("a").alias("b")))
        labels = both.groupBy("a").agg(F.min("b").alias("label"))
        tokens = texts.select("place", "tokens")
        rows = (
            pairs.join(labels, "a")
            .join(tokens.select(F.col("place").alias("a"), F.col("tokens").alias("a_tokens")), "a")
            .join(tokens.select(F.col("place").alias("b"), F.col("tokens").alias("b_tokens")), "b")
            .withColumn("label", F.least("label", "a"))
        )
        ordered = rows.repartition(self.tasks, "label").sortWithinPartitions("label", "a", "b")
        cut = ordered.select("a", "b", "a_tokens", "b_tokens").mapInArrow(
            _workers.blocks(self.limits.tokens), _workers.BLOCKS
        )
        block = F.shiftleft(F.spark_partition_id().cast("bigint"), 32).bitwiseOR(
            F.col("cut").cast("bigint")
        )
        return cut.select(block.alias("block"), "a", "b")

    def texts_of(self, keys: DataFrame) -> DataFrame:
        """Read documents again: key and text of those wanted, and no others are moved."""
        wanted = keys.select("key").distinct()
        if wanted.count() <= self.limits.broadcast_keys:
            wanted = F.broadcast(wanted)
        return self.docs.select("key", "text").join(wanted, "key", "left_semi")

    def statistics(self, texts: DataFrame) -> bytes | None:
        """Count the words of the first texts; None in mode "jaccard"."""
        if not self.samples:
            return None

        def count() -> DataFrame:
            first = texts.orderBy("place").limit(ENOUGH)
            read = self.texts_of(first).groupBy(F.lit(0).alias("all"))
            return read.applyInArrow(_workers.count, "statistics binary")

        row = self.tables.table("statistics", count).first()
        return bytes(row["statistics"]) if row is not None else None

    def verified(self, blocks: DataFrame, texts: DataFrame, statistics: bytes | None) -> DataFrame:
        """Compare the pairs of each block, on one worker with their texts."""
        place = F.explode(F.array("a", "b")).alias("place")
        ends = blocks.select(F.col("block").alias("of_block"), place).distinct()
        ends = ends.join(texts.select("place", "fp", "key", "tokens"), "place")
        read = ends.join(self.texts_of(ends), "key")
        return (
            blocks.groupBy("block")
            .cogroup(read.groupBy("of_block"))
            .applyInArrow(_workers.verify(self.settings, statistics), _workers.LINKS)
        )

    def parted(self, links: DataFrame) -> DataFrame:
        """Change links between uses of a template, as the links of the whole corpus show them."""
        template = self.relations.index("template")
        score = F.greatest("a_coverage", "b_coverage").cast("double")
        uses = links.where(F.col("relation") == template).withColumn("score", score)
        ways = [
            uses.select(F.col(end).alias("end"), F.col(other).alias("other"), "score")
            for end, other in ("ab", "ba")
        ]
        lists = (
            ways[0]
            .union(ways[1])
            .groupBy("end")
            .agg(F.collect_list(F.struct("other", "score")).alias("uses"))
            # Fewer uses are never enough.
            .where(F.size("uses") > 1)
        )
        of_a = lists.select(F.col("end").alias("a"), F.col("uses").alias("of_a"))
        of_b = lists.select(F.col("end").alias("b"), F.col("uses").alias("of_b"))
        asked = links.where(F.col("relation").isin(self.parting)).select(
            "a", "b", score.alias("near")
        )
        parted = asked.join(of_a, "a").join(of_b, "b").select("a", "b", "near", "of_a", "of_b")
        parted = parted.mapInArrow(_workers.siblings, _workers.PAIRS).withColumn("parted", F.lit(1))
        is_parted = F.col("parted").isNotNull()
        changed = {
            "relation": F.when(is_parted, F.lit(template)).otherwise(F.col("relation")),
            "derived": F.when(is_parted, F.lit(0)).otherwise(F.col("derived")),
        }
        return links.join(parted, ["a", "b"], "left").withColumns(changed).drop("parted")

    def lines(
        self, sketches: DataFrame, texts: DataFrame, links: DataFrame, labels: DataFrame
    ) -> DataFrame:
        """Group some components at a time, and name the links that join none."""
        copies = texts.where("copies > 1").join(labels, "place", "left_anti")
        labels = labels.union(copies.select("place", F.col("place").alias("label")))
        of_ends = [
            labels.select(F.col("place").alias(end), F.col("label").alias(f"label_{end}"))
            for end in "ab"
        ]
        placed = links.join(of_ends[0], "a", "left").join(of_ends[1], "b", "left")
        is_within = F.col("label_a") == F.col("label_b")
        within = placed.where(is_within).withColumn("label", F.col("label_a"))
        between = placed.where(F.coalesce(~is_within, F.lit(True)))
        return self.within(sketches, texts, within, labels).union(self.between(texts, between))

    def within(
        self, sketches: DataFrame, texts: DataFrame, links: DataFrame, labels: DataFrame
    ) -> DataFrame:
        """Group the articles of components. `links` lie within one; `labels` has every text."""
        joining = links.where(F.col("relation").isin(self.joining))
        members = labels.groupBy("label").agg(F.count("*").alias("texts"))
        linked = joining.groupBy("label").agg(F.count("*").alias("links"))
        # Where every two texts are linked, their lowest similarity is known, and no text is read.
        known = F.coalesce("links", F.lit(0)) == F.col("texts") * (F.col("texts") - 1) / 2
        sizes = members.join(linked, "label", "left").select("label", known.alias("known"))
        of_text = texts.select("place", "fp", F.col("key").alias("first"))
        articles = (
            sketches.where("tokens > 0")
            .select("key", "source", "date", "fp", "tokens")
            .join(of_text, "fp")
            .join(labels, "place")
            .join(sizes, "label")
            .withColumn("wanted", ~F.col("known") & (F.col("key") == F.col("first")))
        )
        wanted = self.texts_of(articles.where("wanted"))
        articles = articles.join(wanted, "key", "left").drop("known", "first", "wanted")
        parts = self.parts(self.tables.count("sketches"), self.limits.articles)
        part = F.pmod(F.xxhash64("label"), F.lit(parts))
        return self.assembled(articles.withColumn("part", part), links.withColumn("part", part))

    def between(self, texts: DataFrame, links: DataFrame) -> DataFrame:
        """Name the links whose ends are in no common component. They join nothing."""
        parts = self.parts(self.tables.count("verified"), self.limits.articles)
        part = F.pmod(F.xxhash64("a"), F.lit(parts))
        ends = links.select(part.alias("part"), F.explode(F.array("a", "b")).alias("place"))
        nothing = F.lit(None).cast("string")
        articles = (
            ends.distinct()
            .join(texts.select("place", "key", "date", "fp", "tokens"), "place")
            .withColumns({"source": nothing, "text": nothing})
        )
        return self.assembled(articles, links.withColumn("part", part))

    def assembled(self, articles: DataFrame, links: DataFrame) -> DataFrame:
        """Assemble the articles and links of each part on one worker."""
        columns = ["part", "place", "key", "date", "source", "fp", "tokens", "text"]
        return (
            articles.select(*columns)
            .groupBy("part")
            .cogroup(links.select("part", "a", "b", *_workers.LINK_NUMBERS).groupBy("part"))
            .applyInArrow(_workers.group(self.settings), _workers.LINES)
        )

    def result(self, sketches: DataFrame, lines: DataFrame, bad: int) -> Found:
        """Write the records as columns."""

        def of(kind: str, schema: str) -> DataFrame:
            record = F.from_json("line", schema).alias("record")
            return lines.where(F.col("kind") == kind).select(record).select("record.*")

        members = of("article", ARTICLES)

        def write(name: str, make: Callable[[], DataFrame]) -> DataFrame:
            return self.tables.table(name, make, folder=".")

        links = write("links", lambda: of("link", LINKS))
        groups = write("groups", lambda: self.with_sharing(of("group", GROUPS), members, links))

        def all_articles() -> DataFrame:
            alone = sketches.select("key").join(members.select("key"), "key", "left_anti")
            fields = {
                field.split()[0]: F.lit(None).cast(field.split()[1])
                for field in ARTICLES.split(", ")[1:]
            }
            return members.unionByName(alone.withColumns(fields | {"kept": F.lit(True)}))

        articles = write("articles", all_articles)
        return Found(articles, groups, links, tuple(self.tables.reports), bad)

    def with_sharing(self, groups: DataFrame, members: DataFrame, links: DataFrame) -> DataFrame:
        """Count, for each group, the other reports that share a passage with it."""
        partial = links.where("relation = 'partial'")
        ways = [partial.select(F.col(x).alias("x"), F.col(y).alias("y")) for x, y in ("ab", "ba")]
        of_x = members.select(F.col("key").alias("x"), F.col("group").alias("id"))
        of_y = members.select(F.col("key").alias("y"), F.col("group").alias("other"))
        # A group counts once, and so does each article without one.
        report = F.struct("other", F.when(F.col("other").isNull(), F.col("y")).alias("alone"))
        counts = (
            ways[0]
            .union(ways[1])
            .join(of_x, "x")
            .join(of_y, "y", "left")
            .groupBy("id")
            .agg(F.count_distinct(report).alias("sharing"))
        )
        sharing = F.coalesce("sharing", F.lit(0)).cast("bigint")
        told = F.col("story").withField("sharing", sharing)
        return groups.join(counts, "id", "left").withColumn("story", told).drop("sharing")
