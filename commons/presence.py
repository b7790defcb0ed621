"""When people are here, as they say it themselves; and who is away on a day.

It is told to whoever plans with it. Nobody is kept from working on a day on which they said that
they would be away: who comes is here.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from commons.errors import Refusal
from commons.models import Absence, Availability, User

DAY = timedelta(days=1)
MOST = 50  # absences of a person that are not over
FARTHEST = 366 * DAY  # from today to the last day away; the planner looks no further, either


class TooManyAbsences(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext("There are many absences already; take one back first."))


class TooFarAhead(Refusal):
    def __init__(self, farthest: date) -> None:
        said = gettext("Name days until %(day)s; say later ones when they are nearer.")
        super().__init__(said % {"day": farthest.isoformat()})


def today() -> date:
    return timezone.now().astimezone(UTC).date()


def say_availability(*, by: User, hours: int | None, times: str) -> Availability:
    """Hours a week, and when; nothing at all is said by empty ones."""
    said, _ = Availability.objects.update_or_create(
        person=by, defaults={"hours": hours, "times": times.strip()}
    )
    return said


@transaction.atomic
def say_absence(*, by: User, since: date, until: date, uuid: UUID) -> Absence:
    """Be away on these days. The same ``uuid`` says it once.

    Not for ever: mail waits until somebody is back.
    """
    if until > (farthest := today() + FARTHEST):
        raise TooFarAhead(farthest)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    made, is_new = Absence.objects.get_or_create(
        uuid=uuid, person=by, defaults={"since": since, "until": until}
    )
    if is_new and absences_ahead(by).count() > MOST:
        raise TooManyAbsences
    return made


def take_back_absence(*, by: User, uuid: UUID) -> bool:
    """Say that one is here after all; False where it was taken back before."""
    gone, _ = Absence.objects.filter(person=by, uuid=uuid).delete()
    return gone > 0


def absences_ahead(person: User) -> QuerySet[Absence]:
    """Those that are not over."""
    return Absence.objects.filter(person=person, until__gte=today()).order_by("since", "pk")


def back_on(person: int, day: date) -> date | None:
    """The first day after ``day`` on which a person is here; None: they are not away on it."""
    back, known = day, Absence.objects.filter(person=person, until__gte=day).order_by("since")
    for since, until in known.values_list("since", "until"):
        if since <= back <= until:
            back = until + DAY
    return back if back > day else None


def away_on(day: date, people: Collection[int]) -> dict[int, date]:
    """Who of these is away on a day, and from when they are here again."""
    gone = Absence.objects.filter(person__in=people, since__lte=day, until__gte=day)
    who = gone.values_list("person", flat=True).distinct()
    return {each: back for each in who if (back := back_on(each, day)) is not None}


def heard_at(person: int | None) -> datetime:
    """When a person who is away now hears what is told now: in the morning after (UTC)."""
    back = back_on(person, today()) if person else None
    return _morning_of(back) if back else timezone.now()


def mornings_back(people: Collection[int]) -> dict[int, datetime]:
    """The same of those of many people who are away now."""
    return {person: _morning_of(back) for person, back in away_on(today(), people).items()}


def _morning_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
