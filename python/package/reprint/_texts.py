"""Places in texts, comparisons of two, and the phrasing of one: what the crate found, as dataclasses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from . import _reprint

Relation = Literal[
    "exact", "light_edit", "abridged", "excerpt", "update", "partial", "template", "unrelated"
]
Verdict = Literal["repetitive", "suspicious", "fine", "not_prose"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a `str`: `text[span.start:span.end]`, or `span.of(text)`.

    `start` and `end` count code points, as Python slices. `start_byte` and `end_byte` count the bytes
    of `text.encode("utf-8", "surrogatepass")`.
    """

    start: int
    end: int
    start_byte: int
    end_byte: int

    def of(self, text: str) -> str:
        """Return the part of `text` that the span covers."""
        return text[self.start : self.end]

    def __len__(self) -> int:
        """Return the number of code points."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words that two texts share.

    kind: "exact", "noisy" (errors of recognition) or "moved" (in another order than the others).
    words: words of the first text.
    """

    a: Span
    b: Span
    kind: str
    words: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where two texts differ. Words that stand in one only have an empty span in the other.

    kind: "number", "amount", "name", "date", "replaced", "inserted" or "dropped".
    """

    a: Span
    b: Span
    kind: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Distinct shingles of the first text, of the second, and of both. Exact."""

    a: int
    b: int
    shared: int

    @property
    def jaccard(self) -> float:
        """The Jaccard similarity, 0 to 1."""
        either = self.a + self.b - self.shared
        return self.shared / either if either else 0.0

    @property
    def a_in_b(self) -> float:
        """The share of the first text's shingles that the second has, 0 to 1."""
        return self.shared / self.a if self.a else 0.0

    @property
    def b_in_a(self) -> float:
        """The share of the second text's shingles that the first has, 0 to 1."""
        return self.shared / self.b if self.b else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """How two texts are related.

    derived: which was made from the other, "a" or "b", where known.
    a_coverage, b_coverage: the share of either that stands in the other, by weight of words, 0 to 1.
    facts: places where a number, a name or a date differs.
    """

    relation: Relation
    derived: Literal["a", "b"] | None
    a_coverage: float
    b_coverage: float
    facts: int

    @property
    def coverage(self) -> float:
        """The larger coverage, 0 to 1."""
        return max(self.a_coverage, self.b_coverage)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two texts have in common.

    sentence: the result in a sentence for people.
    passages, differences: in the order of the first text. Texts that are unrelated have no
        differences: all of both would be one.
    """

    summary: Summary
    overlap: Overlap
    sentence: str
    passages: tuple[Passage, ...]
    differences: tuple[Difference, ...]

    @property
    def relation(self) -> Relation:
        """How the texts are related."""
        return self.summary.relation

    @property
    def score(self) -> float:
        """The share of one text that stands in the other, the larger of both, 0 to 1."""
        return self.summary.coverage

    @property
    def jaccard(self) -> float:
        """The Jaccard similarity of the shingles, 0 to 1."""
        return self.overlap.jaccard


def comparison_of(found: _reprint.Compared) -> Comparison:
    """Make a comparison of what the crate returns."""
    summary, overlap, sentence, passages, differences = found
    return Comparison(
        Summary(*summary),
        Overlap(*overlap),
        sentence,
        tuple(Passage(Span(*a), Span(*b), kind, words) for a, b, kind, words in passages),
        tuple(Difference(Span(*a), Span(*b), kind) for a, b, kind, _ in differences),
    )


def compare(a: str, b: str) -> Comparison:
    """Compare two texts, by the usual criteria and without statistics of a corpus.

    Linear in the lengths. A lone surrogate is read as U+FFFD; spans stay right. `Detector.compare`
    weighs words by what the detector has learned.

    >>> first = "The old bridge over the Lune will open again on Friday, the council said."
    >>> found = compare(first, "🌉 " + first)
    >>> found.relation, found.passages[0].b.of("🌉 " + first)[:14]
    ('exact', 'The old bridge')
    """
    return comparison_of(_reprint.compare(a, b))


@dataclass(frozen=True, slots=True)
class PhraseFamily:
    """A phrase that recurs in a text.

    canonical: the commonest form.
    occurrences: in the order of the text.
    variants: the forms and how often each occurs, commonest first.
    word_share: the share of the text's words in occurrences, 0 to 1.
    score: how telling the phrase is, 0 to 1.
    """

    canonical: str
    occurrences: tuple[Span, ...]
    variants: tuple[tuple[str, int], ...]
    sentences: int
    paragraphs: int
    word_share: float
    is_headline: bool
    score: float


@dataclass(frozen=True, slots=True)
class Phrasing:
    """The repeated phrasing of a text.

    verdict: "repetitive", "suspicious", "fine", or "not_prose" for what is not judged.
    score: 0 to 1; about .02 without a recurring phrase. Not a probability.
    signals: the measures behind the score.
    families: recurring phrases, the most telling first.
    """

    verdict: Verdict
    score: float
    signals: dict[str, float]
    families: tuple[PhraseFamily, ...]
    words: int
    sentences: int
    paragraphs: int


def analyze(
    text: str,
    headline: str | None = None,
    *,
    repetitive: float = 0.9,
    suspicious: float = 0.5,
    max_families: int = 20,
) -> Phrasing:
    """Find the phrasing that repeats itself in one text.

    Without a `headline`, a top line that looks like one is taken for it. `repetitive` and `suspicious`
    are the least scores of these verdicts. Linear in the length; the interpreter is let go meanwhile.

    Raises SettingError (a ValueError) if a threshold is not in 0 to 1, or they are in wrong order.
    """
    settings = dict(repetitive=repetitive, suspicious=suspicious, max_families=max_families)
    verdict, score, signals, families, words, sentences, paragraphs = _reprint.analyze(
        text, headline, json.dumps(settings)
    )
    return Phrasing(
        verdict,
        score,
        dict(signals),
        tuple(_family(family) for family in families),
        words,
        sentences,
        paragraphs,
    )


def _family(of: _reprint.Family) -> PhraseFamily:
    canonical, occurrences, variants, sentences, paragraphs, share, is_headline, score = of
    return PhraseFamily(
        canonical,
        tuple(Span(*span) for span in occurrences),
        tuple(variants),
        sentences,
        paragraphs,
        share,
        is_headline,
        score,
    )
