"""What workers run: tables of Arrow in, tables of Arrow out, the crate's kernels between.

A text is known by its *place*, a number in the order of fingerprints. *Blobs* are entries packed by one
kernel for another, so that an engine moves a few large rows in place of millions. `src/stages.rs` has
the formats.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from .. import _arrow, _reprint

Batches = Iterator[pa.RecordBatch]
OverBatches = Callable[[Batches], Batches]
OverGroup = Callable[[pa.Table], pa.Table]

# A worker is one process of several on a machine: each has one thread. Set before the first kernel.
ONE_THREAD = ("RAYON_NUM_THREADS", "1")

LINK_NUMBERS = {
    "in_a": pa.int32(),
    "in_b": pa.int32(),
    "shared": pa.int32(),
    "relation": pa.int32(),
    "derived": pa.int32(),
    "a_coverage": pa.float32(),
    "b_coverage": pa.float32(),
    "facts": pa.int32(),
}
"""The columns of a link beside its ends. A relation is a number of `_reprint.relations`, or -1."""

SKETCHES = (
    "key string, source string, date bigint, fp binary, tokens int, bands binary, sample binary"
)
BLOBS = "part int, blob binary"
BUCKETS = "band int, members array<bigint>"
PAIRS = "a bigint, b bigint"
BLOCKS = "a bigint, b bigint, cut int"
LINKS = "a bigint, b bigint, " + ", ".join(
    f"{name} {'float' if kind == pa.float32() else 'int'}" for name, kind in LINK_NUMBERS.items()
)
LINES = "kind string, line string"


@lru_cache(maxsize=4)
def _stages(settings: str, statistics: bytes | None) -> _reprint.Stages:
    os.environ.setdefault(*ONE_THREAD)
    return _reprint.Stages(settings, statistics)


@lru_cache(maxsize=4)
def _sketcher(settings: str) -> _reprint.Sketcher:
    os.environ.setdefault(*ONE_THREAD)
    return _reprint.Sketcher(settings)


def _one(table: pa.Table, name: str) -> pa.Array:
    """Return a column as one array."""
    column = table[name]
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks)
    return column


def _values(array: pa.Array, width: int) -> pa.Buffer | bytes:
    """Return the values of a column of numbers, in place."""
    data = array.buffers()[1]
    return data.slice(width * array.offset, width * len(array)) if data is not None else b""


def _blobs(array: pa.Array) -> list[pa.Buffer]:
    return [blob.as_buffer() for blob in array]


def _lists(array: pa.Array) -> tuple[bytes, pa.Array]:
    """Return the offsets of a column of lists, from 0 on, and its values."""
    values = array.flatten()
    lengths = pc.fill_null(pc.list_value_length(array), 0)
    ends = pc.cumulative_sum(pc.cast(lengths, pa.int32()))
    return bytes(4) + _bytes(ends.cast(pa.int32())), values


def _bytes(array: pa.Array) -> bytes:
    data = _values(array, array.type.bit_width // 8)
    return data if isinstance(data, bytes) else data.to_pybytes()


def _pairs(a: bytes, b: bytes) -> pa.Table:
    return pa.table({"a": _arrow.numbers(a, pa.int64()), "b": _arrow.numbers(b, pa.int64())})


def _parts(blobs: list[bytes]) -> dict[str, pa.Array]:
    some = [(part, blob) for part, blob in enumerate(blobs) if blob]
    return {
        "part": pa.array([part for part, _ in some], pa.int32()),
        "blob": pa.array([blob for _, blob in some], pa.binary()),
    }


def _packed(data: bytes, offsets: list[int]) -> pa.Array:
    """Return a binary column: one value between each two offsets."""
    ends = pa.array(offsets, pa.int32()).buffers()[1]
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, [None, ends, pa.py_buffer(data)])


def sketch(settings: str) -> OverBatches:
    """In: key, source, date, text. Out: `SKETCHES`; band keys and samples packed a text."""

    def run(batches: Batches) -> Batches:
        sketcher = _sketcher(settings)
        for batch in batches:
            texts = _arrow.as_strings(batch.column("text"))
            prints, tokens, bands, _, ends, samples = sketcher.sketch(
                *_arrow.string_buffers(texts), False
            )
            width = 8 * sketcher.bands
            columns = {
                "key": batch.column("key"),
                "source": batch.column("source"),
                "date": batch.column("date"),
                "fp": _arrow.fingerprints(prints),
                "tokens": _arrow.numbers(tokens, pa.int32()),
                "bands": _packed(bands, list(range(0, len(bands) + 1, width))),
                "sample": _packed(
                    samples, [4 * end for end in _arrow.numbers(ends, pa.int32()).to_pylist()]
                ),
            }
            yield pa.RecordBatch.from_pydict(columns)

    return run


def scatter_bands(of_text: int, parts: int) -> OverBatches:
    """In: place, bands. Out: `BLOBS` of the texts in each part of the band keys."""

    def run(batches: Batches) -> Batches:
        for batch in batches:
            keys = b"".join(batch.column("bands").to_pylist())
            places = _values(batch.column("place"), 8)
            blobs = _reprint.scatter_bands(places, keys, of_text, parts)
            yield pa.RecordBatch.from_pydict(_parts(blobs))

    return run


def buckets(group: pa.Table) -> pa.Table:
    """In: all blobs of a part. Out: `BUCKETS` with two texts or more."""
    bands, ends, members = _reprint.buckets(_blobs(_one(group, "blob")))
    return pa.table(
        {
            "band": _arrow.numbers(bands, pa.int32()),
            "members": _arrow.lists(ends, members, pa.int64()),
        }
    )


def bucket_pairs(batches: Batches) -> Batches:
    """In: members. Out: `PAIRS`."""
    for batch in batches:
        ends, members = _lists(batch.column("members"))
        yield from _pairs(*_reprint.bucket_pairs(ends, _bytes(members))).to_batches()


def cut(bands: int) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """In: the crowded buckets of one first text (band, members); place and bands of their members.

    Out: the `PAIRS` that are kept.
    """

    def run(crowded: pa.Table, texts: pa.Table) -> pa.Table:
        texts = texts.sort_by("place")
        ends, members = _lists(_one(crowded, "members"))
        keys = b"".join(_one(texts, "bands").to_pylist())
        places = _bytes(_one(texts, "place"))
        of_bands = _bytes(_one(crowded, "band"))
        return _pairs(*_reprint.cut(of_bands, ends, _bytes(members), places, keys, bands))

    return run


def scatter_samples(parts: int) -> OverBatches:
    """In: place, sample. Out: `BLOBS` of the texts that hold a hash of each part."""

    def run(batches: Batches) -> Batches:
        for batch in batches:
            samples = batch.column("sample").to_pylist()
            ends = [0]
            for sample in samples:
                ends.append(ends[-1] + len(sample) // 4)
            blobs = _reprint.scatter_samples(
                _values(batch.column("place"), 8),
                _bytes(pa.array(ends, pa.int32())),
                b"".join(samples),
                parts,
            )
            yield pa.RecordBatch.from_pydict(_parts(blobs))

    return run


def shared(texts: int, parts: int) -> OverGroup:
    """In: all blobs of a part of the hashes. Out: `BLOBS` of what texts share, by part of the texts."""

    def run(group: pa.Table) -> pa.Table:
        return pa.table(_parts(_reprint.shared(_blobs(_one(group, "blob")), texts, parts)))

    return run


def choices(group: pa.Table) -> pa.Table:
    """In: all blobs of a part of the texts. Out: the `PAIRS` that its texts choose."""
    return _pairs(*_reprint.choices(_blobs(_one(group, "blob"))))


def blocks(most_tokens: int) -> OverBatches:
    """In: sorted pairs, with the tokens of both ends. Out: `BLOCKS`, numbered in this task."""

    def run(batches: Batches) -> Batches:
        table = pa.Table.from_batches(list(batches), _PAIRS_WITH_TOKENS)
        columns = {name: _bytes(_one(table, name)) for name in table.schema.names}
        cuts = _reprint.blocks(
            columns["a"], columns["b"], columns["a_tokens"], columns["b_tokens"], most_tokens
        )
        numbered = table.select(["a", "b"]).append_column("cut", _arrow.numbers(cuts, pa.int32()))
        yield from numbered.to_batches()

    return run


_PAIRS_WITH_TOKENS = pa.schema(
    [("a", pa.int64()), ("b", pa.int64()), ("a_tokens", pa.int32()), ("b_tokens", pa.int32())]
)


def count(group: pa.Table) -> pa.Table:
    """In: texts. Out: their statistics, one row."""
    texts = _arrow.as_strings(_one(group, "text"))
    return pa.table({"statistics": [_reprint.count(*_arrow.string_buffers(texts))]})


def _rows(places: pa.Array, ends: pa.Array) -> bytes:
    """Return the rows of `places` at which `ends` stand, 32 bits each."""
    return _bytes(pc.index_in(ends, places).cast(pa.int32()))


def verify(settings: str, statistics: bytes | None) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """In: the pairs of a block; place, fp, tokens and text of their ends. Out: `LINKS`."""

    def run(pairs: pa.Table, texts: pa.Table) -> pa.Table:
        places = _one(texts, "place")
        columns = _stages(settings, statistics).verify(
            b"".join(_one(texts, "fp").to_pylist()),
            _bytes(_one(texts, "tokens")),
            *_arrow.string_buffers(_arrow.as_strings(_one(texts, "text"))),
            _rows(places, _one(pairs, "a")),
            _rows(places, _one(pairs, "b")),
        )
        ends = [places.take(_arrow.numbers(of, pa.int32())) for of in columns[:2]]
        numbers = [
            _arrow.numbers(of, kind)
            for of, kind in zip(columns[2:], LINK_NUMBERS.values(), strict=True)
        ]
        return pa.table([*ends, *numbers], names=["a", "b", *LINK_NUMBERS])

    return run


def siblings(batches: Batches) -> Batches:
    """In: a, b, near, the template links of both ends. Out: the `PAIRS` that only share a template."""
    for batch in batches:
        near = _bytes(batch.column("near"))
        of_ends = []
        for side in ("of_a", "of_b"):
            ends, links = _lists(batch.column(side))
            of_ends.append([ends, _bytes(links.field("other")), _bytes(links.field("score"))])
        parted = pa.array(_reprint.siblings(near, *of_ends), pa.bool_())
        yield batch.select(["a", "b"]).filter(parted)


def components(batches: Batches) -> Batches:
    """In: links. Out: `LABELS`: each of their texts, and the least text of its component."""
    table = pa.Table.from_batches(list(batches), pa.schema([("a", pa.int64()), ("b", pa.int64())]))
    texts, labels = _reprint.components(_bytes(_one(table, "a")), _bytes(_one(table, "b")))
    labelled = pa.table(
        {"place": _arrow.numbers(texts, pa.int64()), "label": _arrow.numbers(labels, pa.int64())}
    )
    yield from labelled.to_batches()


LABELS = "place bigint, label bigint"


def group(settings: str) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """In: the articles of some components; the links between them. Out: `LINES` of records.

    A text that is null was not sent along.
    """

    def run(articles: pa.Table, links: pa.Table) -> pa.Table:
        places = _one(articles, "place")
        names = zip(
            *(articles[name].to_pylist() for name in ("key", "date", "source")), strict=True
        )
        texts = _arrow.as_strings(_one(articles, "text"))
        columns = [_rows(places, _one(links, end)) for end in ("a", "b")]
        columns += [_bytes(_one(links, name)) for name in LINK_NUMBERS]
        lines = _stages(settings, None).group(
            list(names),
            b"".join(_one(articles, "fp").to_pylist()),
            _bytes(_one(articles, "tokens")),
            *_arrow.string_buffers(texts),
            texts.is_valid().to_pylist(),
            columns,
        )
        kinds = ("article", "group", "link")
        rows = [(kind, line) for kind, of in zip(kinds, lines, strict=True) for line in of]
        return pa.table(
            {
                "kind": pa.array([kind for kind, _ in rows], pa.string()),
                "line": pa.array([line for _, line in rows], pa.string()),
            }
        )

    return run
