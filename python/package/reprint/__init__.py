"""Find recycled articles, and phrasing that repeats itself.

| name | from | to |
|---|---|---|
| `compare` | two texts | score, relation, passages and differences with spans |
| `Detector` | articles | matches of a text, groups, the article to keep |
| `analyze` | one text | families of repeated phrasing, a verdict |
| `sketch`, `Sketcher` | a column of texts | fingerprints, band keys, samples: for workers |
| `reprint.spark` | a DataFrame of PySpark | the same groups, by many machines |

Every match is verified on the texts, and equal articles give equal answers, whatever their order and
the number of threads.
"""

from . import errors
from ._detector import Detector, Group, Groups, Match
from ._reprint import FORMAT_VERSION, SCHEMA, __version__
from ._sketch import Sketcher, sketch
from ._texts import (
    Comparison,
    Difference,
    Overlap,
    Passage,
    PhraseFamily,
    Phrasing,
    Span,
    Summary,
    analyze,
    compare,
)
from .errors import ReprintError

__all__ = [
    "FORMAT_VERSION",
    "SCHEMA",
    "Comparison",
    "Detector",
    "Difference",
    "Group",
    "Groups",
    "Match",
    "Overlap",
    "Passage",
    "PhraseFamily",
    "Phrasing",
    "ReprintError",
    "Sketcher",
    "Span",
    "Summary",
    "__version__",
    "analyze",
    "compare",
    "errors",
    "sketch",
]
