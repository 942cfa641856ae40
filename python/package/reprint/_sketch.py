"""Sketches of whole columns: what workers compute, wherever they run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Unpack

from . import _reprint
from ._settings import SettingsArgs, settings_json

if TYPE_CHECKING:
    import pyarrow as pa


class Sketcher:
    """Turns columns of texts into sketches. Pickled by its settings; shared between threads."""

    __slots__ = ("_inner",)

    def __init__(self, **settings: Unpack[SettingsArgs]) -> None:
        """Take the settings of `SettingsArgs`.

        Raises SettingError (a ValueError), which names the setting.
        """
        self._inner = _reprint.Sketcher(settings_json(**settings))

    @classmethod
    def of(cls, settings: str) -> Sketcher:
        """Return a sketcher of settings as JSON, as the summary record has them."""
        sketcher = cls.__new__(cls)
        sketcher._inner = _reprint.Sketcher(settings)
        return sketcher

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Pickle the settings."""
        return Sketcher.of, (self._inner.settings,)

    @property
    def settings(self) -> dict[str, Any]:
        """All settings in force, as the summary record has them."""
        return json.loads(self._inner.settings)

    @property
    def bands(self) -> int:
        """The number of band keys of a text."""
        return self._inner.bands

    def sketch(self, column: object, *, signatures: bool = False) -> pa.RecordBatch:
        """Sketch a column of texts. One thread; the interpreter is let go meanwhile.

        In: an Arrow array of strings (`string` or `large_string`, whose buffers are read in place),
        anything with Arrow's C interface (a Series of Polars, a column of Daft or DuckDB), or a list of
        `str`. A null is an empty text. Buffers read in place must not be written to meanwhile; those of
        Arrow never are.

        Out: one row a text, in order.

        | column | type | what |
        |---|---|---|
        | fingerprint | binary, 16 bytes | equal for equal words in equal order |
        | tokens | int32 | words; a text with 0 matches nothing |
        | bands | list<int64>, `bands` a row | two texts that share one are candidates |
        | sample | list<uint32>, 64 to 4,096 a row | sampled ten-letter runs; mode "recycled" |
        | signature | list<uint32>, `num_perm` a row | with `signatures` |

        Raises ColumnError (a ValueError) if `column` holds no strings.
        """
        from . import _arrow

        return _arrow.sketches(self._inner, column, signatures=signatures)


def sketch(
    column: object, *, signatures: bool = False, **settings: Unpack[SettingsArgs]
) -> pa.RecordBatch:
    """Sketch a column of texts: `Sketcher(**settings).sketch(column)`."""
    return Sketcher(**settings).sketch(column, signatures=signatures)
