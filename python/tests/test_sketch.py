"""Sketches of columns: every kind of column gives the same rows, and nothing is copied on the way."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

import reprint
from reprint import errors

pa = pytest.importorskip("pyarrow")

TEXTS = [
    "The old bridge over the Lune will open again on Friday, the council said.",
    "THE OLD BRIDGE over the Lune will open again on Friday; the council said",
    "",
    "渡船昨日停航，橋樑今日重新開放通車，市議會表示。",
    "🌉 Eine Brücke über den Fluß wird am Freitag wieder für alle geöffnet.",
]


def test_rows_have_the_documented_shape() -> None:
    batch = reprint.sketch(TEXTS, signatures=True, num_perm=64)
    sketcher = reprint.Sketcher(num_perm=64)
    assert batch.num_rows == len(TEXTS)
    assert batch.schema.names == ["fingerprint", "tokens", "bands", "sample", "signature"]
    rows = batch.to_pylist()
    assert all(len(row["fingerprint"]) == 16 for row in rows)
    assert all(len(row["bands"]) == sketcher.bands for row in rows)
    assert all(len(row["signature"]) == 64 for row in rows)
    assert rows[0] == rows[1] | {"sample": rows[0]["sample"]}
    assert rows[2]["tokens"] == 0
    assert rows[2]["bands"] == [0] * sketcher.bands
    assert sorted(rows[3]["sample"]) == rows[3]["sample"]
    assert reprint.sketch(TEXTS, mode="jaccard")["sample"].to_pylist() == [[]] * len(TEXTS)


@pytest.mark.parametrize(
    "column",
    [
        pa.array(TEXTS),
        pa.array(TEXTS, pa.large_string()),
        pa.array(TEXTS, pa.string_view()),
        pa.array(TEXTS).dictionary_encode(),
        pa.chunked_array([TEXTS[:2], TEXTS[2:]]),
        pa.chunked_array([TEXTS]),
        pa.array(["other", *TEXTS, "other"]).slice(1, len(TEXTS)),
        pa.array(["other", *TEXTS], pa.large_string()).slice(1),
        tuple(TEXTS),
    ],
    ids=[
        "string",
        "large",
        "view",
        "dictionary",
        "chunks",
        "chunk",
        "slice",
        "large-slice",
        "tuple",
    ],
)
def test_every_kind_of_column_gives_the_same_rows(column: object) -> None:
    assert reprint.sketch(column).equals(reprint.sketch(TEXTS))


def test_a_null_is_an_empty_text() -> None:
    nulls = pa.array([TEXTS[0], None, TEXTS[3]])
    assert reprint.sketch(nulls).equals(reprint.sketch([TEXTS[0], "", TEXTS[3]]))
    assert reprint.sketch(pa.nulls(2)).equals(reprint.sketch(["", ""]))
    # The bytes behind a null are not looked at.
    offsets, data = pa.array(TEXTS[:2]).buffers()[1:]
    masked = pa.StringArray.from_buffers(2, offsets, data, pa.py_buffer(b"\x01"), 1)
    assert reprint.sketch(masked).equals(reprint.sketch([TEXTS[0], ""]))


def test_no_rows_give_no_rows() -> None:
    for column in ([], pa.array([], pa.string()), pa.chunked_array([], pa.string())):
        assert reprint.sketch(column).num_rows == 0


@pytest.mark.parametrize(
    "column", [[1, 2], pa.array([1]), pa.array([b"bytes"]), [["list"]], 7, ["\ud800"], object()]
)
def test_what_holds_no_strings_is_a_column_error(column: object) -> None:
    with pytest.raises(errors.ColumnError):
        reprint.sketch(column)


@pytest.mark.parametrize(
    ("offsets", "width", "data"),
    [
        (b"", 4, b"text"),
        ((9).to_bytes(4, "little") * 2, 4, b"text"),
        (bytes(4) + b"\xff" * 4, 4, b"text"),
        (b"\x04" + bytes(7), 4, b"text"),
        (bytes(8), 5, b"text"),
        (bytes(4) + b"\x01\0\0\0", 4, b"\xff"),
        ("str", 4, b"text"),
    ],
)
def test_broken_buffers_are_refused(offsets: object, width: int, data: bytes) -> None:
    inner = reprint.Sketcher()._inner
    with pytest.raises(errors.ColumnError):
        inner.sketch(offsets, width, data, False)  # type: ignore[arg-type]


def test_texts_are_read_in_place() -> None:
    from reprint._arrow import as_strings, string_buffers

    column = pa.array(TEXTS * 100).slice(3, 200)
    offsets, _, data = string_buffers(as_strings(column))
    assert offsets.address == column.buffers()[1].address + 4 * 3
    assert data.address == column.buffers()[2].address
    assert memoryview(offsets).readonly
    assert memoryview(data).readonly


def test_a_sketcher_is_pickled_by_its_settings() -> None:
    sketcher = reprint.Sketcher(mode="jaccard", threshold=0.7, num_perm=32)
    other = pickle.loads(pickle.dumps(sketcher))
    assert other.settings == sketcher.settings
    assert other.sketch(TEXTS).equals(sketcher.sketch(TEXTS))


def test_threads_share_a_sketcher() -> None:
    sketcher = reprint.Sketcher()
    expected = sketcher.sketch(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        assert all(
            batch.equals(expected)
            for batch in pool.map(lambda _: sketcher.sketch(TEXTS), range(50))
        )
