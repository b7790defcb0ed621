"""A person is paused, says what they have to say, and a lead decides."""

import pytest

from annotate.enums import Appeal, AssignmentState, Kind, PauseCause
from annotate.errors import NothingToDo
from annotate.models import Campaign, Membership, Pause
from annotate.people_errors import AlreadyPaused, AppealedBefore, PauseDecided
from annotate.selectors.assignment import work_waiting_for
from annotate.selectors.gold import counted_since
from annotate.selectors.pause import appeals_waiting, pauses_of
from annotate.services.assignment import take_assignment, take_like
from annotate.services.lease import reserve_turn
from annotate.services.pause import appeal_pause, decide_pause, pause_member
from annotate.services.team import lift_mates, pause_mates
from commons.models import AuditEvent, User
from tests.annotate.teaming import a_mate, a_part, membership_in
from tests.factories import make_campaign, make_member, make_task, make_user, take_and_show

pytestmark = pytest.mark.django_db


def paused(campaign: Campaign, person: User) -> Pause:
    membership = Membership.objects.get(campaign=campaign, person=person)
    return pause_member(membership=membership, cause=PauseCause.LEAD, reason="Too fast.", by=None)


def test_who_is_paused_is_given_nothing_and_finishes_what_they_see(
    django_capture_on_commit_callbacks: object,
) -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    for _ in range(3):
        make_task(campaign)
    seen = take_and_show(person, campaign, kind=Kind.RANK)
    ahead = take_like(by=person, campaign=campaign.pk, kind=Kind.RANK)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        paused(campaign, person)

    seen.refresh_from_db()
    ahead.refresh_from_db()
    assert (seen.state, ahead.state) == (AssignmentState.OPEN, AssignmentState.EXPIRED)
    assert not work_waiting_for(person)
    with pytest.raises(NothingToDo):
        take_assignment(by=person, campaign=campaign)


def test_what_is_set_aside_for_who_is_paused_does_not_wait_on_their_desk() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    reserve_turn(task=make_task(campaign), person=person, by=make_user())
    assert len(work_waiting_for(person)) == 2  # set aside, and to be written

    paused(campaign, person)

    assert not work_waiting_for(person)


def test_nobody_is_paused_twice() -> None:
    campaign = make_campaign()
    person = make_member(campaign, name="ada")
    paused(campaign, person)

    with pytest.raises(AlreadyPaused, match="ada"):
        paused(campaign, person)


def test_an_appeal_is_made_once_and_waits_for_a_lead() -> None:
    campaign = make_campaign()
    pause = paused(campaign, make_member(campaign))

    appeal_pause(pause=pause, text="I was ill.")

    assert appeals_waiting(campaign) == 1
    with pytest.raises(AppealedBefore):
        appeal_pause(pause=pause, text="Again.")


def test_a_lead_lifts_it_and_what_was_checked_before_counts_no_more() -> None:
    campaign, lead = make_campaign(), make_user()
    person = make_member(campaign)
    make_task(campaign)
    pause = paused(campaign, person)

    decide_pause(pause=pause, decision=Appeal.LIFTED, answer="Go on.", by=lead)

    pause.refresh_from_db()
    assert counted_since(person, campaign) == pause.decided_at
    assert take_assignment(by=person, campaign=campaign).person_id == person.pk
    with pytest.raises(PauseDecided):
        decide_pause(pause=pause, decision=Appeal.UPHELD, answer="No.", by=lead)
    verbs = AuditEvent.objects.filter(verb__startswith="member.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["member.paused", "member.pause-lifted"]


def test_what_was_upheld_may_be_lifted_later() -> None:
    campaign, lead = make_campaign(), make_user()
    pause = paused(campaign, make_member(campaign))

    decide_pause(pause=pause, decision=Appeal.UPHELD, answer="Not yet.", by=lead)
    with pytest.raises(PauseDecided):
        decide_pause(pause=pause, decision=Appeal.UPHELD, answer="Not yet.", by=lead)
    decide_pause(pause=pause, decision=Appeal.LIFTED, answer="Now.", by=lead)

    assert not Membership.objects.filter(paused=True).exists()


def test_appeals_that_wait_come_first() -> None:
    campaign = make_campaign()
    first, second, third = (paused(campaign, make_member(campaign)) for _ in range(3))
    appeal_pause(pause=first, text="Why?")
    decide_pause(pause=second, decision=Appeal.LIFTED, answer="Go on.", by=make_user())

    assert list(pauses_of(campaign)) == [first, third, second]


def test_what_a_campaign_pauses_and_what_a_team_does_stand_beside_each_other() -> None:
    part, lead = a_part(make_campaign()), make_user()
    mate = a_mate(part)
    mine = membership_in(part, mate)
    pause_mates(mates=[mine], reason="A holiday.", by=lead)
    by_campaign = paused(part.campaign, mate)

    lift_mates(mates=[mine], answer="Welcome back.", by=lead)
    after_the_team = membership_in(part, mate).paused
    decide_pause(pause=by_campaign, decision=Appeal.LIFTED, answer="Go on.", by=lead)

    assert (after_the_team, membership_in(part, mate).paused) == (True, False)


def test_what_a_campaign_lifts_leaves_the_pause_of_a_team() -> None:
    part, lead = a_part(make_campaign()), make_user()
    mate = a_mate(part)
    make_task(part.campaign)
    by_campaign = paused(part.campaign, mate)
    assert pause_mates(mates=[membership_in(part, mate)], reason="A holiday.", by=lead) == 1

    decide_pause(pause=by_campaign, decision=Appeal.LIFTED, answer="Go on.", by=lead)

    assert membership_in(part, mate).paused
    with pytest.raises(NothingToDo):
        take_assignment(by=mate, campaign=part.campaign)


@pytest.mark.parametrize("by_team", [True, False])
def test_either_pauses_somebody_once(by_team: bool) -> None:
    part = a_part(make_campaign())
    mate = a_mate(part, name="ada")
    mine = membership_in(part, mate)
    cause = PauseCause.TEAM if by_team else PauseCause.LEAD
    pause_member(membership=mine, cause=cause, reason="So.", by=make_user())

    with pytest.raises(AlreadyPaused, match="ada"):
        pause_member(membership=mine, cause=cause, reason="So.", by=make_user())

    assert Pause.objects.count() == 1
