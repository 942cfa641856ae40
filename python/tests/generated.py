"""A corpus that anybody can generate: the same articles for the same number, on any machine.

In: a number of articles. Out: JSON Lines with `key`, `text`, `date` and `source`. Of ten articles, some
six stand alone; the others are copies, light edits, abridgements and excerpts of earlier ones, or uses
of a few templates.

    python tests/generated.py 50000 > articles.jsonl
"""

import json
import random
import sys
from collections.abc import Iterator

Article = dict[str, str | int | None]

SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "zu",
    "bra",
    "cle",
    "dri",
    "flo",
    "gru",
]
SOURCES = ["Post", "Herald", "Tribune", "Echo", None]
FIRST_DATE = 1_767_225_600
"""2026-01-01, in seconds since 1970."""

TEMPLATES = [
    "The board of {name} declared a dividend of {n} cents a share on {day}, payable on the {m}th to "
    "those who hold shares on the {k}th. The company paid {j} cents in the quarter before, and expects "
    "to pay as much in the next. {name} has {n} halls and {k} ships, said its treasurer {other}.",
    "Police of {name} ask all who saw a car of {other} on {day} at {n} minutes past {k} to call the "
    "station at {m}{j}. Nobody was hurt. The road by the mill was closed for {j} hours and opened again "
    "after the wreck was towed to the yard of {other} in {name}, a sergeant said.",
]


def word(number: int) -> str:
    """Return the word with a number: short for small numbers, as in a language."""
    made = ""
    while True:
        number, syllable = divmod(number, len(SYLLABLES))
        made += SYLLABLES[syllable]
        if number == 0:
            return made


def sentence(chance: random.Random) -> str:
    """Return a sentence of words drawn by rank, few of them often and most seldom."""
    words = [word(int(30_000 ** chance.random())) for _ in range(chance.randint(8, 24))]
    return " ".join(words).capitalize() + "."


def story(chance: random.Random) -> list[str]:
    """Return the sentences of an article of its own."""
    return [sentence(chance) for _ in range(chance.randint(6, 22))]


def use(chance: random.Random) -> list[str]:
    """Return a use of a template."""
    names = {name: word(chance.randint(2_000, 29_000)).capitalize() for name in ("name", "other")}
    numbers = {name: chance.randint(11, 97) for name in "njkm"}
    return [chance.choice(TEMPLATES).format(day=word(chance.randint(1, 7)), **names, **numbers)]


def recycled(chance: random.Random, sentences: list[str]) -> list[str]:
    """Return a copy, a light edit, an abridgement, an excerpt or a noisy copy of an article."""
    match chance.randrange(5):
        case 0:
            return [
                sentence.upper() if chance.random() < 0.5 else sentence for sentence in sentences
            ]
        case 1:
            return [*sentences[:-1], sentence(chance)]
        case 2:
            return [sentence for sentence in sentences if chance.random() < 0.7] or sentences
        case 3:
            half = max(len(sentences) // 2, 1)
            return [*story(chance), *sentences[:half]]
        case _:
            letters = "".join(" ".join(sentences))
            noisy = [chance.choice("aeiou") if chance.random() < 0.02 else c for c in letters]
            return ["".join(noisy)]


def articles(count: int, seed: int = 0) -> Iterator[Article]:
    """Generate so many articles. The keys ascend."""
    chance = random.Random(seed)
    recent: list[list[str]] = []
    for number in range(count):
        draw = chance.random()
        if draw < 0.3 and recent:
            sentences = recycled(chance, chance.choice(recent))
        elif draw < 0.35:
            sentences = use(chance)
        else:
            sentences = story(chance)
            recent = [*recent[-200:], sentences]
        yield {
            "key": f"a{number:07}",
            "text": " ".join(sentences),
            "date": FIRST_DATE + 3600 * chance.randint(0, 5_000) if chance.random() < 0.9 else None,
            "source": chance.choice(SOURCES),
        }


if __name__ == "__main__":
    for article in articles(int(sys.argv[1])):
        print(json.dumps(article, ensure_ascii=False))
