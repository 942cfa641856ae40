"""A detector: insertion, queries, groups, threads, and an index that is saved and opened."""

import datetime
import multiprocessing
import pickle
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import reprint
from generated import story
from reprint import Detector, errors

BRIDGE = (
    "The old bridge over the Lune will open again on Friday, the council said, after eight months in "
    "which a ferry carried people, bicycles and two milk carts from one bank to the other for nothing."
)
FERRY = (
    "A ferry crosses the harbour at Carrowmouth every twenty minutes until the new bridge is open. It "
    "is free for everyone who lives on the island, and dogs travel for a penny on the upper deck."
)


def corpus(**settings: object) -> Detector:
    detector = Detector(**settings)  # type: ignore[arg-type]
    # In a corpus of three texts, what two have in common would be boilerplate.
    for number in range(20):
        detector.insert(f"story {number}", " ".join(story(random.Random(number))))
    refused = detector.insert_many(
        [
            ("tribune", BRIDGE, datetime.date(2026, 1, 3), "Tribune"),
            {"key": "post", "text": BRIDGE.replace("one bank", "the one bank"), "date": 1767312000},
            ("echo", BRIDGE.upper()),
            ("gazette", FERRY),
            ("empty", ""),
        ]
    )
    assert refused == {}
    return detector


@pytest.mark.parametrize("settings", [{}, {"mode": "jaccard", "threshold": 0.6}])
def test_copies_are_grouped_and_one_is_kept(settings: dict[str, object]) -> None:
    detector = corpus(**settings)
    assert len(detector) == 25
    assert "gazette" in detector
    assert "nobody" not in detector
    found = detector.groups()
    [group] = found
    assert group.members == ("echo", "post", "tribune")
    assert group.kept == "post"
    assert found.dropped() == {"echo": "post", "tribune": "post"}
    assert group.record["story"]["date"] == 1767312000
    assert len(found) == 1
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_query_names_what_belongs_with_a_text() -> None:
    detector = corpus()
    assert sorted(detector.query(BRIDGE + " 🌉")) == ["echo", "post", "tribune"]
    best = detector.matches(BRIDGE, limit=1)[0]
    assert (best.score, best.joins, best.overlap.jaccard) == (1.0, True, 1.0)
    assert best.summary is not None
    assert best.summary.relation == "exact"
    assert detector.query("nothing of the sort was ever heard of") == []
    assert detector.query("") == []
    assert detector.remove("echo")
    assert not detector.remove("echo")
    assert sorted(detector.query(BRIDGE)) == ["post", "tribune"]
    assert detector.text("gazette") == FERRY
    assert detector.text("echo") is None


def test_a_refused_article_costs_the_others_nothing() -> None:
    detector = Detector()
    refused = detector.insert_many([("a", BRIDGE), ("a", FERRY), ("b", FERRY)])
    assert list(refused) == [1]
    assert isinstance(refused[1], errors.DuplicateKeyError)
    assert detector.keys() == ["a", "b"]
    with pytest.raises(errors.DuplicateKeyError, match="a"):
        detector.insert("a", FERRY)


@pytest.mark.parametrize("row", [("a",), ("a", None), (None, "text"), ("a", "text", "yesterday")])
def test_rows_of_wrong_types_are_refused_before_any_is_inserted(row: tuple[object, ...]) -> None:
    detector = Detector()
    with pytest.raises((TypeError, ValueError)):
        detector.insert_many([("good", FERRY), row])
    assert len(detector) == 0


def test_a_mapping_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="txt"):
        Detector().insert_many([{"key": "a", "txt": FERRY}])


def test_surrogates_in_keys_and_texts_are_replaced() -> None:
    detector = Detector()
    detector.insert("k\ud800", BRIDGE + "\udfff")
    assert detector.keys() == ["k\ufffd"]
    assert detector.query(BRIDGE) == ["k\ufffd"]


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"mode": "jaccard", "threshold": 2.0}, "threshold"),
        ({"threshold": 0.5}, "threshold"),
        ({"mode": "jaccard", "criteria": "loose"}, "criteria"),
        ({"criteria": "laxer"}, "criteria"),
        ({"criteria": {"coverage": 7.0}}, "coverage"),
        ({"mode": "minhash"}, "mode"),
        ({"ngram_size": 0}, "width"),
        ({"num_perm": 5000}, "values"),
        ({"linkage": "chain"}, "settings"),
        ({"treshold": 0.5}, "treshold"),
    ],
)
def test_a_bad_setting_is_a_value_error_with_its_name(
    settings: dict[str, object], setting: str
) -> None:
    with pytest.raises(errors.SettingError) as error:
        Detector(**settings)  # type: ignore[arg-type]
    assert error.value.setting == setting
    assert isinstance(error.value, ValueError)
    assert isinstance(pickle.loads(pickle.dumps(error.value)), errors.SettingError)


def test_all_settings_arrive() -> None:
    detector = Detector(
        mode="jaccard",
        threshold=0.7,
        recall=0.9,
        ngram_size=3,
        num_perm=256,
        seed=7,
        linkage="complete",
        source_priority=["Post"],
    )
    settings = detector.settings
    assert settings["mode"] == {"jaccard": {"threshold": 0.7, "recall": 0.9}}
    assert settings["shingling"]["width"] == 3
    assert settings["sketch"]["values"] == 256
    assert (settings["seed"], settings["linkage"]) == (7, "complete")
    assert settings["source_priority"] == ["Post"]
    assert Detector(criteria="strict").settings["mode"]["recycled"]["criteria"]["coverage"] == 0.9


def test_a_saved_index_gives_the_same_groups(tmp_path: Path) -> None:
    detector = corpus()
    before = detector.groups()
    detector.save(tmp_path / "index")
    opened = Detector.open(tmp_path / "index")
    assert opened.groups() == before
    assert opened.settings == detector.settings
    assert opened.statistics == detector.statistics
    assert sorted(opened.query(BRIDGE)) == sorted(detector.query(BRIDGE))
    with pytest.raises(errors.IndexIOError, match="already"):
        detector.save(tmp_path / "index")
    with pytest.raises(OSError):
        Detector.open(tmp_path / "nothing")


def test_statistics_go_to_another_detector() -> None:
    learned = corpus()
    assert learned.statistics is None
    learned.learn()
    other = Detector(statistics=learned.statistics)
    assert other.statistics == learned.statistics
    with pytest.raises(errors.DamagedError):
        Detector(statistics=b"damaged")


def test_threads_ask_while_one_inserts() -> None:
    detector = corpus()
    expected = sorted(detector.query(BRIDGE))

    def insert() -> None:
        for number in range(200):
            detector.insert(f"n{number}", f"{number} {FERRY} {number}")

    writer = threading.Thread(target=insert)
    writer.start()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: sorted(detector.query(BRIDGE)), range(100)))
    writer.join()
    assert all(answer == expected for answer in answers)
    assert len(detector) == 225


def _groups_in_child(_: int) -> int:
    return len(corpus().groups())


def test_a_forked_process_has_threads_of_its_own() -> None:
    assert _groups_in_child(0) == 1
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(_groups_in_child, range(4)).get(timeout=60) == [1] * 4


def test_the_order_of_insertion_makes_no_difference() -> None:
    articles = [
        ("a", BRIDGE),
        ("b", BRIDGE + " Bells rang."),
        ("c", FERRY),
        ("d", FERRY + " So be it."),
    ]
    one, other = Detector(), Detector()
    one.insert_many(articles)
    other.insert_many(articles[::-1])
    assert one.groups() == other.groups()
    assert one.compare(BRIDGE, FERRY).score == other.compare(BRIDGE, FERRY).score
    assert isinstance(one.groups().links, tuple)
    assert reprint.__version__


@pytest.mark.parametrize("linkage", ["star", "connected", "complete"])
def test_every_linkage_is_taken(linkage: str) -> None:
    assert len(corpus(linkage=linkage).groups()) == 1
