"""Two texts, and one: spans in code points, what is odd, what is wrong."""

import copy
import pickle

import pytest

import reprint

FIRST = (
    "The council of Carrowmouth paid 4,500 pounds for the repair of the harbour bridge, which a barge "
    "had struck in May. Traffic will cross it again from Friday at noon, the county engineer Ada Novak "
    "told an open session on Monday evening. Until then the ferry goes every twenty minutes, free of "
    "charge for those who live on the island, and lorries take the road by the upper ford, where the "
    "army has laid a bridge of its own."
)
LATER = FIRST.replace("4,500", "5,200")


def test_a_light_edit_is_told_with_its_difference() -> None:
    found = reprint.compare(FIRST, LATER)
    assert found.relation == "light_edit"
    assert found.score > 0.9
    assert 0 < found.jaccard < 1
    assert found.overlap.a_in_b == found.overlap.b_in_a
    [difference] = found.differences
    assert difference.kind == "amount"
    assert (difference.a.of(FIRST), difference.b.of(LATER)) == ("4,500", "5,200")
    assert found.sentence.startswith("light edit")


@pytest.mark.parametrize(
    "before",
    [
        "",
        "🌉🌉 ",
        "é ",
        "文章。",
        "\U0010ffff" * 300,
        "ß" * 255 + " ",
        "a" * 256 + " ",
        "\ud800 ",
        "🌉" * 64,
    ],
)
def test_spans_slice_the_str_and_its_bytes(before: str) -> None:
    text = before + LATER + before
    found = reprint.compare(FIRST, text)
    assert found.passages
    for passage in found.passages:
        assert passage.a.of(FIRST).lower() == passage.b.of(text).lower()
        assert len(passage.b) == passage.b.end - passage.b.start
        as_bytes = text.encode("utf-8", "surrogatepass")
        part = as_bytes[passage.b.start_byte : passage.b.end_byte]
        assert part.decode("utf-8", "surrogatepass") == passage.b.of(text)


def test_a_span_at_the_end_of_a_full_stride_is_right() -> None:
    body = "über dem alten Hafen geht die Sonne an jedem Abend langsam unter. "
    for length in range(240, 280):
        text = (body * 8)[:length]
        found = reprint.compare(text, text)
        last = found.passages[-1]
        assert last.a.of(text) == text[last.a.start : last.a.end]
        assert last.a.end <= len(text)


def test_texts_without_words_are_unrelated() -> None:
    assert reprint.compare("", "").score == 0
    assert reprint.compare("", FIRST).relation == "unrelated"
    assert reprint.compare("…", FIRST).differences == ()


@pytest.mark.parametrize("wrong", [None, b"bytes", 3, ["list"]])
def test_what_is_no_str_is_a_type_error(wrong: object) -> None:
    with pytest.raises(TypeError):
        reprint.compare(wrong, FIRST)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        reprint.analyze(wrong)  # type: ignore[arg-type]


def test_results_are_values() -> None:
    found = reprint.compare(FIRST, LATER)
    assert pickle.loads(pickle.dumps(found)) == found == copy.deepcopy(found)
    assert len({found, reprint.compare(FIRST, LATER)}) == 1


def test_a_phrase_worked_into_every_paragraph_is_found() -> None:
    phrase = "the seafront parking charges rise despite trader fury"
    paragraphs = [
        f"🅿️ In part {number}, we look at what people should know about {phrase} before the meeting in "
        f"room {number} of the hall where so many people of the town came to listen to all of it."
        for number in range(9)
    ]
    text = "\n\n".join(paragraphs)
    found = reprint.analyze(text)
    assert (found.verdict, found.paragraphs) == ("repetitive", 9)
    family = found.families[0]
    assert phrase in family.canonical
    assert len(family.occurrences) == 9
    for span in family.occurrences:
        assert phrase in span.of(text)
    assert found.score >= found.signals["telling_phrase"] * 0.9
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_plain_text_is_fine() -> None:
    assert reprint.analyze(FIRST).verdict == "fine"
    assert reprint.analyze("").families == ()


def test_wrong_thresholds_name_the_setting() -> None:
    with pytest.raises(reprint.errors.SettingError, match="repetitive") as error:
        reprint.analyze(FIRST, repetitive=2.0)
    assert error.value.setting == "repetitive"
    assert isinstance(error.value, ValueError)
    assert isinstance(error.value, reprint.ReprintError)
