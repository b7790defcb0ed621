"""How good a campaign's judgements are, fitted behind the work.

    roll_up -> is enough new? -> request_quality -> claim_quality -> fit_quality

A fit reads what it is about once, computes (``quality_fitting``), and writes everything in the
transaction that ends its run (``quality_keeping``): pages see the whole of one fit or the whole of
the one before. It is safe to fit twice, and a fit whose worker died is claimed anew.
"""

import hashlib
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from annotate.models import Campaign, QualityReport, RollupMark, WorkRollup
from annotate.selectors.rollup_rows import PROMPTS
from annotate.services.quality_fitting import fitted
from annotate.services.quality_keeping import keep_fit
from commons.models import RunState
from commons.runs import beat_run, claim_run, fail_run
from commons.sentences import said_by
from commons.sentences import sentence as _
from commons.stats.errors import StatisticsError

ENOUGH, MORE = 50, 0.05  # new judgements, and of those that were there, that are worth a new fit
NIGHT = timedelta(hours=24)  # after it whatever has changed is worth one
STAGE = timedelta(minutes=15)


def request_quality(*, campaign: Campaign) -> QualityReport:
    """Ask for a new fit; where one waits or runs already it is that one."""
    waiting = QualityReport.objects.filter(
        campaign=campaign, state__in=[RunState.REQUESTED, RunState.RUNNING]
    )
    try:
        with transaction.atomic():
            return waiting.first() or QualityReport.objects.create(campaign=campaign)
    except IntegrityError:  # somebody else has just asked
        return waiting.get()


def is_quality_due(campaign: Campaign) -> bool:
    """Whether so much was judged since the last fit that its figures may be other ones, or anything
    at all since yesterday. Of roll-ups: they come first."""
    judged, mark = judged_by_now(campaign)
    last = campaign.quality_reports.order_by("-pk").first()
    if last is None:
        return judged > 0
    if not last.is_over or (last.mark == mark and last.state == RunState.DONE):
        return False
    ended = last.finished_at or last.requested_at
    if timezone.now() - ended > NIGHT:
        return True
    return last.state == RunState.DONE and judged - last.judged >= max(ENOUGH, MORE * last.judged)


def judged_by_now(campaign: Campaign) -> tuple[int, str]:
    """How many judgements are rolled up, and a mark of which."""
    sums = WorkRollup.objects.filter(campaign=campaign).aggregate(
        work=Sum("judgements", default=0), late=Sum("surplus", default=0)
    )
    marks = RollupMark.objects.filter(campaign=campaign).exclude(of=PROMPTS)
    said = "\n".join(f"{of} {week} {mark}" for of, week, mark in sorted(_rows(marks)))
    return sums["work"] + sums["late"], hashlib.sha256(said.encode()).hexdigest()


def _rows(marks: Any) -> list[tuple[str, date, str]]:
    return list(marks.values_list("of", "week", "mark"))


def claim_quality(campaign: Campaign | None = None) -> QualityReport | None:
    """Take a fit that waits, or whose worker died."""
    reports = QualityReport.objects.select_related("campaign")
    return claim_run(reports if campaign is None else reports.filter(campaign=campaign))


def fit_quality(*, report: QualityReport) -> None:
    """Compute a claimed report, and let it be what pages show."""
    judged, mark = judged_by_now(report.campaign)
    try:
        found = fitted(report.campaign, goes_on=partial(_goes_on, report))
    except StatisticsError as undefined:
        fail_run(report, error=_("%(why)s It is tried again tomorrow.", why=said_by(undefined)))
        return
    if found is not None:
        keep_fit(report=report, found=found, judged=judged, mark=mark)


def _goes_on(report: QualityReport, says: str) -> bool:
    """Beat for the whole stage that comes: a fit of a million rankings computes for minutes in one
    piece. Nobody waits for it, so that a dead worker's is claimed that much later does no harm."""
    if not beat_run(report, says=says):
        return False
    held = QualityReport.objects.filter(pk=report.pk, state=RunState.RUNNING, token=report.token)
    return held.update(heartbeat_at=timezone.now() + STAGE) == 1
