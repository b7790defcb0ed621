"""One page for leads: are we on target this week, who did what, and is everything alive?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.tally import (
    WeekCounts,
    beginning_of,
    daily_counts,
    week_counts,
    week_start,
    work_by_person,
)
from annotate.templatetags.laurel import address_if_there
from annotate.views.leads import leads_only
from commons.models import WorkerHeartbeat
from commons.runs import SILENCE
from commons.views.requests import AuthedRequest

WEEK = timedelta(days=7)
PEOPLE = 20


@dataclass(frozen=True)
class Goal:
    """A number of this week against its target; ``elapsed`` is the share of the week gone."""

    label: str
    value: int
    target: int
    elapsed: float

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


@leads_only
@require_safe
def dashboard(request: AuthedRequest) -> HttpResponse:
    led, now = campaigns_led_by(request.user), timezone.now()
    counts = week_counts(led)
    context = {
        "goals": goals(counts, elapsed=share_of_week(now)),
        "counts": counts,
        "week": week_start(),
        "days": daily_counts(led),
        "people": work_by_person(led)[:PEOPLE],
        "workers": [
            WorkerSign(worker, is_alive=now - worker.seen_at < SILENCE)
            for worker in WorkerHeartbeat.objects.order_by("name")
        ],
        "panels": [
            address for name in settings.DASHBOARD_PANELS for address in address_if_there(name)
        ],
    }
    return render(request, "annotate/dashboard.html", context)


def share_of_week(now: datetime) -> float:
    """How much of the week since Monday 00:00 UTC is gone, in 0 … 1."""
    monday = week_start(now.astimezone(UTC).date())
    return (now - beginning_of(monday)) / WEEK


def goals(counts: WeekCounts, *, elapsed: float) -> list[Goal]:
    targets = settings.WEEKLY_TARGETS
    return [
        Goal(_("Demonstrations"), counts.demonstrations, targets["demonstrations"], elapsed),
        Goal(_("Comparisons"), counts.comparisons, targets["comparisons"], elapsed),
        Goal(_("Prompts"), counts.prompts, targets["prompts"], elapsed),
    ]
