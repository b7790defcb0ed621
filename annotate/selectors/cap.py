"""Who has come to a limit, and how a campaign's work lies in few hands or many.

What is in somebody's hands counts with what they handed in: two tabs get no more than one.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from annotate.enums import AssignmentState, ConversationState, CountsAs, LanePurpose, Origin
from annotate.models import (
    Assignment,
    Campaign,
    CapRules,
    ConversationTurn,
    Demonstration,
    Membership,
    Ranking,
    Tally,
)
from annotate.selectors.standing import STANDS
from annotate.selectors.submission import IS_IDEAL
from annotate.selectors.tally import beginning_of
from commons.models import User

UNHINDERED = 20  # items of a person before their share of the whole says anything
FEW = 5  # people whose share of a campaign is said
SLACK = timedelta(minutes=1)  # between a judgement and the end of its turn
COUNTED = (CountsAs.WORK, CountsAs.HELD_OUT, CountsAs.SURPLUS)
People = Collection[int] | QuerySet[Any, Any]  # primary keys of accounts
KEPT: tuple[type[Ranking] | type[Demonstration], ...] = (Ranking, Demonstration)
IS_TEST = Q(assignment__task__lane__purpose=LanePurpose.TEST)


@dataclass(frozen=True)
class Limit:
    """What holds a person back in a campaign: a day's items (``until`` it begins anew), a share of
    the whole, or what their ``team`` is asked for, in a week (``until`` that begins anew) or in
    all."""

    campaign: Campaign
    per_day: int | None = None
    percent: int | None = None
    until: datetime | None = None
    team: str = ""
    per_week: int | None = None
    in_all: int | None = None


@dataclass(frozen=True)
class Hands:
    """What one person did, for a lead."""

    membership: Membership
    today: int
    items: int
    share: float
    is_at_limit: bool


def rules_of(campaign: Campaign) -> CapRules | None:
    return CapRules.objects.filter(campaign=campaign).first()


def tomorrow() -> datetime:
    """When a day's limit begins anew."""
    return beginning_of(timezone.now().date() + timedelta(days=1))


def limits_reached(user: User, campaigns: Collection[int] | None = None) -> dict[int, Limit]:
    """The campaigns, by primary key, that have nothing more for a person now, and why.

    Of these campaigns, else of all in which they are members.
    """
    mine = CapRules.objects.filter(
        campaign__memberships__person=user, campaign__memberships__active=True
    )
    if campaigns is not None:
        mine = mine.filter(campaign__in=campaigns)
    found = (_limit_in(rules, user) for rules in mine.select_related("campaign"))
    return {limit.campaign.pk: limit for limit in found if limit}


def _limit_in(rules: CapRules, user: User) -> Limit | None:
    """What is held comes first: what is handed in meanwhile counts twice, and never not at all."""
    campaign, mine, whole = rules.campaign, 0, 0
    held = in_hand(user, campaign)
    if rules.percent is not None:
        mine, whole = done_of_all(user, campaign), done_by_all(campaign)
    today = done_today(user, campaign) if rules.per_day is not None else 0
    return _limit_of(rules, held=held, today=today, mine=mine, whole=whole)


def _limit_of(rules: CapRules, *, held: int, today: int, mine: int, whole: int) -> Limit | None:
    if rules.per_day is not None and today + held >= rules.per_day:
        return Limit(rules.campaign, per_day=rules.per_day, until=tomorrow())
    if rules.percent is not None and is_too_much(mine + held, whole + held, rules.percent):
        return Limit(rules.campaign, percent=rules.percent)
    return None


def is_too_much(mine: int, whole: int, percent: int) -> bool:
    return mine >= UNHINDERED and 100 * mine >= percent * whole


def in_hand(user: User, campaign: Campaign) -> int:
    """Items on a person's screen or loaded ahead, and what they have said to the models and not
    judged yet."""
    return _held_by_person(campaign, [user.pk])[user.pk]


TAKEN = (AssignmentState.OPEN, AssignmentState.SUBMITTED, AssignmentState.SKIPPED)


def turns_in_hand() -> QuerySet[Assignment]:
    """Of everybody everywhere. A test's are of no limit when they are handed in either."""
    turns = Assignment.objects.filter(state=AssignmentState.OPEN)
    return turns.exclude(task__lane__purpose=LanePurpose.TEST)


def said_and_not_judged() -> QuerySet[ConversationTurn]:
    """The same of what was said to the models, and is on no screen."""
    taken = Assignment.objects.filter(
        task=OuterRef("task"), person=OuterRef("conversation__person"), state__in=TAKEN
    )
    return ConversationTurn.objects.filter(
        ~Exists(taken), conversation__state=ConversationState.OPEN
    )


def _held_by_person(campaign: Campaign, people: People | None = None) -> Counter[int]:
    turns = turns_in_hand().filter(task__campaign=campaign)
    said = said_and_not_judged().filter(conversation__campaign=campaign)
    if people is not None:
        turns, said = turns.filter(person__in=people), said.filter(conversation__person__in=people)
    found = _counted(turns.values_list("person"))
    found.update(_counted(said.values_list("conversation__person")))
    return found


def _counted(rows: QuerySet[Any, tuple[int]]) -> Counter[int]:
    return Counter(dict(rows.order_by().annotate(n=Count("pk"))))


def done_today(user: User, campaign: Campaign) -> int:
    """Handed in today (UTC), once however often it was changed; silent checks and training too."""
    return _today_by_person(campaign, user)[user.pk]


def _today_by_person(campaign: Campaign, user: User | None = None) -> Counter[int]:
    since = beginning_of(timezone.now().date())
    found: Counter[int] = Counter()
    whose = Q(rater__user=user) if user else Q(rater__user__isnull=False)
    for model in KEPT:
        rows = model._default_manager.filter(
            whose,
            campaign=campaign,
            origin=Origin.WORK,
            current=True,
            created_at__gte=since - SLACK,
            assignment__closed_at__gte=since,
        ).exclude(IS_TEST | _ideal_of(model))
        found.update(_counted(rows.values_list("rater__user")))
    return found


def _ideal_of(model: type[Ranking] | type[Demonstration]) -> Q:
    return Q(IS_IDEAL) if model is Demonstration else Q(pk__in=[])


def done_of_all(user: User, campaign: Campaign) -> int:
    return _done_by_person(campaign, user)[user.pk]


def _done_by_person(campaign: Campaign, user: User | None = None) -> Counter[int]:
    """What stands of people's work in a campaign."""
    found: Counter[int] = Counter()
    whose = Q(rater__user=user) if user else Q(rater__user__isnull=False)
    for model in KEPT:
        rows = model._default_manager.filter(
            STANDS,
            whose,
            campaign=campaign,
            origin=Origin.WORK,
            current=True,
            counts_as__in=COUNTED,
        ).exclude(_ideal_of(model))
        found.update(_counted(rows.values_list("rater__user")))
    return found


def done_by_all(campaign: Campaign) -> int:
    """The same of everybody, from the tallies: exact, and read at once."""
    whole = Tally.objects.filter(campaign=campaign).aggregate(
        n=Sum(F("rankings") + F("demonstrations") + F("surplus"), default=0)
    )
    return int(whole["n"])


def hands_of(campaign: Campaign) -> list[Hands]:
    """Everybody who is or was in the team and has done something, who did most first."""
    done, today, held = (
        count(campaign) for count in (_done_by_person, _today_by_person, _held_by_person)
    )
    rules, whole = rules_of(campaign), done.total()
    team = campaign.memberships.filter(Q(person__in=done) | Q(active=True))
    found = []
    for each in team.select_related("person"):
        who = each.person_id
        limit = None
        if rules and each.active:
            limit = _limit_of(rules, held=held[who], today=today[who], mine=done[who], whole=whole)
        share = done[who] / whole if whole else 0.0
        found.append(Hands(each, today[who], done[who], share, limit is not None))
    return sorted(found, key=lambda each: (-each.items, each.membership.person.username))


def share_of_few(hands: Sequence[Hands]) -> float:
    """Of the whole, what the busiest five did."""
    return sum(each.share for each in hands[:FEW])
