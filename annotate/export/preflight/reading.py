"""A report that was kept as JSON, as what it was."""

from collections.abc import Mapping
from typing import Any

from annotate.export.preflight.estimates import Share
from annotate.export.preflight.figures import (
    ChoiceReport,
    Constant,
    Effect,
    MixReport,
    OverlapReport,
    PersonalReport,
    RaterReport,
    Spread,
    StructureReport,
    TokenReport,
)
from annotate.export.preflight.report import Report

Kept = Mapping[str, Any]


def report_from(kept: Kept) -> Report:
    """The report that ``as_json`` was called on; what else stands beside its parts is left out."""
    overlap, constants = kept["overlap"], kept["constants"]
    return Report(
        kind=kept["kind"],
        structure=StructureReport(**kept["structure"]),
        tokens=_tokens(kept["tokens"]) if kept["tokens"] else None,
        personal=PersonalReport(**kept["personal"]),
        overlap=None if overlap is None else [OverlapReport(**one) for one in overlap],
        mix=_mix(kept["mix"]),
        raters=RaterReport(**kept["raters"]),
        choices=_choices(kept["choices"]) if kept["choices"] else None,
        constants=None if constants is None else [_constant(one) for one in constants],
    )


def _tokens(kept: Kept) -> TokenReport:
    spreads = {name: _spread(kept[name]) for name in ("rows", "prompts", "answers")}
    trainers = [Effect(**one) for one in kept["trainers"]]
    return TokenReport(**{**kept, **spreads, "trainers": trainers})


def _mix(kept: Kept) -> MixReport:
    names = ("prompt_characters", "answer_characters", "row_characters")
    return MixReport(**{**kept, **{name: _spread(kept[name]) for name in names}})


def _choices(kept: Kept) -> ChoiceReport:
    shares = {name: _share(kept[name]) for name in ("earlier", "first", "longer")}
    return ChoiceReport(**{**kept, **shares})


def _constant(kept: Kept) -> Constant:
    return Constant(**{**kept, "share": Share(**kept["share"])})


def _spread(kept: Kept | None) -> Spread | None:
    return Spread(**kept) if kept else None


def _share(kept: Kept | None) -> Share | None:
    return Share(**kept) if kept else None
