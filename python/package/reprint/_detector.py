"""A detector of recycled articles, and the groups that it finds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self, Unpack

from . import _reprint
from ._settings import SettingsArgs, settings_json
from ._texts import Comparison, Overlap, Summary, comparison_of
from .errors import ReprintError

When = int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Match:
    """An article that matches the text of a query.

    score: in mode "recycled" the larger coverage, else the Jaccard similarity; 0 to 1.
    joins: whether text and article belong in one group. A shared passage or template is not enough.
    summary: how text ("a") and article ("b") are related; None in mode "jaccard".
    """

    key: str
    score: float
    joins: bool
    summary: Summary | None
    overlap: Overlap


@dataclass(frozen=True, slots=True)
class Group:
    """Articles found to be one.

    id: the group's name, stable while its first key is.
    kept: the key of the article to keep; `reason` the rule that chose it.
    centre: the key of the article that decided the membership.
    members: all keys in ascending order.
    lowest: the lowest Jaccard similarity of two members; over all pairs if `lowest_exact`.
    record: the whole `group` record of the schema: links, story, and the fields above.
    """

    id: str
    kept: str
    reason: str
    centre: str
    members: tuple[str, ...]
    lowest: float
    lowest_exact: bool
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of a corpus, in order of their first keys.

    links: verified pairs that stand in no common group, as `link` records of the schema.
    unread: keys of articles whose text could not be read again, and why.
    """

    groups: tuple[Group, ...]
    links: tuple[dict[str, Any], ...]
    unread: tuple[tuple[str, str], ...]

    def __iter__(self) -> Iterator[Group]:
        """Go through the groups."""
        return iter(self.groups)

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.groups)

    def dropped(self) -> dict[str, str]:
        """Return the key of each article to leave out, and the key of the one kept in its place."""
        return {key: of.kept for of in self.groups for key in of.members if key != of.kept}


class Detector:
    """Finds recycled articles among those inserted. Each match is verified on the texts.

    Texts are kept in memory, beside 100 to 500 bytes an article. Answers do not depend on the order of
    insertion or on the number of threads. Many threads may use one detector; the interpreter is let go
    while it works.

    >>> detector = Detector(mode="jaccard", threshold=0.5)
    >>> detector.insert("tribune", "The old bridge over the Lune will open on Friday, they said.")
    >>> detector.insert("post", "The old bridge over the Lune will open on Friday, they say.")
    >>> detector.query("The old bridge over the Lune will open on Friday, they said!")
    ['tribune', 'post']
    >>> [group.members for group in detector.groups()]
    [('post', 'tribune')]
    """

    __slots__ = ("_inner",)

    def __init__(
        self, *, statistics: bytes | None = None, **settings: Unpack[SettingsArgs]
    ) -> None:
        """Make a detector without articles.

        Settings are those of `SettingsArgs`. `statistics` are what another detector has learned.

        Raises SettingError (a ValueError), which names the setting.
        """
        self._inner = _reprint.Detector(settings_json(**settings), statistics)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Return a detector with articles, settings and statistics of a saved index.

        Raises IndexIOError (an OSError) if there is none, DamagedError if it is damaged.
        """
        detector = cls.__new__(cls)
        detector._inner = _reprint.Detector.open(os.fspath(folder))
        return detector

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the articles to a new index, which `reprint index` and `open` read.

        Raises IndexIOError (an OSError) if an index is there already, or the system refuses.
        """
        self._inner.save(os.fspath(folder))

    @property
    def settings(self) -> dict[str, Any]:
        """All settings in force, as the summary record has them."""
        return json.loads(self._inner.settings())

    @property
    def statistics(self) -> bytes | None:
        """What `learn` has counted, for another detector; None before."""
        return self._inner.statistics()

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self._inner)

    def __contains__(self, key: str) -> bool:
        """Whether there is an article with this key."""
        return key in self._inner

    def keys(self) -> list[str]:
        """Return the keys of all articles."""
        return self._inner.keys()

    def text(self, key: str) -> str | None:
        """Return the text of an article; None for an unknown key."""
        return self._inner.text(key)

    def insert(self, key: str, text: str, date: When = None, source: str | None = None) -> None:
        """Add an article.

        `date` is a time of publication: seconds since 1970-01-01 UTC, a `date`, or a `datetime` (UTC
        where it has no zone). `source` is the publisher.

        Raises DuplicateKeyError (a ValueError) if the key is taken, TextTooLongError above 4 GiB.
        """
        [error] = self._inner.insert_many([(key, text, _seconds(date), source)])
        if error is not None:
            raise error

    def insert_many(
        self, articles: Iterable[Mapping[str, Any] | tuple[Any, ...]]
    ) -> dict[int, ReprintError]:
        """Add articles, sketched on all cores.

        Each is a tuple `(key, text[, date[, source]])`, or a mapping with these names. A refused
        article costs the others nothing: it is in the answer, by its place.
        """
        outcomes = self._inner.insert_many([_row(article) for article in articles])
        return {at: error for at, error in enumerate(outcomes) if error is not None}

    def remove(self, key: str) -> bool:
        """Remove an article. Returns whether there was one with this key."""
        return self._inner.remove(key)

    def learn(self) -> None:
        """Count how rare words are, by which mode "recycled" judges. Call it after insertion."""
        self._inner.learn()

    def compare(self, a: str, b: str) -> Comparison:
        """Compare two texts by the criteria and statistics of the detector."""
        return comparison_of(self._inner.compare(a, b))

    def matches(self, text: str, limit: int | None = None) -> list[Match]:
        """Return the verified matches of a text, the most similar first.

        Recycled articles stand before those that share a passage or a template only.
        """
        found, _ = self._inner.matches(text)
        return [
            Match(key, score, joins, Summary(*summary) if summary else None, Overlap(*overlap))
            for key, score, joins, summary, overlap in found[:limit]
        ]

    def query(self, text: str) -> list[str]:
        """Return the keys of the articles that `text` belongs with, the most similar first."""
        return [match.key for match in self.matches(text) if match.joins]

    def groups(self) -> Groups:
        """Return the groups of all articles. An article stands in one group, or alone.

        In mode "recycled" the corpus is learned first, if nothing was learned yet.

        Raises ReprintError if linkage "complete" meets more than 1,024 connected articles.
        """
        if self._inner.is_recycled() and not self._inner.has_statistics():
            self.learn()
        found = json.loads(self._inner.groups())
        groups = [
            Group(
                of["id"],
                of["kept"],
                of["reason"],
                of["centre"],
                tuple(of["members"]),
                of["lowest"],
                of["lowest_exact"],
                of,
            )
            for of in found["groups"]
        ]
        unread = tuple((key, why) for key, why in found["unread"])
        return Groups(tuple(groups), tuple(found["links"]), unread)


def _seconds(when: When) -> int | None:
    match when:
        case None | int():
            return when
        case datetime():
            zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
            return int(zoned.timestamp() // 1)
        case date():
            return _seconds(datetime(when.year, when.month, when.day))
    raise TypeError(f"a date must be seconds, a date or a datetime, not {type(when).__name__}")


def _row(article: Mapping[str, Any] | tuple[Any, ...]) -> _reprint.Row:
    if isinstance(article, Mapping):
        names = ("key", "text", "date", "source")
        unknown = sorted(article.keys() - set(names))
        if unknown:
            raise TypeError(f"an article has {', '.join(names)}, and no {unknown[0]!r}")
        article = (article["key"], article["text"], article.get("date"), article.get("source"))
    key, text, when, source = (*article, None, None)[:4]
    return key, text, _seconds(when), source
