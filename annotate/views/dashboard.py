"""One page for leads: are we on target, is the data good, who needs help, is everything alive?

Everything is read from tallies, roll-ups and the newest report, so that a million rankings cost
what a thousand do. Each number leads to the page or to the rows behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.enums import Kind
from annotate.models import AgreementSlice, Campaign, QualityReport
from annotate.selectors.pause import paused_in
from annotate.selectors.quality import (
    PersonCounts,
    QueueCell,
    Wanting,
    WorkCounts,
    counts_of,
    newest_reports,
    people_in,
    queue_of,
    rolled_up_at,
    slice_of,
    trend_of,
)
from annotate.selectors.tally import (
    DayCounts,
    WeekCounts,
    beginning_of,
    daily_counts,
    week_counts,
    week_start,
)
from annotate.stats.planning import Forecast, forecast
from annotate.templatetags.laurel import address_if_there
from annotate.views.finding import Told, told_of
from annotate.views.leads import leads_only
from annotate.views.looking import Looking, looking_at
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.models import WorkerHeartbeat
from commons.runs import SILENCE, queue_lengths
from commons.views.requests import AuthedRequest

WEEK, DAY = timedelta(days=7), timedelta(days=1)
PEOPLE = 20


@dataclass(frozen=True)
class Goal:
    """A number of a week against its target; ``elapsed`` is the share of the week gone.

    ``ends`` is where the week ends by the days before; none where that is not known.
    """

    label: str
    value: int
    target: int
    elapsed: float
    ends: Forecast | None = None
    link: str = ""

    @property
    def share(self) -> float:
        return self.value / self.target if self.target else 1.0

    @property
    def expected(self) -> int:
        """What an even week would have brought by now."""
        return round(self.target * self.elapsed)

    @property
    def projected(self) -> int:
        """Where the week ends at this pace."""
        return round(self.value / self.elapsed) if self.elapsed else self.value

    @property
    def is_on_pace(self) -> bool:
        return self.value >= self.expected


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


@leads_only
@require_safe
def dashboard(request: AuthedRequest) -> HttpResponse:
    looking, now = looking_at(request), timezone.now()
    week = looking.wanting.week or week_start()
    reports = newest_reports(looking.wanting.campaigns)
    tables = [
        people_table(looking, people_in(looking.wanting, week, PEOPLE)),
        queue_table(looking, queue_of(looking.wanting), now),
    ]
    if file := file_asked_for(request, tables):
        return file
    context = {
        "looking": looking,
        "here": "annotate:dashboard",
        "week": week,
        "counted_at": rolled_up_at(looking.wanting.campaigns),
        **_pace(looking, week, now),
        "headlines": [
            _headline(each, reports, looking.wanting) for each in looking.wanting.campaigns
        ],
        "findings": found_in(reports, looking),
        "paused": paused_in(looking.wanting.campaigns),
        "people": tables[0].addressed(request),
        "queue": tables[1].addressed(request),
        "workers": [
            WorkerSign(worker, is_alive=now - worker.seen_at < SILENCE)
            for worker in WorkerHeartbeat.objects.order_by("name")
        ],
        "lengths": queue_lengths(),
        "panels": [
            address for name in settings.DASHBOARD_PANELS for address in address_if_there(name)
        ],
    }
    return render(request, "annotate/dashboard.html", context)


def found_in(reports: dict[int, QualityReport], looking: Looking) -> list[Told]:
    """Findings are of a campaign as a whole, however the page is narrowed."""
    shown = [reports[each.pk] for each in looking.wanting.campaigns if each.pk in reports]
    return told_of(shown, looking)


def _pace(looking: Looking, week: date, now: datetime) -> dict[str, object]:
    """The goals, with a forecast where they are of this week and of everything."""
    is_now = week == week_start()
    elapsed = share_of_week(now) if is_now else 1.0
    if looking.wanting.cell or not is_now:
        counts: WeekCounts | WorkCounts = counts_of(looking.wanting, week)
        targets = {} if looking.wanting.cell else settings.WEEKLY_TARGETS
        return {
            "counts": counts,
            "goals": goals(counts, elapsed=elapsed, targets=targets, looking=looking),
            "days": [],
            "is_now": is_now,
        }
    campaigns = Campaign.objects.filter(pk__in=[each.pk for each in looking.wanting.campaigns])
    days = daily_counts(campaigns)
    counts = week_counts(campaigns)
    found = goals(
        counts, elapsed=elapsed, targets=settings.WEEKLY_TARGETS, looking=looking, days=days
    )
    return {"counts": counts, "goals": found, "days": days, "is_now": True}


def share_of_week(now: datetime) -> float:
    """How much of the week since Monday 00:00 UTC is gone, in 0 … 1."""
    monday = week_start(now.astimezone(UTC).date())
    return (now - beginning_of(monday)) / WEEK


def goals(
    counts: WeekCounts | WorkCounts,
    *,
    elapsed: float,
    targets: dict[str, int],
    looking: Looking,
    days: Sequence[DayCounts] = (),
) -> list[Goal]:
    """``days`` are those before today and today, from which a forecast is made."""
    before, left = days[:-1], 7 * (1 - elapsed)
    named = {
        "demonstrations": (_("Demonstrations"), counts.demonstrations),
        "comparisons": (_("Comparisons"), counts.comparisons),
        "prompts": (_("Prompts"), counts.prompts),
    }
    shows = {"demonstrations": "demonstrations", "prompts": "prompts", "comparisons": "rankings"}
    return [
        Goal(
            label,
            value,
            targets.get(name, 0),
            elapsed,
            _ends(name, value, before, left),
            looking.explore(
                show=shows[name], week=f"{looking.wanting.week or week_start():%G-W%V}"
            ),
        )
        for name, (label, value) in named.items()
    ]


def _ends(name: str, so_far: int, days: Sequence[DayCounts], left: float) -> Forecast | None:
    """From the first day on which anything was done: a campaign that began on Tuesday has no idle
    fortnight behind it."""
    if name == "prompts":  # they come in batches
        return None
    daily = [float(getattr(day, name)) for day in days]
    while daily and not daily[0]:
        daily.pop(0)
    return forecast(so_far, np.array(daily), left) if daily else None


def _headline(campaign: Campaign, reports: dict[int, QualityReport], wanting: Wanting) -> Headline:
    report = reports.get(campaign.pk)
    if report is None:
        return Headline(campaign, None, None, None, [])
    return Headline(
        campaign,
        report,
        slice_of(report, wanting, "agreement"),
        slice_of(report, wanting, "alpha"),
        trend_of(report, wanting, "agreement"),
    )


def people_table(looking: Looking, people: Sequence[PersonCounts]) -> Table:
    """Whoever did a third of everything is marked: one person's taste is not everybody's."""
    columns = (
        Column(_("Person")),
        Column(_("Handed in"), is_number=True),
        Column(_("Comparisons"), is_number=True),
        Column(_("Of all"), is_number=True),
    )
    crowd = len(people) > 3
    rows = [
        (
            Cell(each.person.display_name, looking.explore(rater=each.person.username)),
            Cell(each.judgements),
            Cell(each.comparisons),
            Cell(each.share, is_share=True, badge="wait" if crowd and each.share > 1 / 3 else ""),
        )
        for each in people
    ]
    empty = _("Nobody has handed anything in this week.")
    return Table("people", _("Who did what"), columns, rows, empty=empty)


def queue_table(looking: Looking, cells: Sequence[QueueCell], now: datetime) -> Table:
    columns = (
        Column(_("Work")),
        Column(_("Skill")),
        Column(_("Language")),
        Column(_("Items"), is_number=True),
        Column(_("Turns"), is_number=True),
        Column(_("Over a day"), is_number=True),
        Column(_("Over a week"), is_number=True),
        Column(_("Oldest"), is_number=True),
    )
    rows = [
        (
            Cell(str(Kind(each.kind).label)),
            Cell(
                each.skill or _("any"),
                looking.explore(show="prompts", skill=each.skill, language=each.language),
            ),
            Cell(each.language),
            Cell(each.tasks),
            Cell(each.turns),
            Cell(each.over_a_day),
            Cell(each.over_a_week, badge="wait" if each.over_a_week else ""),
            Cell(_("%(days)d d") % {"days": (now - each.oldest_at) // DAY}),
        )
        for each in cells
    ]
    return Table("queue", _("What waits"), columns, rows, empty=_("Nothing waits."))
