"""Connected components of links, off the driver.

Where links fit one task, one task labels them. Where they don't, edges are moved to ever smaller texts
until every text hangs on the least of its component (Kiveris et al. 2014, *Connected Components in
MapReduce and Beyond*: large-star and small-star by turns, log² n rounds).
"""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from . import _workers
from ._tables import Tables


def components(tables: Tables, links: DataFrame, count: int, one_task: int) -> DataFrame:
    """Return each text of a link, and the least text of its component: `place`, `label`.

    `count` is the number of links; up to `one_task` of them are labelled by one task.
    """
    ends = links.select("a", "b")
    if count <= one_task:
        return ends.coalesce(1).mapInArrow(_workers.components, _workers.LABELS)
    edges = ends
    for number in range(_MOST_ROUNDS):
        moved = tables.table(f"star_{number}", lambda edges=edges: _small_star(_large_star(edges)))
        if moved.exceptAll(edges).isEmpty() and edges.exceptAll(moved).isEmpty():
            break
        edges = moved
    # A star is left of each component: its least text, and an edge from each other one.
    labels = edges.select(F.col("b").alias("place"), F.col("a").alias("label"))
    centres = edges.select(F.col("a").alias("place"), F.col("a").alias("label"))
    return labels.union(centres).distinct()


_MOST_ROUNDS = 64
"""Far above log² of any number of texts that a round halves."""


def _large_star(edges: DataFrame) -> DataFrame:
    """Join each larger neighbour of a text to the least of the text and its neighbours."""
    both = edges.union(edges.select(F.col("b").alias("a"), F.col("a").alias("b")))
    least = both.groupBy("a").agg(F.min("b").alias("least"))
    least = least.select("a", F.least("a", "least").alias("least"))
    moved = both.where("b > a").join(least, "a")
    return _edges(moved.select(F.col("least").alias("a"), "b"))


def _small_star(edges: DataFrame) -> DataFrame:
    """Join each text, and its smaller neighbours, to the least of these."""
    least = edges.groupBy("b").agg(F.min("a").alias("least"))
    joined = edges.join(least, "b")
    neighbours = joined.select(F.col("least").alias("a"), F.col("a").alias("b"))
    own = least.select(F.col("least").alias("a"), "b")
    return _edges(neighbours.union(own))


def _edges(of: DataFrame) -> DataFrame:
    return of.where("a < b").distinct()
