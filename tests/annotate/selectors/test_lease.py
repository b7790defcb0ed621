"""What is out, who could be asked, and how an item is found."""

import pytest

from annotate.enums import Kind, PauseCause, Pool, Role
from annotate.errors import NotAskable
from annotate.models import Assignment, Campaign, Lane, Prompt, Task
from annotate.selectors.lease import (
    items_called,
    items_led_by,
    live_leases,
    people_to_ask,
    reserved_turns,
    turns_led_by,
)
from annotate.services.campaign import Work
from annotate.services.lease import reserve_turn, take_back_turn
from annotate.services.pause import pause_member
from commons.models import User
from tests.factories import make_assignment, make_campaign, make_member, make_task, make_user


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(works=[Work(Kind.RANK)], lead=lead)


def test_what_is_out_is_told_from_what_is_set_aside(campaign: Campaign, lead: User) -> None:
    out = make_assignment(campaign, make_member(campaign))
    aside = reserve_turn(task=make_task(campaign), person=make_member(campaign), by=lead)
    back = make_assignment(campaign, make_member(campaign))
    take_back_turn(assignment=back, by=lead)
    elsewhere = make_campaign()
    make_assignment(elsewhere, make_member(elsewhere))

    assert list(live_leases(campaign)) == [out]
    assert list(reserved_turns(campaign)) == [aside]


def test_turns_and_items_are_those_of_the_campaigns_one_leads(
    campaign: Campaign, lead: User
) -> None:
    mine = make_assignment(campaign, make_member(campaign))
    elsewhere = make_campaign()
    make_assignment(elsewhere, make_member(elsewhere))
    member, admin = make_member(campaign, Role.REVIEWER), make_user(admin=True)

    assert (list(turns_led_by(lead)), list(items_led_by(lead))) == ([mine], [mine.task])
    assert (list(turns_led_by(member)), list(items_led_by(member))) == ([], [])
    assert turns_led_by(admin).count() == Assignment.objects.count() == 2


def test_who_may_be_asked_is_active_and_has_not_met_the_item(
    campaign: Campaign, lead: User
) -> None:
    met, free, gone, blocked = (make_member(campaign, name=name) for name in "mfgb")
    seen = make_assignment(campaign, met)
    gone.memberships.update(active=False)
    User.objects.filter(pk=blocked.pk).update(is_active=False)
    make_user()

    assert list(people_to_ask(seen.task)) == [free, lead]


def test_who_is_paused_is_not_asked(campaign: Campaign, lead: User) -> None:
    paused, task = make_member(campaign, name="ada"), make_task(campaign)
    pause_member(membership=paused.memberships.get(), cause=PauseCause.LEAD, by=lead)

    assert list(people_to_ask(task)) == [lead]
    with pytest.raises(NotAskable, match="ada is paused"):
        reserve_turn(task=task, person=paused, by=lead)


def test_who_never_saw_what_was_set_aside_may_be_asked_again(
    campaign: Campaign, lead: User
) -> None:
    person, task = make_member(campaign), make_task(campaign)
    take_back_turn(assignment=reserve_turn(task=task, person=person, by=lead), by=lead)

    assert list(people_to_ask(task)) == [lead, person]


def test_an_item_of_the_held_out_pool_is_asked_of_held_out_raters(
    campaign: Campaign, lead: User
) -> None:
    held_out, _ = make_member(campaign), make_member(campaign)
    held_out.memberships.update(pool=Pool.HELD_OUT)
    make_task(campaign)
    Lane.objects.update(pool=Pool.HELD_OUT)

    assert list(people_to_ask(Task.objects.get())) == [held_out]


def test_an_item_is_found_by_its_ids(campaign: Campaign) -> None:
    task, elsewhere = make_task(campaign), make_task(make_campaign(works=[Work(Kind.RANK)]))
    Prompt.objects.filter(pk=task.prompt_id).update(external_id="row-7")
    make_task(campaign)

    for name in ("row-7", str(task.uuid), str(task.prompt.uuid)):
        assert items_called(campaign, name) == [task]
    for name in (str(elsewhere.uuid), "row", ""):
        assert items_called(campaign, name) == []
