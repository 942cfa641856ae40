"""Between Arrow's arrays and the crate's buffers. Needs pyarrow."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from . import _reprint
from .errors import ColumnError

Strings = tuple[pa.Buffer, int, pa.Buffer | bytes]
"""Offsets, the bytes of one offset, and the bytes of all texts."""


def as_strings(column: object) -> pa.Array:
    """Return a column as one Arrow array of `string` or `large_string`.

    Raises ColumnError if it holds anything else.
    """
    array = _as_array(column)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return array
    if pa.types.is_string_view(array.type) or pa.types.is_null(array.type):
        return array.cast(pa.large_string())
    raise ColumnError(f"a column of strings is needed, not of {array.type}")


def _as_array(column: Any) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    try:
        if hasattr(column, "__arrow_c_stream__") and not isinstance(column, pa.ChunkedArray):
            column = pa.chunked_array(column)
        if not isinstance(column, pa.ChunkedArray):
            return pa.array(column, None if hasattr(column, "__arrow_c_array__") else pa.string())
    except (pa.ArrowException, UnicodeError, TypeError) as error:
        raise ColumnError(f"a column of strings is needed: {error}") from error
    if column.num_chunks == 1:
        return column.chunk(0)
    # 32-bit offsets can't address all chunks together.
    wide = column.cast(pa.large_string()) if pa.types.is_string(column.type) else column
    return pa.concat_arrays(wide.chunks) if wide.num_chunks else pa.array([], wide.type)


def string_buffers(array: pa.Array) -> Strings:
    """Return the buffers of an array of strings, in place. A null has no bytes in them."""
    width = 8 if pa.types.is_large_string(array.type) else 4
    if array.null_count:
        # The bytes behind a null may be anything.
        array = array.fill_null("")
    _, offsets, data = array.buffers()
    if offsets is None or len(array) == 0:
        return pa.py_buffer(bytes(width)), width, b""
    # A slice is read-only, so that the crate reads it in place.
    offsets = offsets.slice(width * array.offset, width * (len(array) + 1))
    return offsets, width, data.slice() if data is not None else b""


def numbers(data: bytes, kind: pa.DataType) -> pa.Array:
    """Wrap the bytes of a column of numbers."""
    return pa.Array.from_buffers(kind, 8 * len(data) // kind.bit_width, [None, pa.py_buffer(data)])


def fixed_lists(data: bytes, kind: pa.DataType, width: int) -> pa.Array:
    """Wrap the bytes of a column of lists with `width` numbers each."""
    values = numbers(data, kind)
    return _lists(range(0, len(values) + 1, width), values)


def lists(offsets: bytes, data: bytes, kind: pa.DataType) -> pa.Array:
    """Wrap the bytes of a column of lists: 32-bit offsets, and numbers."""
    return pa.ListArray.from_arrays(numbers(offsets, pa.int32()), numbers(data, kind))


def _lists(offsets: range, values: pa.Array) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def fingerprints(data: bytes) -> pa.Array:
    """Wrap fingerprints as `binary`, which engines sort as the crate does."""
    width = 16
    offsets = pa.array(range(0, len(data) + 1, width), pa.int32()).buffers()[1]
    return pa.Array.from_buffers(
        pa.binary(), len(data) // width, [None, offsets, pa.py_buffer(data)]
    )


def sketches(sketcher: _reprint.Sketcher, column: object, *, signatures: bool) -> pa.RecordBatch:
    """Return the sketches of a column; see `Sketcher.sketch`."""
    prints, tokens, bands, values, sample_offsets, samples = sketcher.sketch(
        *string_buffers(as_strings(column)), signatures
    )
    columns = {
        "fingerprint": fingerprints(prints),
        "tokens": numbers(tokens, pa.int32()),
        "bands": fixed_lists(bands, pa.int64(), sketcher.bands),
        "sample": lists(sample_offsets, samples, pa.uint32()),
    }
    if signatures:
        columns["signature"] = fixed_lists(values, pa.uint32(), sketcher.values)
    return pa.RecordBatch.from_pydict(columns)
