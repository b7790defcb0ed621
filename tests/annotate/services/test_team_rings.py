"""No ring of waiting, and nobody in a team that is out: a team ends while its people ask for work,
or while somebody comes to it."""

import pytest

from annotate.enums import Kind
from annotate.errors import NothingToDo
from annotate.errors.team import NoPart
from annotate.models import Membership
from annotate.services.assignment import take_assignment
from annotate.services.team import end_part
from tests.annotate.teaming import a_mate, a_part, join_team, membership_in
from tests.annotate.waiting import beginning_before
from tests.factories import make_campaign, make_member, make_task, make_user

pytestmark = [
    pytest.mark.postgresql,  # SQLite has one writer at a time
    pytest.mark.django_db(transaction=True),
]


def test_somebody_takes_work_while_their_team_is_taken_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The take holds the membership and waits for the part, whose quota it is about to count."""
    part = a_part(make_campaign(), per_week=5, stops=True)
    mate = a_mate(part)
    make_task(part.campaign)
    begun = beginning_before(
        monkeypatch,
        "annotate.services.team._take_out",
        lambda: take_assignment(by=mate, campaign=part.campaign, kind=Kind.RANK),
    )

    assert end_part(part=part, by=make_user()) == 1

    assert begun[0].ended() == [NothingToDo]
    assert not membership_in(part, mate).active


def test_somebody_comes_to_a_team_while_it_is_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    part = a_part(make_campaign())
    person = make_member(part.campaign)
    begun = beginning_before(
        monkeypatch, "annotate.services.team._take_out", lambda: join_team(part, person)
    )

    end_part(part=part, by=make_user())

    assert begun[0].ended() == [NoPart]
    assert not Membership.objects.filter(team=part.team).exists()
