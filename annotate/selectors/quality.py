"""What pages tell of quality: roll-ups and the newest report, narrowed to what is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from annotate.enums import Kind
from annotate.models import (
    Campaign,
    IntakeRollup,
    QualityReport,
    QueueRollup,
    RollupTime,
    StoppedTask,
    WantedShare,
    WorkRollup,
)
from annotate.selectors.tally import beginning_of, week_start
from commons.models import RunState, User

MIX = timedelta(weeks=4)
WRITTEN = Q(kind=Kind.DEMONSTRATE)


@dataclass(frozen=True)
class Wanting:
    """What a page is narrowed to; empty is everything. ``week`` is a Monday."""

    campaigns: Sequence[Campaign]
    skill: str = ""
    language: str = ""
    week: date | None = None

    @property
    def campaign(self) -> Campaign | None:
        """The one that is looked at, where it is one."""
        return self.campaigns[0] if len(self.campaigns) == 1 else None

    @property
    def cell(self) -> dict[str, str]:
        said = {"skill": self.skill, "language": self.language}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class WorkCounts:
    """Sums of one week."""

    demonstrations: int
    rankings: int
    comparisons: int
    ties: int
    surplus: int
    prompts: int


def counts_of(wanting: Wanting, week: date) -> WorkCounts:
    """Of people's work; what a file brought stands under nobody, and is counted apart."""
    mine = {"campaign__in": wanting.campaigns, "week": week, **wanting.cell}
    sums = WorkRollup.objects.filter(**mine, person__isnull=False).aggregate(
        demonstrations=Sum("judgements", filter=WRITTEN, default=0),
        rankings=Sum("judgements", filter=~WRITTEN, default=0),
        comparisons=Sum("comparisons", default=0),
        ties=Sum("ties", default=0),
        surplus=Sum("surplus", default=0),
    )
    prompts = IntakeRollup.objects.filter(**mine).aggregate(n=Sum("prompts", default=0))["n"]
    return WorkCounts(**sums, prompts=prompts)


@dataclass(frozen=True)
class PersonCounts:
    """What a person handed in that week."""

    person: User
    judgements: int
    comparisons: int
    share: float  # of all that people handed in
    written: int = 0  # of the judgements


def people_in(wanting: Wanting, week: date) -> list[PersonCounts]:
    """The busiest first."""
    mine = WorkRollup.objects.filter(
        campaign__in=wanting.campaigns, week=week, person__isnull=False, **wanting.cell
    )
    sums = list(
        mine.values("person")
        .annotate(
            n=Sum("judgements") + Sum("surplus"),
            pairs=Sum("comparisons"),
            written=Sum(F("judgements") + F("surplus"), filter=WRITTEN, default=0),
        )
        .order_by("-n", "person__username")
    )
    total = sum(row["n"] for row in sums)
    people = User.objects.select_related("rater").in_bulk([row["person"] for row in sums])
    return [
        PersonCounts(
            people[row["person"]],
            row["n"],
            row["pairs"],
            row["n"] / total if total else 0,
            row["written"],
        )
        for row in sums
    ]


def rolled_up_at(campaigns: Sequence[Campaign]) -> datetime | None:
    """Since when at least one of them may have changed; None where one was never counted."""
    times = RollupTime.objects.filter(campaign__in=campaigns)
    found = times.aggregate(oldest=Min("at"), counted=Count("pk", Q(at__isnull=False)))
    return found["oldest"] if found["counted"] == len(campaigns) else None


def newest_reports(campaigns: Sequence[Campaign]) -> dict[int, QualityReport]:
    """The report of each campaign that pages show."""
    done = QualityReport.objects.filter(campaign__in=campaigns, state=RunState.DONE)
    rows = done.select_related("campaign").order_by("pk")
    return {report.campaign_id: report for report in rows}


@dataclass(frozen=True)
class QueueCell:
    """What waits of one skill and language."""

    kind: str
    skill: str
    language: str
    tasks: int
    turns: int
    over_a_day: int
    over_a_week: int
    oldest_at: datetime


def queue_of(wanting: Wanting) -> list[QueueCell]:
    """What has waited longest first."""
    rows = (
        QueueRollup.objects.filter(campaign__in=wanting.campaigns, **wanting.cell)
        .values_list("kind", "skill", "language")
        .annotate(
            all_tasks=Sum("tasks"),
            all_turns=Sum("turns"),
            day=Sum("over_a_day"),
            week=Sum("over_a_week"),
            oldest=Min("oldest_at"),
        )
        .order_by("oldest")
    )
    return [QueueCell(*row) for row in rows]


@dataclass(frozen=True)
class MixCell:
    """How many prompts of one skill or language came in four weeks, and what share is wanted."""

    facet: str
    value: str
    had: int
    total: int
    wanted: float | None

    @property
    def share(self) -> float:
        return self.had / self.total if self.total else 0.0

    @property
    def expected(self) -> int | None:
        return None if self.wanted is None else round(self.wanted * self.total)


def mix_of(campaign: Campaign, facet: str, wanting: Wanting) -> list[MixCell]:
    """What is wanted and what has come, by name: in the week that is looked at, else in five weeks,
    of the other facet's value where one is looked at. Shares are wanted of the campaign, so within
    such a part none is."""
    fixed = {name: value for name, value in wanting.cell.items() if name != facet}
    rows = IntakeRollup.objects.filter(campaign=campaign, **fixed)
    since = week_start() - MIX
    rows = rows.filter(week=wanting.week) if wanting.week else rows.filter(week__gte=since)
    had: Mapping[str, int] = dict(rows.values_list(facet).annotate(n=Sum("prompts")).order_by())
    shares = WantedShare.objects.filter(campaign=campaign, facet=facet)
    wanted = {} if fixed else dict(shares.values_list("value", "share"))
    total = sum(had.values())
    return [
        MixCell(facet, name, had.get(name, 0), total, wanted.get(name))
        for name in sorted(had.keys() | wanted.keys())
    ]


@dataclass(frozen=True)
class Savings:
    """What stopping early has saved in a campaign."""

    tasks: int
    votes: int
    saved: int

    @property
    def share(self) -> float:
        """Of the votes that would have been given."""
        whole = self.votes + self.saved
        return self.saved / whole if whole else 0.0


def stopped_in(campaign: Campaign, wanting: Wanting) -> QuerySet[StoppedTask]:
    """Of what is looked at, what was stopped last first; the week is that in which it was."""
    rows = StoppedTask.objects.filter(task__campaign=campaign)
    rows = rows.filter(**{f"task__prompt__{name}": said for name, said in wanting.cell.items()})
    if wanting.week:
        since = beginning_of(wanting.week)
        rows = rows.filter(at__gte=since, at__lt=since + timedelta(weeks=1))
    return rows.select_related("task__prompt").order_by("-at", "-pk")


def savings_of(campaign: Campaign, wanting: Wanting | None = None) -> Savings:
    """Of what is looked at; of everything where nothing is named."""
    rows = stopped_in(campaign, wanting or Wanting([campaign])).order_by()
    found: dict[str, Any] = rows.aggregate(
        tasks=Count("pk"), votes=Sum("votes", default=0), saved=Sum("saved", default=0)
    )
    return Savings(**found)


def weeks_worked(campaign: Campaign) -> list[date]:
    """The Mondays of weeks with work, the newest first."""
    rows = WorkRollup.objects.filter(campaign=campaign).order_by("-week").values_list("week")
    return [week for (week,) in rows.distinct()]


def cells_of(campaigns: Sequence[Campaign]) -> tuple[list[str], list[str]]:
    """Skills and languages that a page can be narrowed to."""
    rows = IntakeRollup.objects.filter(campaign__in=campaigns).values_list("skill", "language")
    found = set(rows.distinct().order_by())
    return sorted({skill for skill, _ in found if skill}), sorted({each for _, each in found})
