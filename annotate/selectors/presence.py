"""Who works in a campaign, how much, and what they say of their hours and of days away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from annotate.models import Campaign
from annotate.selectors.measured import done_by_now
from annotate.stats.presence import HORIZON, WEEK, Presence
from commons.models import Absence, Availability, User
from commons.presence import today

TENTHS_OF_AN_HOUR = 36_000


@dataclass(frozen=True)
class Here:
    """An active member, and what is known of their presence."""

    person: User
    presence: Presence
    times: str
    absences: Sequence[tuple[date, date]]  # those that are not over


def presence_in(campaign: Campaign) -> list[Here]:
    """The active team, by user name."""
    day = today()
    since = day - timedelta(days=WEEK)
    items: Counter[int] = Counter()
    tenths: Counter[int] = Counter()
    for done in done_by_now(campaign, since=since, until=day):
        items[done.person] += done.items
        tenths[done.person] += done.tenths
    team = User.objects.filter(
        memberships__campaign=campaign, memberships__active=True, is_active=True
    ).order_by("username")
    said = {each.person_id: each for each in Availability.objects.filter(person__in=team)}
    away = _absences(list(team.values_list("pk", flat=True)), since)
    return [
        _here(person, items, tenths, said.get(person.pk), away.get(person.pk, []), day)
        for person in team
    ]


def _absences(people: Sequence[int], since: date) -> dict[int, list[tuple[date, date]]]:
    found: dict[int, list[tuple[date, date]]] = {}
    rows = Absence.objects.filter(person__in=people, until__gte=since).order_by("since", "pk")
    for who, first, last in rows.values_list("person", "since", "until"):
        found.setdefault(who, []).append((first, last))
    return found


def _here(
    person: User,
    items: Counter[int],
    tenths: Counter[int],
    said: Availability | None,
    away: Sequence[tuple[date, date]],
    day: date,
) -> Here:
    presence = Presence(
        items=items[person.pk],
        hours=tenths[person.pk] / TENTHS_OF_AN_HOUR,
        said=None if said is None or said.hours is None else float(said.hours),
        away=_days(away, day),
    )
    ahead = [(first, last) for first, last in away if last >= day]
    return Here(person, presence, said.times if said else "", ahead)


def _days(away: Sequence[tuple[date, date]], day: date) -> frozenset[int]:
    return frozenset(
        at
        for first, last in away
        for at in range(max((first - day).days, -WEEK), min((last - day).days, HORIZON - 1) + 1)
    )
