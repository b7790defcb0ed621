"""What the overview draws or says in words, as tables for files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotate.figures import Found
from annotate.models import AgreementSlice, Campaign, QualityReport
from annotate.selectors.goal import Goal
from annotate.selectors.tally import DayCounts
from annotate.views.tables import Cell, Column, Table
from commons.models import WorkerHeartbeat
from commons.runs import QueueLength


@dataclass(frozen=True)
class WorkerSign:
    """A worker and whether it has said lately that it lives."""

    worker: WorkerHeartbeat
    is_alive: bool


@dataclass(frozen=True)
class Headline:
    """How far people agree in one campaign, lately, and whether there is a figure at all."""

    campaign: Campaign
    report: QualityReport | None
    agreement: AgreementSlice | None
    alpha: AgreementSlice | None
    trend: Sequence[AgreementSlice]
    change: str = ""


@dataclass(frozen=True)
class Beside:
    """A number beside the goals, with the rows behind it."""

    label: str
    value: int
    link: str = ""


def overview_files(
    goals: Sequence[Goal],
    beside: Sequence[Beside],
    headlines: Sequence[Headline],
    days: Sequence[DayCounts],
    signs: Sequence[WorkerSign],
    lengths: Sequence[QueueLength],
) -> list[Table]:
    return [
        goals_table(goals),
        beside_table(beside),
        headlines_table(headlines),
        trend_table(headlines),
        days_table(days),
        workers_table(signs),
        lengths_table(lengths),
    ]


def goals_table(goals: Sequence[Goal]) -> Table:
    columns = (
        Column(_("Goal")),
        Column(_("Done"), is_number=True),
        Column(_("Target"), is_number=True),
        Column(_("Share of the week gone"), is_number=True),
        Column(_("By the last two weeks, on Sunday"), is_number=True),
    )
    rows = [
        (
            Cell(each.label),
            Cell(each.value),
            Cell(each.target or None),
            Cell(each.elapsed, is_share=True),
            _foreseen(each),
        )
        for each in goals
    ]
    return Table("goals", _("Against the targets"), columns, rows)


def beside_table(beside: Sequence[Beside]) -> Table:
    columns = (Column(_("Number")), Column(_("Done"), is_number=True))
    rows = [(Cell(each.label), Cell(each.value)) for each in beside]
    return Table("beside", _("Beside the counts"), columns, rows)


def _foreseen(goal: Goal) -> Cell:
    ends = goal.ends
    if ends is None or ends.low is None or ends.high is None:
        return Cell()
    return Cell(found=Found(ends.value, ends.low, ends.high))


def headlines_table(headlines: Sequence[Headline]) -> Table:
    """An interval of a column is kept where any row has one, and empty where there is no figure."""
    columns = (
        Column(_("Campaign")),
        Column(_("Pairwise agreement")),
        Column(_("By chance"), is_number=True),
        Column(_("Prompts"), is_number=True),
        Column("α"),
        Column(_("Change")),
        Column(_("Measured")),
    )
    rows = [
        (
            Cell(each.campaign.name),
            _figure(each.agreement),
            Cell(each.agreement.chance if each.agreement else None),
            Cell(each.agreement.prompts if each.agreement else None),
            _figure(each.alpha),
            Cell(each.change),
            Cell(each.report.finished_at if each.report else None),
        )
        for each in headlines
    ]
    return Table("agreement", _("Is the data good?"), columns, rows)


def _figure(each: AgreementSlice | None) -> Cell:
    return Cell(found=Found(each.value, each.low, each.high)) if each else Cell()


def trend_table(headlines: Sequence[Headline]) -> Table:
    columns = (
        Column(_("Campaign")),
        Column(_("Week")),
        Column(_("Pairwise agreement")),
        Column(_("By chance"), is_number=True),
        Column(_("Prompts"), is_number=True),
    )
    return Table("trend", _("Agreement by week"), columns, list(_weeks(headlines)))


def _weeks(headlines: Sequence[Headline]) -> Iterator[tuple[Cell, ...]]:
    for headline in headlines:
        for each in headline.trend:
            yield (
                Cell(headline.campaign.name),
                Cell(f"{each.week:%G-W%V}"),
                _figure(each),
                Cell(each.chance),
                Cell(each.prompts),
            )


def days_table(days: Sequence[DayCounts]) -> Table:
    columns = (
        Column(_("Day")),
        Column(_("Comparisons"), is_number=True),
        Column(_("Demonstrations"), is_number=True),
        Column(_("Rankings"), is_number=True),
    )
    rows = [
        (Cell(each.day), Cell(each.comparisons), Cell(each.demonstrations), Cell(each.rankings))
        for each in days
    ]
    return Table("days", _("Work by day"), columns, rows)


def workers_table(signs: Sequence[WorkerSign]) -> Table:
    columns = (Column(_("Worker")), Column(_("Queues")), Column(_("State")), Column(_("Last seen")))
    rows = [
        (
            Cell(each.worker.name),
            Cell(each.worker.queues),
            Cell(_("alive") if each.is_alive else _("silent")),
            Cell(each.worker.seen_at),
        )
        for each in signs
    ]
    return Table("workers", _("Workers"), columns, rows)


def lengths_table(lengths: Sequence[QueueLength]) -> Table:
    columns = (
        Column(_("Long work")),
        Column(_("Waiting"), is_number=True),
        Column(_("Running"), is_number=True),
        Column(_("Without a sign of life"), is_number=True),
        Column(_("Waits since")),
    )
    rows = [
        (
            Cell(each.label),
            Cell(each.waiting),
            Cell(each.running),
            Cell(each.silent),
            Cell(each.oldest),
        )
        for each in lengths
    ]
    return Table("long-work", _("Long work"), columns, rows)
