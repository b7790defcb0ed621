"""Items that check people, what came of it, and which items could serve.

What a person agreed on is counted over silent checks alone: in training they learn, and in a test
they know. ``person_counts`` gives plain values for other stages.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Exists, F, FloatField, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from annotate.enums import CountsAs, Kind, LanePurpose, PauseCause, RaterKind
from annotate.models import Campaign, Gold, GoldResult, GoldRules, Pause, Ranking, Review, Task
from annotate.selectors.campaign import visible_campaign_filter
from annotate.selectors.standing import STANDS
from annotate.stats.disagreement import Order
from annotate.stats.gold import Standing, standing_of
from commons.models import User

COUNTED = (CountsAs.WORK, CountsAs.HELD_OUT)
LATELY = 2000  # finished items that are looked through for unanimous ones
SHARE = Cast("agreed", FloatField()) / F("compared")


@dataclass(frozen=True)
class PersonCount:
    """``agreed`` is the sum over ``seen`` items of the share of pairs ordered as they should be.

    ``agreement`` lies between ``low`` and ``high``; it is concluded from where ``looks`` is not 0.
    """

    person: int
    name: str
    seen: int
    agreed: float
    agreement: float
    low: float
    high: float
    looks: int


@dataclass(frozen=True)
class Suggestion:
    """A finished item on which everybody agreed, and how."""

    task: Task
    tiers: Sequence[Sequence[str]]
    votes: int


def rules_of(campaign: Campaign) -> GoldRules:
    """As they are kept, else as they are before anybody has set them."""
    return GoldRules.objects.filter(campaign=campaign).first() or GoldRules(campaign=campaign)


def golds_led_by(user: User) -> QuerySet[Gold]:
    mine = Gold.objects.filter(visible_campaign_filter(user))
    return mine.select_related("campaign", "task__prompt", "answer", "qualification")


def golds_of(campaign: Campaign) -> QuerySet[Gold]:
    """The newest first; each with ``seen``, how many have done it, and their mean ``agreement``."""
    share = Cast("results__agreed", FloatField()) / F("results__compared")
    return (
        Gold.objects.filter(campaign=campaign)
        .select_related("task__prompt", "qualification", "made_by")
        .annotate(seen=Count("results"), agreement=Avg(share))
        .order_by("-pk")
    )


def results_of(person: User, campaign: Campaign, *, since: datetime | None = None) -> list[float]:
    """Of each silent check that a person did in a campaign their share, in the order of doing."""
    found = GoldResult.objects.filter(
        person=person, gold__campaign=campaign, gold__purpose=LanePurpose.GOLD
    )
    if since is not None:
        found = found.filter(at__gt=since)
    return list(found.order_by("at", "pk").values_list(SHARE, flat=True))


def counted_since(person: User, campaign: Campaign) -> datetime | None:
    """From when on a person's checks count: what a lead has lifted a pause over is behind them.

    What leads of their team have paused is about no checks: whoever could pause and lift would let
    nobody of theirs come to a second look.
    """
    lifted = Pause.objects.filter(
        membership__person=person, membership__campaign=campaign, decision="lifted"
    ).exclude(cause=PauseCause.TEAM)
    last: datetime | None = lifted.aggregate(last=Max("decided_at"))["last"]
    return last


def standing_with(person: User, campaign: Campaign) -> Standing | None:
    """How far a person agrees with the right orders, by the campaign's rules."""
    rules = rules_of(campaign)
    since = counted_since(person, campaign)
    shares = results_of(person, campaign, since=since)
    return standing_of(shares, below=rules.pause_below, least=rules.least_items)


def person_counts(
    campaigns: Iterable[Campaign],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    least: int = 20,
    person: User | None = None,
) -> list[PersonCount]:
    """Everybody, or one person, who did a silent check of these campaigns; the most checked
    first. ``until``: only what was done before."""
    found = GoldResult.objects.filter(
        gold__campaign__in=list(campaigns), gold__purpose=LanePurpose.GOLD
    )
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    if person is not None:
        found = found.filter(person=person)
    shares: dict[int, list[float]] = defaultdict(list)
    for whose, share in found.order_by("at", "pk").values_list("person", SHARE):
        shares[whose].append(share)
    names = {each.pk: each.display_name for each in User.objects.filter(pk__in=shares)}
    counts = [_count(whose, names[whose], each, least) for whose, each in shares.items()]
    return sorted(counts, key=lambda each: (-each.seen, each.name))


def _count(person: int, name: str, shares: list[float], least: int) -> PersonCount:
    standing = standing_of(shares, below=None, least=least)
    assert standing is not None  # there is a share
    return PersonCount(
        person=person,
        name=name,
        seen=len(shares),
        agreed=sum(shares),
        agreement=standing.agreement,
        low=standing.low,
        high=standing.high,
        looks=standing.looks,
    )


def unanimous(campaign: Campaign, *, votes: int = 3, at_most: int = 50) -> list[Suggestion]:
    """The newest finished items of which ``votes`` people or more gave one and the same order.

    The last ``LATELY`` items are looked through. What serves already, what is held and what a
    reviewer was asked about is left out.
    """
    asked = Review.objects.filter(Q(disagrees=True) | Q(state="decided"), task=OuterRef("pk"))
    gold = Gold.objects.filter(task__prompt=OuterRef("prompt"), campaign=OuterRef("campaign"))
    tasks = list(
        Task.objects.filter(
            ~Exists(gold),
            ~Exists(asked),
            campaign=campaign,
            kind=Kind.RANK,
            round__gt=0,
            wanted__gte=votes,
            free=0,
            held="",
            lane__reserved_for__isnull=True,
        )
        .select_related("prompt")
        .order_by("-pk")[:LATELY]
    )
    orders = _orders_of(tasks)
    found = [
        Suggestion(task, orders[task.pk][0], len(orders[task.pk]))
        for task in tasks
        if len(orders[task.pk]) >= votes and _are_alike(orders[task.pk])
    ]
    return found[:at_most]


def _orders_of(tasks: Sequence[Task]) -> dict[int, list[Order]]:
    """What people say of these items; a machine's order says nothing here."""
    found: dict[int, list[Order]] = defaultdict(list)
    standing = Ranking.objects.filter(
        STANDS,
        assignment__task__in=[task.pk for task in tasks],
        current=True,
        counts_as__in=COUNTED,
        rater__kind=RaterKind.PERSON,
    )
    for task, tiers in standing.order_by("pk").values_list("assignment__task", "tiers"):
        found[task].append(tiers)
    return found


def _are_alike(orders: Sequence[Order]) -> bool:
    first, *others = [[frozenset(tier) for tier in order] for order in orders]
    placed = sum(len(tier) for tier in first)
    return placed > 1 and len(first) > 1 and all(each == first for each in others)


def told_result(user: User, assignment: int) -> GoldResult | None:
    """What came of a person's own item of training; nothing of what checks them in silence."""
    found = GoldResult.objects.filter(
        person=user, assignment=assignment, gold__purpose=LanePurpose.PRACTICE
    )
    return found.select_related("gold__answer", "gold__campaign").first()
