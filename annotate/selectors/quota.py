"""What a team has done of what it is asked for in a campaign, exact at any moment.

Counted is what is paid: every item that its people handed in, late ones, silent checks and training
among them, once however often it was changed. What is in their hands counts beside it where work is
given out, so that two who ask at once get no more than one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, Value, When
from django.utils import timezone

from annotate.enums import Origin
from annotate.models import Campaign, Demonstration, TeamPart
from annotate.selectors.cap import IS_TEST, KEPT, Limit, said_and_not_judged, turns_in_hand
from annotate.selectors.carrying import arrivals_of
from annotate.selectors.submission import IS_IDEAL
from annotate.selectors.tally import beginning_of, week_start
from commons.models import User

WEEK = timedelta(days=7)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pace:
    """How far a team is. ``elapsed`` is the share of the week that is gone."""

    part: TeamPart
    this_week: int
    in_all: int
    in_hand: int
    elapsed: float

    @property
    def expected(self) -> int | None:
        """What an even week would have brought by now; None where no number is asked for."""
        return None if self.part.per_week is None else round(self.part.per_week * self.elapsed)

    @property
    def is_on_pace(self) -> bool:
        return self.expected is None or self.this_week >= self.expected

    @property
    def is_reached(self) -> bool:
        """One of the numbers is, be it that it stops anybody or not."""
        most = (self.part.per_week, self.this_week), (self.part.in_all, self.in_all)
        return any(number is not None and done >= number for number, done in most)


def next_week() -> datetime:
    """When a week's number begins anew."""
    return beginning_of(week_start() + WEEK)


def handed_in(part: TeamPart, since: datetime | None, until: datetime | None = None) -> int:
    """Items of a team between two moments, none of tests."""
    begins = _Since(week=since or LONG_AGO, whole=since or LONG_AGO)
    return _came([part], {part.pk: begins}, until=until)[part.pk].whole


class _Since(NamedTuple):
    """From when on items are counted, of this week and of all."""

    week: datetime
    whole: datetime


class _Items(NamedTuple):
    week: int
    whole: int


def _begun(part: TeamPart) -> tuple[_Items, _Since]:
    """What its row has, and from when on the rest is counted."""
    monday = week_start()
    whole = _Items(0, part.counted_in_all if part.counted_to else 0)
    if part.counted_to is None or part.counted_week != monday:
        return whole, _Since(beginning_of(monday), part.counted_to or LONG_AGO)
    return whole._replace(week=part.counted_of_week), _Since(part.counted_to, part.counted_to)


def _came(
    parts: Sequence[TeamPart], since: Mapping[int, _Since], until: datetime | None = None
) -> dict[int, _Items]:
    """By primary key of a part, in five statements. What was done before the campaign came from
    another installation is owed there, and counted there."""
    arrivals = arrivals_of({each.campaign for each in parts})
    begins = {
        each.pk: _Since(*(max(at, arrivals.get(each.campaign_id, at)) for at in since[each.pk]))
        for each in parts
    }
    found = {each.pk: _Items(0, 0) for each in parts}
    for kept in KEPT:
        for current in (True, False):  # two indexes
            for part, week, whole in _counted(kept, begins, Q(current=current), until):
                found[part] = _Items(found[part].week + week, found[part].whole + whole)
    return found


def _counted(
    kept: Any, begins: Mapping[int, _Since], wanted: Q, until: datetime | None
) -> QuerySet[Any, tuple[int, int, int]]:
    """Each judgement beside the part of whoever made it: the one of their team in its campaign."""
    wanted &= Q(
        origin=Origin.WORK,
        revision=1,
        campaign__team_parts__in=list(begins),
        rater__user__memberships__campaign=F("campaign"),
        rater__user__memberships__team=F("campaign__team_parts__team"),
    )
    wanted &= Q(created_at__gte=min(min(each) for each in begins.values()))
    if until is not None:
        wanted &= Q(created_at__lt=until)
    rows = kept._default_manager.filter(wanted).exclude(IS_TEST)
    rows = rows.exclude(IS_IDEAL) if kept is Demonstration else rows
    week, whole = (
        Count("pk", filter=Q(created_at__gte=_moment(begins, which))) for which in ("week", "whole")
    )
    found = rows.order_by().values_list("campaign__team_parts")
    counts: QuerySet[Any, tuple[int, int, int]] = found.annotate(week=week, whole=whole)
    return counts


def _moment(begins: Mapping[int, _Since], which: str) -> Case:
    """The one of each row's part."""
    cases = [
        When(campaign__team_parts=part, then=Value(getattr(since, which)))
        for part, since in begins.items()
    ]
    return Case(*cases, output_field=DateTimeField())


def _held(parts: Sequence[TeamPart]) -> Counter[int]:
    """By primary key of a part, what its people have in their hands; in two statements."""
    found: Counter[int] = Counter()
    for rows, campaign, person in (
        (turns_in_hand(), "task__campaign", "person"),
        (said_and_not_judged(), "conversation__campaign", "conversation__person"),
    ):
        part = f"{campaign}__team_parts"
        theirs = {
            f"{part}__in": list(parts),
            f"{person}__memberships__campaign": F(campaign),
            f"{person}__memberships__team": F(f"{part}__team"),
        }
        counts = rows.filter(**theirs).order_by().values_list(part).annotate(n=Count("pk"))
        found.update(dict(counts))
    return found


def pace_of(part: TeamPart) -> Pace:
    return paces_of([part])[0]


def paces_of(parts: Iterable[TeamPart]) -> list[Pace]:
    """In the order in which they come, in seven statements however many they are.

    What is held comes first, as for one person (``selectors.cap``): what is handed in meanwhile
    counts twice, and never not at all.
    """
    given = list(parts)
    if not given:
        return []
    held = _held(given)
    begun = {each.pk: _begun(each) for each in given}
    came = _came(given, {pk: since for pk, (_, since) in begun.items()})
    elapsed = (timezone.now() - beginning_of()) / WEEK
    return [
        Pace(
            part=each,
            this_week=begun[each.pk][0].week + came[each.pk].week,
            in_all=begun[each.pk][0].whole + came[each.pk].whole,
            in_hand=held[each.pk],
            elapsed=elapsed,
        )
        for each in given
    ]


def parts_with_targets(campaigns: Iterable[Campaign]) -> QuerySet[TeamPart]:
    """The teams of which something is asked in these campaigns."""
    asked = Q(per_week__isnull=False) | Q(in_all__isnull=False)
    found = TeamPart.objects.filter(asked, campaign__in=list(campaigns), ended_at__isnull=True)
    return found.select_related("team", "campaign").order_by("campaign__name", "team__name")


def stopping_parts_of(user: User, campaigns: Collection[int] | None = None) -> QuerySet[TeamPart]:
    """Where a person works for a team whose quota stops it. Whoever is still in a campaign once
    their team is out of it works there as anybody else."""
    mine = TeamPart.objects.filter(
        stops=True,
        ended_at__isnull=True,
        team__memberships__person=user,
        team__memberships__active=True,
        team__memberships__campaign=F("campaign"),
    )
    return mine if campaigns is None else mine.filter(campaign__in=campaigns)


def quotas_reached(user: User, campaigns: Collection[int] | None = None) -> dict[int, Limit]:
    """The campaigns, by primary key, in which a person's team has come to what it is asked for.

    Of these campaigns, else of all in which they are members.
    """
    parts = list(stopping_parts_of(user, campaigns).select_related("team", "campaign"))
    found = [_limit_of(each) for each in paces_of(parts)]
    return {limit.campaign.pk: limit for limit in found if limit}


def _limit_of(pace: Pace) -> Limit | None:
    part, held = pace.part, pace.in_hand
    if part.in_all is not None and pace.in_all + held >= part.in_all:
        return Limit(part.campaign, team=part.team.name, in_all=part.in_all)
    if part.per_week is not None and pace.this_week + held >= part.per_week:
        return Limit(part.campaign, team=part.team.name, per_week=part.per_week, until=next_week())
    return None
