"""The folded sections of a report card, read from its result. What an older card lacks is empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from rewards.stats.ceiling import Basis
from rewards.views.card_parts import (
    Beside,
    Calibration,
    Ceiling,
    Dimension,
    LengthPoint,
    Repeated,
    Slice,
    Slope,
    Surety,
)
from rewards.views.numbers import Interval, number, rows, text_of, whole
from rewards.views.slice_names import DIMENSIONS, label_of

PROPERTIES = {
    "log_characters": _("Length"),
    "markdown": _("Markdown"),
    "refusal": _("Refusing"),
}


@dataclass(frozen=True)
class Sections:
    """All that stands below a report card's headline. ``only_asked_again``: there is no ceiling,
    for what several judged was not given to them by chance alone."""

    with_covariates: Interval | None
    words: Beside
    equally_long: Beside
    equally_long_longer: Interval | None
    ceiling: Ceiling | None
    only_asked_again: bool
    best_of_k: Interval | None
    chance: float | None
    tau: Interval | None
    dimensions: Sequence[Dimension]
    calibration: Calibration | None
    slopes: Sequence[Slope]
    by_length: Sequence[LengthPoint]
    repeated: Sequence[Repeated]

    @classmethod
    def of(cls, result: Mapping[str, object]) -> Self:
        alike, best = part(result, "equally_long"), part(result, "best_of_k")
        return cls(
            with_covariates=Interval.of(result.get("with_covariates")),
            words=_beside(part(result, "bag_of_words")),
            equally_long=_beside(alike),
            equally_long_longer=Interval.of(alike.get("longer")),
            ceiling=_ceiling(part(result, "ceiling"), result.get("ceiling_basis")),
            only_asked_again=result.get("ceiling_basis") == Basis.NOT_DRAWN,
            best_of_k=Interval.of(best),
            chance=number(best.get("chance")),
            tau=Interval.of(result.get("tau")),
            dimensions=_dimensions(part(result, "slices")),
            calibration=_calibration(part(result, "calibration")),
            slopes=_slopes(part(result, "slopes")),
            by_length=_lengths(result.get("score_by_length")),
            repeated=[_repeated(one) for one in rows(result.get("repeated"))],
        )


def part(said: Mapping[str, object], name: str) -> Mapping[str, object]:
    """An object inside another; empty where there is none."""
    found = said.get(name)
    return found if isinstance(found, Mapping) else {}


def _beside(said: Mapping[str, object]) -> Beside:
    return Beside(
        Interval.of(said.get("accuracy")),
        Interval.of(said.get("advantage")),
        whole(said.get("pairs")),
    )


def _ceiling(said: Mapping[str, object], basis: object) -> Ceiling | None:
    if not said:
        return None
    return Ceiling(
        people=Interval.of(said.get("people")),
        model=Interval.of(said.get("model")),
        lead=Interval.of(said.get("lead")),
        votes=whole(said.get("votes")),
        others=number(said.get("median_others")),
        is_drawn=basis == Basis.DRAWN,
    )


def _dimensions(said: Mapping[str, object]) -> list[Dimension]:
    """Those that tell pairs apart; how sure people were has a place of its own."""
    found = [
        Dimension(name, str(title), [_slice(name, one) for one in rows(said.get(name))])
        for name, title in DIMENSIONS.items()
        if name != "strength"
    ]
    return [one for one in found if len(one.slices) > 1]


def _slice(dimension: str, said: Mapping[str, object]) -> Slice:
    longer = number(said.get("longer"))
    return Slice(
        label=label_of(dimension, text_of(said.get("name"))),
        accuracy=Interval.of(said),
        longer=None if longer is None else Interval(longer, longer, longer),
        pairs=whole(said.get("pairs")),
    )


def _calibration(said: Mapping[str, object]) -> Calibration | None:
    if not said:
        return None
    scaled = part(said, "scaled")
    return Calibration(
        curve=[_surety(point) for point in rows(said.get("curve"))],
        ece=Interval.of(said.get("ece")),
        brier=Interval.of(said.get("brier")),
        temperature=number(scaled.get("temperature")),
        scaled_ece=Interval.of(scaled.get("ece")),
        scaled_brier=Interval.of(scaled.get("brier")),
    )


def _surety(said: Mapping[str, object]) -> Surety:
    start, end, sure, right = (number(said.get(n)) or 0.0 for n in ("from", "to", "sure", "right"))
    low, high = number(said.get("low")), number(said.get("high"))
    return Surety(start, end, sure, right, low, high, whole(said.get("pairs")) or 0)


def _slopes(said: Mapping[str, object]) -> list[Slope]:
    return [
        Slope(
            label=str(title),
            model=Interval.of(part(said, name).get("model")),
            people=Interval.of(part(said, name).get("people")),
        )
        for name, title in PROPERTIES.items()
        if name in said
    ]


def _lengths(said: object) -> list[LengthPoint]:
    return [
        LengthPoint(
            times=number(point.get("times")) or 0.0,
            model=Interval.of(point.get("model")),
            people=Interval.of(point.get("people")),
            answers=whole(point.get("answers")) or 0,
        )
        for point in rows(said)
    ]


def _repeated(said: Mapping[str, object]) -> Repeated:
    return Repeated(
        text=text_of(said.get("text")),
        form=text_of(said.get("form")),
        prompts=whole(said.get("prompts")),
        people=Interval.of(said.get("people")),
        model=Interval.of(said.get("model")),
        elsewhere=Interval.of(said.get("elsewhere")),
        fools=said.get("fools") is True,
    )
