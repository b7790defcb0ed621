"""What runs measured, read from their results. Absent is not zero: it stays None."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rewards.stats.contests import Meeting

TWO_SIDED_95 = 1.96  # standard errors

STRENGTHS = {"1": _("Slightly better"), "2": _("Better"), "3": _("Significantly better")}

ROLES = {
    "system": _("System"),
    "user": _("User"),
    "assistant": _("Assistant"),
    "tool": _("Tool"),
}


@dataclass(frozen=True)
class Interval:
    """A number and the interval that it lies in, as far as the data tell."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, said: object) -> Self | None:
        """From ``{"value", "low", "high"}``; None when any of them is not defined."""
        if not isinstance(said, Mapping):
            return None
        found = [number(said.get(name)) for name in ("value", "low", "high")]
        value, low, high = found
        return None if value is None or low is None or high is None else cls(value, low, high)


@dataclass(frozen=True)
class ArenaFigure:
    """How often people preferred a policy in the arena: a remark, no threshold of the gate."""

    won: Interval
    votes: int
    prompts: int

    @classmethod
    def of(cls, met: Meeting) -> Self | None:
        if not met.votes:
            return None
        return cls(Interval(met.won, met.low, met.high), met.votes, met.prompts)


@dataclass(frozen=True)
class Strength:
    """How a reward model does where people were this sure."""

    label: str
    accuracy: Interval | None
    pairs: int | None


@dataclass(frozen=True)
class Turn:
    """One message of a prompt."""

    role: str
    text: str

    @property
    def label(self) -> str:
        return str(ROLES.get(self.role, self.role))


@dataclass(frozen=True)
class WrongPair:
    """A pair whose worse answer got the higher reward, by ``gap``."""

    prompt: list[Turn]
    chosen: str
    rejected: str
    gap: float | None


@dataclass(frozen=True)
class ReportCard:
    """A reward model on prompts that it never saw."""

    pairs: int | None
    prompts: int | None
    ties: int | None
    accuracy: Interval | None
    longer: Interval | None
    advantage: Interval | None
    strengths: list[Strength]
    worst: list[WrongPair]

    @classmethod
    def of(cls, result: Mapping[str, object]) -> Self:
        return cls(
            pairs=whole(result.get("pairs")),
            prompts=whole(result.get("prompts")),
            ties=whole(result.get("ties")),
            accuracy=Interval.of(result.get("accuracy")),
            longer=Interval.of(result.get("longer")),
            advantage=Interval.of(result.get("advantage")),
            strengths=_strengths(result.get("by_strength")),
            worst=[
                WrongPair(
                    prompt=turns_of(pair.get("prompt")),
                    chosen=text_of(pair.get("chosen")),
                    rejected=text_of(pair.get("rejected")),
                    gap=_width(number(pair.get("gap"))),
                )
                for pair in rows(result.get("worst"))
            ],
        )


@dataclass(frozen=True)
class Sides:
    """A share of a policy's answers beside that of the policy in service."""

    policy: float | None
    against: float | None

    @classmethod
    def of(cls, said: object) -> Self | None:
        if not isinstance(said, Mapping):
            return None
        return cls(number(said.get("policy")), number(said.get("against")))


@dataclass(frozen=True)
class Counts:
    """How much of something the answers of either policy hold, and how much more one of ours."""

    policy_count: int | None
    against_count: int | None
    more: Interval | None

    @classmethod
    def of(cls, said: object) -> Self | None:
        if not isinstance(said, Mapping):
            return None
        return cls(
            whole(said.get("policy_count")),
            whole(said.get("against_count")),
            Interval.of(said.get("more")),
        )


@dataclass(frozen=True)
class Perplexity:
    """How surprised either policy is by held-out demonstrations."""

    policy: float | None
    against: float | None
    demonstrations: int | None
    ratio: Interval | None

    @classmethod
    def of(cls, said: object) -> Self | None:
        if not isinstance(said, Mapping):
            return None
        return cls(
            number(said.get("policy")),
            number(said.get("against")),
            whole(said.get("demonstrations")),
            Interval.of(said.get("ratio")),
        )


@dataclass(frozen=True)
class Sample:
    """One prompt and what both policies answered."""

    prompt: list[Turn]
    policy: str
    against: str
    policy_score: float | None
    against_score: float | None


@dataclass(frozen=True)
class Rate:
    """A win rate and on what it was measured."""

    label: str
    found: Interval | None
    prompts: int | None


@dataclass(frozen=True)
class Comparison:
    """A policy beside the one in service, on held-out prompts, in the eyes of the judge."""

    prompts: int | None
    win_rate: Interval | None
    rates: list[Rate]
    against_base: Interval | None
    against_base_alike: Interval | None  # at equal length
    skills: list[Rate]
    languages: list[Rate]
    length_ratio: float | None
    refusals: Sides | None
    cut_off: Sides | None
    looping: Sides | None
    unsupported: Counts | None
    perplexity: Perplexity | None
    samples: list[Sample]

    @classmethod
    def of(cls, result: Mapping[str, object]) -> Self:
        base = _of_base(result)
        return cls(
            against_base=Interval.of(base.get("win_rate")),
            against_base_alike=Interval.of(base.get("length_controlled")),
            prompts=whole(result.get("prompts")),
            win_rate=Interval.of(result.get("win_rate")),
            rates=_rates(result),
            skills=_parts(result.get("by_skill"), _("No skill named")),
            languages=_parts(result.get("by_language"), _("No language named")),
            length_ratio=number(result.get("length_ratio")),
            refusals=Sides.of(result.get("refusals")),
            cut_off=Sides.of(result.get("cut_off")),
            looping=Sides.of(result.get("looping")),
            unsupported=Counts.of(_within(result.get("unsupported"), "all")),
            perplexity=Perplexity.of(result.get("perplexity")),
            samples=[
                Sample(
                    prompt=turns_of(sample.get("prompt")),
                    policy=text_of(sample.get("policy")),
                    against=text_of(sample.get("against")),
                    policy_score=number(sample.get("policy_score")),
                    against_score=number(sample.get("against_score")),
                )
                for sample in rows(result.get("samples"))
            ],
        )


def _rates(result: Mapping[str, object]) -> list[Rate]:
    """The win rates that the gate looks at; those that an older comparison has not are left out."""
    base = result.get("against_base")
    prompts, fresh = whole(result.get("prompts")), whole(result.get("fresh"))
    rates = [
        Rate(str(_("Win rate")), Interval.of(result.get("win_rate")), prompts),
        Rate(str(_("on fresh prompts")), Interval.of(result.get("win_rate_fresh")), fresh),
        Rate(str(_("at equal length")), Interval.of(result.get("length_controlled")), prompts),
    ]
    if isinstance(base, Mapping):
        found = Interval.of(base.get("win_rate"))
        rates.append(Rate(str(_("against the base model")), found, whole(base.get("prompts"))))
    return [rates[0], *(rate for rate in rates[1:] if rate.found is not None)]


def _of_base(result: Mapping[str, object]) -> Mapping[str, object]:
    """The part against the base model: all of it where the base model was in service."""
    base = result.get("against_base", {})
    return base if isinstance(base, Mapping) else result


def _within(said: object, name: str) -> object:
    return said.get(name) if isinstance(said, Mapping) else None


def _parts(said: object, unnamed: Promise) -> list[Rate]:
    """Win shares by what a prompt is, with their 95 % intervals by the normal distribution."""
    if not isinstance(said, Mapping):
        return []
    return [
        Rate(str(name) or str(unnamed), _around(found), whole(found.get("prompts")))
        for name, found in sorted(said.items(), key=lambda item: str(item[0]))
        if isinstance(found, Mapping)
    ]


def _around(found: Mapping[str, object]) -> Interval | None:
    value, error = number(found.get("value")), number(found.get("error"))
    if value is None or error is None:
        return None
    reach = TWO_SIDED_95 * error
    return Interval(value, max(0.0, value - reach), min(1.0, value + reach))


def _strengths(said: object) -> list[Strength]:
    if not isinstance(said, Mapping):
        return []
    return [
        Strength(
            label=str(STRENGTHS.get(str(name), _("Not asked"))),
            accuracy=Interval.of(found),
            pairs=whole(found.get("pairs")) if isinstance(found, Mapping) else None,
        )
        for name, found in sorted(said.items(), key=lambda item: str(item[0]))
    ]


def _width(gap: float | None) -> float | None:
    """How wide a mistake is; the engine counts it below zero."""
    return None if gap is None else abs(gap)


def number(said: object) -> float | None:
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return float(said) if is_number else None  # type: ignore[arg-type]  # as just checked


def whole(said: object) -> int | None:
    found = number(said)
    return None if found is None else round(found)


def rows(said: object) -> Sequence[Mapping[str, object]]:
    return [row for row in said if isinstance(row, Mapping)] if isinstance(said, list) else []


def text_of(said: object) -> str:
    return said if isinstance(said, str) else ""


def turns_of(said: object) -> list[Turn]:
    """The messages of a prompt, in their order."""
    return [Turn(text_of(turn.get("role")), text_of(turn.get("content"))) for turn in rows(said)]
