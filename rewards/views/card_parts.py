"""What the sections of a report card hold, as pages and charts read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rewards.views.numbers import Interval


@dataclass(frozen=True)
class Slice:
    """The accuracy where pairs are alike; ``longer`` is preferring the longer answer there."""

    label: str
    accuracy: Interval | None
    longer: Interval | None
    pairs: int | None


@dataclass(frozen=True)
class Dimension:
    """One way to part the pairs."""

    name: str
    title: str
    slices: Sequence[Slice]


@dataclass(frozen=True)
class Surety:
    """Pairs of which the model is about as sure: how sure, and how often right."""

    start: float
    end: float
    sure: float
    right: float
    low: float | None
    high: float | None
    pairs: int

    @property
    def interval(self) -> Interval | None:
        if self.low is None or self.high is None:
            return None
        return Interval(self.right, self.low, self.high)


@dataclass(frozen=True)
class Calibration:
    """How far the model's sureness is off, as it stands and divided by a temperature."""

    curve: Sequence[Surety]
    ece: Interval | None
    brier: Interval | None
    temperature: float | None
    scaled_ece: Interval | None
    scaled_brier: Interval | None


@dataclass(frozen=True)
class Slope:
    """What the score, and people's rank, rise with."""

    label: str
    model: Interval | None
    people: Interval | None


@dataclass(frozen=True)
class LengthPoint:
    """Answers of about one length beside their prompt's mean."""

    times: float
    model: Interval | None
    people: Interval | None
    answers: int


@dataclass(frozen=True)
class Ceiling:
    """A held-back person and the model against the others' consensus.

    ``is_drawn``: on votes that chance alone asked for; else on all, as nothing is known of why.
    """

    people: Interval | None
    model: Interval | None
    lead: Interval | None
    votes: int | None
    others: float | None
    is_drawn: bool


@dataclass(frozen=True)
class Repeated:
    """A text that wins wherever it stands."""

    text: str
    form: str
    prompts: int | None
    people: Interval | None
    model: Interval | None
    elsewhere: Interval | None
    fools: bool


@dataclass(frozen=True)
class Beside:
    """A number of another reader of the same pairs, and the model's lead over it."""

    accuracy: Interval | None
    advantage: Interval | None
    pairs: int | None
