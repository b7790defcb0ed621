"""What people say of their days counts where leads plan and name people, and nowhere else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from annotate.errors import NotAskable
from annotate.models import Campaign
from annotate.selectors.lease import people_to_ask
from annotate.selectors.presence import presence_in
from annotate.services.assignment import take_assignment
from annotate.services.erased_account import erase_account
from annotate.services.lease import reserve_turn
from commons.models import Absence, Availability, User
from commons.presence import say_absence, say_availability, today
from tests.factories import make_campaign, make_member, make_ranking, make_task, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


def be_away(person: User, *, days: int = 3) -> None:
    since = today() - DAY
    say_absence(by=person, since=since, until=since + (days - 1) * DAY, uuid=uuid4())


def test_nothing_is_set_aside_for_whoever_is_away(campaign: Campaign) -> None:
    task, here, gone = make_task(campaign), make_member(campaign), make_member(campaign)
    be_away(gone)

    with pytest.raises(NotAskable, match="is away until"):
        reserve_turn(task=task, person=gone, by=make_user())

    assert gone not in people_to_ask(task)
    assert here in people_to_ask(task)


def test_who_comes_all_the_same_is_given_work(campaign: Campaign) -> None:
    make_task(campaign)
    gone = make_member(campaign)
    be_away(gone)

    assert take_assignment(by=gone).pk


def test_what_is_known_of_the_team(campaign: Campaign) -> None:
    """Yesterday, today and tomorrow; work of today is not of the seven days before."""
    member = make_member(campaign)
    make_ranking(campaign, member)
    say_availability(by=member, hours=12, times="Mornings.")
    be_away(member)

    [found] = [each for each in presence_in(campaign) if each.person == member]

    presence = found.presence
    assert (presence.items, presence.said, presence.away) == (0, 12.0, frozenset({-1, 0, 1}))
    assert (found.times, len(found.absences)) == ("Mornings.", 1)


def test_of_whoever_is_erased_nothing_is_known(campaign: Campaign) -> None:
    member = make_member(campaign)
    say_availability(by=member, hours=12, times="Mornings.")
    be_away(member)

    erase_account(member)

    assert not Availability.objects.exists()
    assert not Absence.objects.exists()
