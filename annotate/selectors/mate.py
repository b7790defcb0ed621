"""The people of a team in numbers, as its leads see them: how much, how long, how well.

Each number is of one campaign, for leads of a campaign see no other's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from annotate.enums import Kind, Origin
from annotate.models import Campaign, Demonstration, Membership, Ranking, Rater
from annotate.selectors.cap import IS_TEST
from annotate.selectors.gold import PersonCount, person_counts, rules_of
from annotate.selectors.measured import Done, done_by_now
from annotate.selectors.quality import newest_reports
from annotate.selectors.submission import IS_IDEAL, Judgement
from annotate.selectors.tally import beginning_of, week_start
from commons.models import User

DAYS = 14  # of which a person's page tells
LATELY = 20  # judgements that may be read


@dataclass(frozen=True)
class Mate:
    """One person in one campaign. ``tenths`` of a second at work, this week.

    ``agrees`` is what leads of the campaign see of them. ``checks`` is older than that and changes
    in steps (``_checked``). None where nothing can be said yet.
    """

    membership: Membership
    this_week: int
    tenths: int
    in_all: int
    last_at: datetime | None
    checks: PersonCount | None
    agrees: Mapping[str, Any] | None


def mates_in_numbers(memberships: Iterable[Membership]) -> list[Mate]:
    """In the order in which they come; a few statements for each campaign, however many people."""
    given = list(memberships)
    found: dict[int, Mate] = {}
    in_order = sorted(given, key=lambda each: each.campaign_id)
    for _pk, mine in groupby(in_order, key=lambda each: each.campaign_id):
        theirs = list(mine)
        found |= _of_campaign(theirs[0].campaign, theirs)
    return [found[each.pk] for each in given]


def _of_campaign(campaign: Campaign, mates: Sequence[Membership]) -> dict[int, Mate]:
    people = [each.person_id for each in mates]
    done, monday = done_of(campaign, people), week_start()
    week, whole = _by_person(each for each in done if each.day >= monday), _by_person(done)
    last = _last_handed_in(campaign, people)
    checks = _checked(campaign, alone=mates[0].person if len(mates) == 1 else None)
    agrees = _agreements(campaign, people)
    return {
        each.pk: Mate(
            membership=each,
            this_week=week[each.person_id][0],
            tenths=week[each.person_id][1],
            in_all=whole[each.person_id][0],
            last_at=last.get(each.person_id),
            checks=checks.get(each.person_id),
            agrees=agrees.get(each.person_id),
        )
        for each in mates
    }


def _checked(campaign: Campaign, alone: User | None) -> dict[int, PersonCount]:
    """How silent checks went on days that are over, and nothing before a person's first look.

    Whoever saw this figure move behind an item, or behind a change of one, would know that the item
    was a check. It moves once for as many checks as the campaign concludes from, and never while
    the day on which they were done goes on, or they may be changed.
    """
    least = rules_of(campaign).least_items
    ranked = campaign.works.filter(kind=Kind.RANK).values_list("edit_minutes", flat=True).first()
    over = beginning_of((timezone.now() - timedelta(minutes=ranked or 0)).date())
    counts = person_counts([campaign], until=over, least=least, person=alone)
    return {each.person: each for each in counts if each.looks}


def done_of(campaign: Campaign, people: Sequence[int], since: date | None = None) -> list[Done]:
    """However much they did: of days that are over, as it was counted behind the work."""
    mine = Membership.objects.filter(campaign=campaign, person__in=people)
    return done_by_now(campaign, since=since, people=mine.values("person"))


def _by_person(done: Iterable[Done]) -> defaultdict[int, tuple[int, int]]:
    sums: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for each in done:
        items, tenths = sums[each.person]
        sums[each.person] = (items + each.items, tenths + each.tenths)
    return sums


def _last_handed_in(campaign: Campaign, people: Sequence[int]) -> dict[int, datetime]:
    """Of each their newest row alone is read."""
    found: dict[int, datetime] = {}
    raters = Rater.objects.filter(user__in=people)
    for kept in (Ranking, Demonstration):
        rows = kept._default_manager.filter(
            campaign=campaign, rater=OuterRef("pk"), origin=Origin.WORK, current=True
        ).exclude(IS_TEST)
        rows = rows.exclude(IS_IDEAL) if kept is Demonstration else rows
        newest = Subquery(rows.order_by("-created_at").values("created_at")[:1])
        for person, at in raters.annotate(at=newest).values_list("user", "at"):
            if at is not None:
                found[person] = max(at, found.get(person, at))
    return found


def _agreements(campaign: Campaign, people: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """How far each agrees with others, of the newest report."""
    report = newest_reports([campaign]).get(campaign.pk)
    if report is None:
        return {}
    rows = report.raters.filter(rater__user__in=people).select_related("rater")
    found = {each.rater.user_id: each.figures.get("agreement") for each in rows}
    return {person: figure for person, figure in found.items() if person and figure}


@dataclass(frozen=True)
class Day:
    """What somebody did on a day (UTC) in one campaign."""

    campaign: Campaign
    day: date
    items: int
    tenths: int


def days_of_mate(mates: Iterable[Membership]) -> list[Day]:
    """Of one person, wherever they work for the team; the latest first, days without work left
    out."""
    since = timezone.now().date() - timedelta(days=DAYS - 1)
    days = [
        Day(each.campaign, done.day, done.items, done.tenths)
        for each in mates
        for done in done_of(each.campaign, [each.person_id], since)
    ]
    return sorted(days, key=lambda each: (each.day, each.campaign.name), reverse=True)


def judged_lately(mates: Iterable[Membership]) -> list[Judgement]:
    """What they handed in last in these campaigns. Nothing tells what of it was a check."""
    here = Q(pk__in=[])
    for each in mates:
        here |= Q(campaign=each.campaign_id, rater__user=each.person_id)
    found: list[Judgement] = []
    for kept in (Ranking, Demonstration):
        rows = kept._default_manager.filter(here, origin=Origin.WORK, current=True)
        rows = rows.exclude(IS_TEST)
        rows = rows.exclude(IS_IDEAL) if kept is Demonstration else rows
        found += rows.select_related("prompt", "campaign").order_by("-created_at")[:LATELY]
    return sorted(found, key=lambda each: each.created_at, reverse=True)[:LATELY]
