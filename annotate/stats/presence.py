"""PURE: what people say of their hours and of days away, as a share of this week's pace.

A day to come is worth 1 where it brings what a day of this week brought. Of each person is
expected what they did this week, as if they had been here on all of its days; where they say hours,
those times what they did in an hour, or the team where too little is known of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from commons.stats.errors import NotEnoughData

WEEK = 7
HORIZON = 366  # days looked ahead; who is away then is not known
KNOWN_FROM = 1.0  # hours of a person from which their own pace is taken


@dataclass(frozen=True, slots=True)
class Presence:
    """One person: items and hours of the seven days before today, hours a week as they say, and
    the days away: 0 is today, -1 yesterday."""

    items: float
    hours: float = 0.0
    said: float | None = None
    away: frozenset[int] = frozenset()

    @property
    def says_something(self) -> bool:
        return self.said is not None or bool(self.away)


def day_factors(people: Sequence[Presence]) -> list[float]:
    """What each of the days from today on is worth, the last of them standing for all after it."""
    whole = sum(each.items for each in people)
    if not whole > 0:
        raise NotEnoughData("nothing was judged this week; there is no pace to plan by.")
    hours = sum(each.hours for each in people)
    of_team = whole / hours if hours >= KNOWN_FROM else None
    expected = [_expected(each, of_team) for each in people]
    factors = [
        sum(one for each, one in zip(people, expected, strict=True) if day not in each.away) / whole
        for day in range(HORIZON)
    ]
    return [*factors, sum(expected) / whole]


def _expected(person: Presence, of_team: float | None) -> float:
    """Items of a whole week."""
    if person.said is not None:
        own = person.items / person.hours if person.hours >= KNOWN_FROM else of_team
        if own is not None:
            return person.said * own
    missed = sum(-WEEK <= day < 0 for day in person.away)
    return person.items * WEEK / (WEEK - missed) if missed < WEEK else person.items


def calendar_days(days: float, factors: Sequence[float]) -> float | None:
    """How many days of the calendar bring what so many days of this week would; None: never."""
    left = days
    for at, factor in enumerate(factors[:-1]):
        if left <= factor:
            return at + (left / factor if factor else 0.0)
        left -= factor
    return len(factors) - 1 + left / factors[-1] if factors[-1] > 0 else None
