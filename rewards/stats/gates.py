"""Whether a policy may be promoted, and whether a reward model may be trusted: in words.

A person who reads HELD sees every reason at once. What is not known is a reason of its own,
never a zero.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Thresholds:
    """What a gate asks for; a track may set its own."""

    min_prompts: int = 50  # held-out prompts of the comparison
    min_win_rate: float = 0.5  # the interval must lie above it
    min_pairs: int = 200  # held-out pairs of the report card
    min_accuracy: float = 0.55  # the lower end of the report card's accuracy
    max_length_ratio: float = 1.5  # quality is not bought by length
    max_more_refusals: float = 0.05  # share of answers, above the promoted policy's


@dataclass(frozen=True)
class Range:
    """A number with its interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, found: Mapping[str, float] | None) -> "Range | None":
        return cls(found["value"], found["low"], found["high"]) if found else None


@dataclass(frozen=True)
class Evidence:
    """What the gate looks at. None where a number is not defined."""

    prompts: int
    win_rate: Range | None
    length_ratio: float | None
    refusals: float | None
    refusals_before: float | None
    pairs: int
    accuracy: Range | None
    longer: Range | None
    advantage: Range | None

    @classmethod
    def of(cls, *, comparison: Mapping[str, Any], card: Mapping[str, Any]) -> "Evidence":
        """From the results of ``evaluate_policy`` (may be empty) and ``evaluate_reward``."""
        refused = comparison.get("refusals") or {}
        return cls(
            prompts=int(comparison.get("prompts", 0)),
            win_rate=Range.of(comparison.get("win_rate")),
            length_ratio=comparison.get("length_ratio"),
            refusals=refused.get("policy"),
            refusals_before=refused.get("against"),
            pairs=int(card.get("pairs", 0)),
            accuracy=Range.of(card.get("accuracy")),
            longer=Range.of(card.get("longer")),
            advantage=Range.of(card.get("advantage")),
        )

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def refusals(found: Evidence, asked: Thresholds) -> Iterator[str]:
    """Every reason not to promote; none means promote."""
    if found.prompts < asked.min_prompts:
        yield f"only {found.prompts} held-out prompts were compared; {asked.min_prompts} are needed"
    if found.win_rate is None:
        yield "the win rate against the promoted policy is not defined"
    elif found.win_rate.low <= asked.min_win_rate:
        yield (
            f"the new policy wins {found.win_rate.value:.2f} of the held-out prompts, but it may "
            f"be as few as {found.win_rate.low:.2f}; more than {asked.min_win_rate:.2f} is needed"
        )
    if found.length_ratio is not None and found.length_ratio > asked.max_length_ratio:
        yield (
            f"its answers are {found.length_ratio:.2f} times as long; "
            f"{asked.max_length_ratio:.2f} is the most"
        )
    yield from _more_refusals(found, asked)
    yield from _card_refusals(found, asked)


def card_refusals(card: Mapping[str, Any], asked: Thresholds | None = None) -> Iterator[str]:
    """Every reason not to trust a reward model, from the result of ``evaluate_reward``."""
    yield from _card_refusals(Evidence.of(comparison={}, card=card), asked or Thresholds())


def _more_refusals(found: Evidence, asked: Thresholds) -> Iterator[str]:
    if found.refusals is None or found.refusals_before is None:
        return
    more = found.refusals - found.refusals_before
    if more > asked.max_more_refusals:
        yield (
            f"it refuses {more:.0%} more of the prompts; {asked.max_more_refusals:.0%} is the most"
        )


def _card_refusals(found: Evidence, asked: Thresholds) -> Iterator[str]:
    if found.pairs < asked.min_pairs:
        yield (
            f"the reward model was measured on {found.pairs} held-out pairs; "
            f"{asked.min_pairs} are needed"
        )
    if found.accuracy is None:
        yield "the reward model's accuracy is not defined"
    elif found.accuracy.low < asked.min_accuracy:
        yield (
            f"the reward model's accuracy may be as low as {found.accuracy.low:.2f}; "
            f"{asked.min_accuracy:.2f} is needed"
        )
    if found.advantage is not None and found.longer is not None and found.advantage.low <= 0:
        yield (
            "the reward model is not shown to be better than preferring the longer answer "
            f"({found.longer.value:.2f})"
        )
