"""What a reward model scored on benchmarks, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commons.models import RunState
from rewards.enums import BenchmarkName
from rewards.models import RewardModel
from rewards.views.numbers import Interval, number, text_of, whole
from rewards.views.report_sections import part

MOST = 20


@dataclass(frozen=True)
class Named:
    """A number of a benchmark by its name there; one of a single item has no interval."""

    name: str
    value: float | None
    interval: Interval | None


@dataclass(frozen=True)
class Measured:
    """One benchmark of a model: ``headline`` is the number that it is known by."""

    title: str
    at: datetime
    headline: Named | None
    numbers: Sequence[Named]
    prompts: int | None
    cut: int | None
    revision: str


def measured_benchmarks(model: RewardModel) -> list[Measured]:
    """The newest benchmarks that ended well."""
    done = model.benchmarks.filter(run__state=RunState.DONE).select_related("run").order_by("-pk")
    return [
        _measured(str(BenchmarkName(one.name).label), one.created_at, one.run.result)
        for one in done[:MOST]
    ]


@dataclass(frozen=True)
class Failed:
    """A benchmark that could not be measured, and why."""

    uuid: UUID
    title: str
    error: str


def failed_benchmarks(model: RewardModel) -> list[Failed]:
    """Those that failed and that were not asked for again since."""
    last = {one.name: one for one in model.benchmarks.select_related("run").order_by("pk")}
    return [
        Failed(one.uuid, str(BenchmarkName(one.name).label), one.run.error)
        for one in last.values()
        if one.run.state == RunState.FAILED
    ]


def _measured(title: str, at: datetime, result: dict[str, object]) -> Measured:
    numbers = part(result, "numbers")
    named = [_named(name, part(numbers, name)) for name in numbers]
    headline = text_of(result.get("headline"))
    return Measured(
        title=title,
        at=at,
        headline=next((one for one in named if one.name == headline), None),
        numbers=named,
        prompts=whole(result.get("prompts")),
        cut=whole(result.get("cut")),
        revision=text_of(result.get("revision")),
    )


def _named(name: str, said: object) -> Named:
    found = said if isinstance(said, dict) else {}
    return Named(name, number(found.get("value")), Interval.of(found))
