"""Why nothing waits for a person, and when something may: read only where that is so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from django.db.models import Exists, OuterRef

from annotate.enums import AssignmentState, CampaignState
from annotate.models import HAS_MET, Assignment, Batch, Campaign, Lane, Task
from annotate.selectors.lane import lanes_open_to, lanes_unagreed_by
from commons.models import User

LOOKED_AT = 6  # arrivals
RHYTHM = 3  # gaps between arrivals, below which nothing is said of how often they come
DAY = timedelta(days=1)


class Why(StrEnum):
    NO_CAMPAIGN = "no-campaign"
    NOT_RUNNING = "not-running"  # all that the person belongs to
    NO_FIELD = "no-field"  # what runs asks for skills or languages that the person does not hold
    NOT_AGREED = "not-agreed"  # what waits may harm, and the person has not agreed to read it
    OTHERS = "others"  # what is left is in other people's hands
    DONE = "done"


@dataclass(frozen=True)
class Idle:
    """Why, where it is that, and what is known of arrivals: nothing is foretold."""

    why: Why
    campaigns: Sequence[Campaign] = ()  # those that do not run
    last_arrival: datetime | None = None
    every_days: int | None = None  # how far apart the last arrivals came, the median


def idle_of(user: User) -> Idle:
    """A person of whom nothing is held back by an unread guideline."""
    mine = Campaign.objects.filter(memberships__person=user, memberships__active=True)
    campaigns = list(mine.order_by("name"))
    if not campaigns:
        return Idle(Why.NO_CAMPAIGN)
    running = [each for each in campaigns if each.state == CampaignState.RUNNING]
    if not running:
        return Idle(Why.NOT_RUNNING, campaigns)
    last, every = _arrivals(running)
    return Idle(_why(user, running), last_arrival=last, every_days=every)


def _why(user: User, running: Sequence[Campaign]) -> Why:
    waiting = Task.objects.filter(lane=OuterRef("pk"), free__gt=0, held="")
    if lanes_unagreed_by(user).filter(Exists(waiting)).exists():
        return Why.NOT_AGREED
    lanes = lanes_open_to(user)
    if not lanes.exists() and Lane.objects.filter(campaign__in=running).exists():
        return Why.NO_FIELD
    met = Assignment.objects.filter(HAS_MET, person=user, task=OuterRef("task"))
    elsewhere = Assignment.objects.filter(
        ~Exists(met), state=AssignmentState.OPEN, task__lane__in=lanes, task__held=""
    )
    return Why.OTHERS if elsewhere.exists() else Why.DONE


def _arrivals(running: Sequence[Campaign]) -> tuple[datetime | None, int | None]:
    found = Batch.objects.filter(campaign__in=running, withdrawn_at__isnull=True)
    times = list(found.order_by("-created_at").values_list("created_at", flat=True)[:LOOKED_AT])
    gaps = [(later - sooner) / DAY for later, sooner in pairwise(times)]
    every = round(median(gaps)) if len(gaps) >= RHYTHM else None
    return (times[0] if times else None), every or None
