"""One page for leads: are we on target, is the data good, who needs help, is everything alive?

Everything is read from tallies, roll-ups and the newest report, so that a million rankings cost
what a thousand do. Each number leads to the page or to the rows behind it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.enums import Counting
from annotate.models import Campaign, QualityReport
from annotate.selectors.agreement import change_said
from annotate.selectors.finding import Told, told_of
from annotate.selectors.goal import Goal, goals_of, share_of_week
from annotate.selectors.pause import paused_in
from annotate.selectors.quality import (
    Wanting,
    WorkCounts,
    counts_of,
    newest_reports,
    people_in,
    queue_of,
    rolled_up_at,
)
from annotate.selectors.quality_slices import change_of, slice_of, trend_of
from annotate.selectors.quota import paces_of, parts_with_targets
from annotate.selectors.sorts import IDEALS_TOO, ONCE
from annotate.selectors.tally import (
    DayCounts,
    WeekCounts,
    daily_counts,
    week_counts,
    week_start,
)
from annotate.templatetags.laurel import address_if_there
from annotate.views.leads import leads_only
from annotate.views.looking import Looking, looking_at
from annotate.views.overview_files import Beside, Headline, WorkerSign, overview_files
from annotate.views.overview_people import people_drawn, people_table
from annotate.views.overview_queue import queue_drawn, queue_table
from annotate.views.tables import file_asked_for
from annotate.views.team.tables import paces_table
from commons.models import WorkerHeartbeat
from commons.runs import SILENCE, queue_lengths
from commons.views.requests import AuthedRequest


@leads_only
@require_safe
def dashboard(request: AuthedRequest) -> HttpResponse:
    looking, now = looking_at(request), timezone.now()
    week = looking.wanting.week or week_start()
    reports = newest_reports(looking.wanting.campaigns)
    counted_at = rolled_up_at(looking.wanting.campaigns)
    people, is_file = people_in(looking.wanting, week), request.GET.get("csv") == "people"
    queue = queue_of(looking.wanting)
    tables = [
        people_table(looking, people, is_file=is_file),
        queue_table(looking, queue, now, is_counted=counted_at is not None),
    ]
    is_whole = not looking.wanting.cell and week == week_start()
    teams = paces_of(parts_with_targets(looking.wanting.campaigns)) if is_whole else []
    tables.append(paces_table(teams))
    pace = _pace(looking, week, now)
    headlines = [_headline(each, reports, looking.wanting) for each in looking.wanting.campaigns]
    workers = [
        WorkerSign(worker, is_alive=now - worker.seen_at < SILENCE)
        for worker in WorkerHeartbeat.objects.order_by("name")
    ]
    lengths = queue_lengths()
    beside = beside_the(pace["counts"], looking)
    files = overview_files(pace["goals"], beside, headlines, pace["days"], workers, lengths)
    if file := file_asked_for(request, [*tables, *files], looking.wanting.campaigns):
        return file
    context = {
        "looking": looking,
        "here": "annotate:dashboard",
        "week": week,
        "counted_at": counted_at,
        **pace,
        "beside": beside,
        "headlines": headlines,
        "findings": found_in(reports, looking),
        "paused": paused_in(looking.wanting.campaigns),
        "people": tables[0].addressed(request),
        "people_drawn": people_drawn(looking, people),
        "queue": tables[1].addressed(request),
        "queue_drawn": queue_drawn(looking, queue, now),
        "teams": tables[2].addressed(request) if teams else None,
        "workers": workers,
        "lengths": lengths,
        "files": [each.addressed(request) for each in files if each.rows],
        "panels": [
            address for name in settings.DASHBOARD_PANELS for address in address_if_there(name)
        ],
    }
    return render(request, "annotate/dashboard.html", context)


def found_in(reports: dict[int, QualityReport], looking: Looking) -> list[Told]:
    """Findings are of a campaign as a whole, however the page is narrowed."""
    shown = [reports[each.pk] for each in looking.wanting.campaigns if each.pk in reports]
    return told_of(shown)


def beside_the(counts: WeekCounts | WorkCounts, looking: Looking) -> list[Beside]:
    week = looking.shown_week

    def rows(sort: str, show: str = "rankings") -> str:
        return looking.explore(show=show, sort=sort, week=week)

    found = [
        Beside(_("Rankings"), counts.rankings, rows(Counting.COUNTED)),
        Beside(_("Ties"), counts.ties, rows(Counting.TIED)),
        Beside(_("Surplus"), counts.surplus, rows(Counting.SURPLUS, "judged")),
    ]
    if isinstance(counts, WeekCounts):
        skips = looking.explore(show="skips", week=week)
        found.append(Beside(_("Skips"), counts.skips, skips))
        found.append(Beside(_("Imported rankings"), counts.imported, rows(Counting.IMPORTED)))
    return found


def _pace(looking: Looking, week: date, now: datetime) -> dict[str, Any]:
    """The goals, with a forecast where they are of this week and of everything."""
    is_now = week == week_start()
    elapsed = share_of_week(now) if is_now else 1.0
    if looking.wanting.cell or not is_now:
        counts: WeekCounts | WorkCounts = counts_of(looking.wanting, week)
        return {
            "counts": counts,
            "goals": goals(counts, elapsed=elapsed, looking=looking),
            "days": [],
            "is_now": is_now,
        }
    campaigns = Campaign.objects.filter(pk__in=[each.pk for each in looking.wanting.campaigns])
    days = daily_counts(campaigns)
    counts = week_counts(campaigns)
    found = goals(counts, elapsed=elapsed, looking=looking, days=days)
    return {"counts": counts, "goals": found, "days": days, "is_now": True}


def _targets(looking: Looking) -> dict[str, int]:
    """They are of everything together: a campaign among several, or a part, has none of its own."""
    is_all = len(looking.wanting.campaigns) == len(looking.led) and not looking.wanting.cell
    return settings.WEEKLY_TARGETS if is_all else {}


def goals(
    counts: WeekCounts | WorkCounts,
    *,
    elapsed: float,
    looking: Looking,
    days: Sequence[DayCounts] = (),
) -> list[Goal]:
    """Each with the rows behind it. Where the count is exact, a prompt of two campaigns is counted
    once, and ideal answers are; in a sum of roll-ups it is in each of them, and those are not. So
    it is listed."""
    is_exact = isinstance(counts, WeekCounts)
    once = {"sort": ONCE} if looking.is_several and is_exact else {}
    written = IDEALS_TOO if is_exact else Counting.COUNTED
    shows: dict[str, dict[str, str]] = {
        "demonstrations": {"show": "demonstrations", "sort": written},
        "comparisons": {"show": "rankings", "sort": Counting.COUNTED},
        "prompts": {"show": "prompts", **once},
    }
    found = goals_of(counts, elapsed=elapsed, targets=_targets(looking), days=days)
    return [
        replace(each, link=looking.explore(**shows[each.name], week=looking.shown_week))
        for each in found
    ]


def _headline(campaign: Campaign, reports: dict[int, QualityReport], wanting: Wanting) -> Headline:
    report = reports.get(campaign.pk)
    if report is None:
        return Headline(campaign, None, None, None, [])
    change = change_of(report, wanting)
    return Headline(
        campaign,
        report,
        slice_of(report, wanting, "agreement"),
        slice_of(report, wanting, "alpha"),
        trend_of(report, wanting, "agreement"),
        change_said(change) if change else "",
    )
