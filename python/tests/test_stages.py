"""The kernels of the stages refuse what does not fit, and the job says so in its own words."""

import pickle
import struct

import pytest

from reprint import _reprint, errors

PLACE = struct.Struct("<Q")


def places(*of: int) -> bytes:
    return b"".join(PLACE.pack(place << 13 | 64) for place in of)


def numbers(*of: int) -> bytes:
    return struct.pack(f"<{len(of)}I", *of)


def test_texts_that_share_a_band_are_paired() -> None:
    keys = struct.pack("<6Q", *(key << 32 for key in (7, 1, 7, 2, 8, 2)))
    blobs = [blob for blob in _reprint.scatter_bands(places(1, 2, 3), keys, 2, 5) if blob]
    found = [_reprint.buckets([blob]) for blob in blobs]
    members = b"".join(of for _, _, of in found)
    assert sorted(members[at : at + 8] for at in range(0, len(members), 8)) == sorted(
        [places(1), places(2), places(2), places(3)]
    )
    a, b = _reprint.bucket_pairs(numbers(0, 2, 4), places(1, 2) + places(1, 2))
    assert (a, b) == (places(1), places(2))


def test_texts_that_share_hashes_choose_each_other() -> None:
    hashes = [1, 2, 1 << 31, 1, 2, 1 << 31, 5]
    packed = _reprint.scatter_samples(places(1, 2, 3), numbers(0, 3, 6, 7), numbers(*hashes), 4)
    rows = [_reprint.shared([blob], 3, 2) for blob in packed if blob]
    chosen = [_reprint.choices([of[part] for of in rows]) for part in range(2)]
    assert {pair for pair in chosen if pair[0]} == {(places(1), places(2))}


def test_blocks_end_before_they_hold_too_many_tokens() -> None:
    a, b = places(1, 1, 2, 4), places(2, 3, 3, 5)
    cut = _reprint.blocks(a, b, numbers(9, 9, 9, 9), numbers(9, 9, 9, 9), 27)
    assert cut == numbers(0, 0, 0, 1)
    # A pair that is too large alone has a block of its own.
    cut = _reprint.blocks(a, b, numbers(9, 9, 9, 9), numbers(9, 9, 9, 9), 1)
    assert cut == numbers(0, 1, 2, 3)


def test_components_hang_on_their_least_text() -> None:
    texts, labels = _reprint.components(places(5, 1, 8), places(3, 3, 9))
    assert (texts, labels) == (places(1, 3, 5, 8, 9), places(1, 1, 1, 8, 8))


def test_the_cap_asks_for_what_it_must_count() -> None:
    stages = _reprint.Stages('{"mode": {"jaccard": {}}}', None)
    assert stages.cap([(2, 1000)], 10_000, {}) == (True, None)
    is_known, cap = stages.cap([(1 << 20, 1)], 1 << 20, {})
    assert (is_known, cap) == (True, 1 << 19)
    is_known, up_to = stages.cap([(1024, 3)], 1024, {})
    assert not is_known
    assert stages.cap([(1024, 3)], 1024, {up_to: 5000}) == (True, None)


def test_stages_are_pickled_with_their_statistics() -> None:
    text = "The old bridge over the Lune will open again on Friday, the council said."
    statistics = _reprint.count(numbers(0, len(text)), 4, text.encode())
    stages = pickle.loads(pickle.dumps(_reprint.Stages("{}", statistics)))
    assert stages.bands == _reprint.Sketcher("{}").bands
    assert stages.__reduce__()[1][1] == statistics


@pytest.mark.parametrize(
    "call",
    [
        lambda: _reprint.scatter_bands(places(1), b"", 2, 1),
        lambda: _reprint.scatter_bands(b"odd", b"", 2, 1),
        lambda: _reprint.buckets([b"odd"]),
        lambda: _reprint.bucket_pairs(numbers(0, 3), places(1, 2)),
        lambda: _reprint.bucket_pairs(b"", places(1, 2)),
        lambda: _reprint.scatter_samples(places(1, 2), numbers(0, 1), numbers(7), 1),
        lambda: _reprint.blocks(places(1), places(2), numbers(1), b"", 9),
        lambda: _reprint.siblings(b"", [numbers(0, 0), b"", b""], [numbers(0, 0), b"", b""]),
        lambda: _reprint.cut(numbers(0), numbers(0, 2), places(1, 2), places(1), bytes(8), 1),
        lambda: _reprint.count(numbers(0, 9), 4, b"text"),
    ],
)
def test_columns_that_do_not_fit_are_refused(call: object) -> None:
    with pytest.raises(errors.ColumnError):
        call()  # type: ignore[operator]


def test_links_that_name_no_article_are_refused() -> None:
    stages = _reprint.Stages("{}", None)
    columns = [numbers(7), *([numbers(0)] * 9)]
    with pytest.raises(errors.ColumnError, match="row"):
        stages.group(
            [("a", None, None)], bytes(16), numbers(3), numbers(0, 0), 4, b"", [False], columns
        )
    with pytest.raises(errors.ColumnError, match="row"):
        stages.verify(bytes(16), numbers(3), numbers(0, 0), 4, b"", numbers(9), numbers(0))


def test_a_text_that_changed_is_named() -> None:
    stages = _reprint.Stages("{}", None)
    prints = bytes(16) + bytes(15) + b"\1"
    with pytest.raises(errors.ReprintError, match="changed"):
        stages.verify(
            prints, numbers(3, 3), numbers(0, 4, 8), 4, b"textmore", numbers(0), numbers(1)
        )


def test_relations_have_numbers() -> None:
    relations = dict(_reprint.relations())
    assert relations["light_edit"]
    assert not relations["exact"]
    assert not relations["template"]
