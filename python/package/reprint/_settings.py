"""Settings, from keyword arguments to the JSON that the crate reads."""

import json
from collections.abc import Iterable, Mapping
from typing import Literal, TypedDict, Unpack

from . import _reprint
from .errors import SettingError

Mode = Literal["recycled", "jaccard"]


class SettingsArgs(TypedDict, total=False):
    """What `Detector`, `Sketcher` and `sketch` take as keyword arguments.

    mode: "recycled" (default) finds light edits, abridgements, excerpts, updates and noisy copies, and
        tells them from uses of one template. "jaccard" matches whole articles by their similarity.
    threshold: least Jaccard similarity of a match, above 0 and up to 1; .8 by default. For "jaccard".
    recall: expected share of pairs found at the threshold, above 0 and below 1; .95 by default. For
        "jaccard".
    criteria: "default", "loose" or "strict", or a mapping with any of `coverage`, `mutual`,
        `conflicts` and `number_conflicts`. For "recycled".
    ngram_size: words in a shingle, 1 to 64; 5 by default.
    num_perm: values in a signature, 1 to 4096; 128 by default.
    seed: of the hashes; 0 by default.
    linkage: how links form groups: "star" (default), "connected" (whatever links reach, as other
        libraries have it) or "complete" (every two are linked).
    source_priority: publishers in order of preference, for the choice of the article to keep.
    """

    mode: Mode
    threshold: float
    recall: float
    criteria: str | Mapping[str, float]
    ngram_size: int
    num_perm: int
    seed: int
    linkage: Literal["star", "connected", "complete"]
    source_priority: Iterable[str]


def _allowed(args: SettingsArgs, names: set[str], mode: str) -> None:
    for name in names & args.keys():
        message = f"{name} has no meaning in mode {mode!r}; leave it out, or choose the other mode"
        raise SettingError(message, name)


def settings_json(**args: Unpack[SettingsArgs]) -> str:
    """Return settings as JSON. What is left out is left to the crate's defaults.

    Raises SettingError (a ValueError) for an unknown setting, or one that the mode does not have. The
    crate checks ranges where it reads the settings.
    """
    unknown = args.keys() - SettingsArgs.__annotations__.keys()
    if unknown:
        name = min(unknown)
        known = ", ".join(SettingsArgs.__annotations__)
        raise SettingError(f"there is no setting {name!r}; there are {known}", name)
    settings: dict[str, object] = {}
    mode = args.get("mode", "recycled")
    if mode == "jaccard":
        _allowed(args, {"criteria"}, mode)
        settings["mode"] = {"jaccard": _some(args, threshold="threshold", recall="recall")}
    elif mode == "recycled":
        _allowed(args, {"threshold", "recall"}, mode)
        settings["mode"] = {"recycled": {"criteria": _criteria(args.get("criteria", "default"))}}
    else:
        raise SettingError(f"mode is {mode!r}; it must be 'recycled' or 'jaccard'", "mode")
    if "ngram_size" in args:
        settings["shingling"] = {"unit": "word", "width": args["ngram_size"]}
    if "num_perm" in args:
        settings["sketch"] = {"values": args["num_perm"]}
    settings |= _some(args, seed="seed", linkage="linkage")
    if "source_priority" in args:
        settings["source_priority"] = list(args["source_priority"])
    return json.dumps(settings)


def _some(args: SettingsArgs, **names: str) -> dict[str, object]:
    given: Mapping[str, object] = args
    return {to: given[of] for of, to in names.items() if of in given}


def _criteria(criteria: str | Mapping[str, float]) -> dict[str, float]:
    if not isinstance(criteria, str):
        return dict(criteria)
    return json.loads(_reprint.criteria(criteria))
