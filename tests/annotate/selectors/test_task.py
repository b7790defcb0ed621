"""What asking again would make and end is said before, and is what it then does."""

import pytest

from annotate.enums import Kind, SkipReason
from annotate.models import Batch, Campaign, Task
from annotate.selectors.task import AskingAgain, asking_again, last_asked_again
from annotate.services.campaign import Work
from annotate.services.task import open_round
from commons.models import User
from tests.annotate.leading import make_batch, make_report
from tests.factories import make_assignment, make_campaign, make_member, make_ranking, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(db: None) -> Campaign:
    """Rankings wanted twice: one person has done one of them and holds another."""
    made = make_campaign(works=[Work(Kind.RANK, wanted=2), Work(Kind.DEMONSTRATE)])
    person = make_member(made, name="ada")
    make_ranking(made, person)
    make_assignment(made, person)
    return made


def done_as_said(campaign: Campaign, batch: Batch | None) -> AskingAgain:
    """What it says, once it has been seen that this is what it does."""
    said, seen = asking_again(campaign, batch), last_asked_again(campaign, batch)
    turns = sum(Task.objects.values_list("wanted", flat=True))

    made = open_round(campaign=campaign, batch=batch, seen=seen, by=None)

    new = Task.objects.order_by("-pk").values_list("wanted", flat=True)[:made]
    left = sum(Task.objects.values_list("wanted", flat=True)) - sum(new)
    assert (made, turns - left) == (said.tasks, said.given_up)
    return said


def test_what_is_begun_is_asked_again_and_its_free_turns_end(campaign: Campaign) -> None:
    make_report(campaign, User.objects.get(username="ada"), SkipReason.HARMFUL)
    make_task(campaign)
    elsewhere = make_campaign()
    make_assignment(elsewhere, make_member(elsewhere))

    assert done_as_said(campaign, None) == AskingAgain(tasks=2, given_up=2)
    assert done_as_said(campaign, None) == AskingAgain(tasks=0, given_up=0)


def test_a_batch_is_asked_for_by_itself(campaign: Campaign) -> None:
    """Its prompt is the first of the campaign: ranked once, and being written now."""
    turn = make_assignment(campaign, make_member(campaign), kind=Kind.DEMONSTRATE)
    batch = make_batch(campaign, turn.task.prompt)

    assert done_as_said(campaign, batch) == AskingAgain(tasks=2, given_up=1)
    assert last_asked_again(campaign, batch) == last_asked_again(campaign, None) > 0
    assert last_asked_again(campaign, make_batch(campaign)) == 0


def test_turns_that_came_back_to_an_older_round_end_too(campaign: Campaign) -> None:
    done_as_said(campaign, None)
    old = Task.objects.filter(kind=Kind.RANK, round=1, wanted=1)[:1]
    Task.objects.filter(pk__in=old.values("pk")).update(wanted=3, free=2)

    assert done_as_said(campaign, None) == AskingAgain(tasks=0, given_up=2)
