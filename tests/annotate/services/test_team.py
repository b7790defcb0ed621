"""Teams are made, let into campaigns, led and left; who has left holds nothing."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from annotate.enums import Appeal, AssignmentState, Kind, PauseCause, Pool, Role
from annotate.errors import InvitationOver
from annotate.errors.team import NobodyCalledSo, NoPart, TeamNameTaken
from annotate.models import (
    Assignment,
    Draft,
    Invitation,
    Membership,
    Pause,
    StatementTeam,
    TeamLead,
    TeamPart,
)
from annotate.selectors.balance import tasks_out_of_balance
from annotate.selectors.invitation import good_invitations
from annotate.selectors.ledger import owed_by
from annotate.selectors.team_ledger import owed_by_team, owed_in_part, settled_teams
from annotate.services.campaign import clone_campaign
from annotate.services.draft import save_draft
from annotate.services.invitation import Invited, MadeInvitation, accept_invitation, make_invitation
from annotate.services.lease import reserve_turn
from annotate.services.ledger import close_statement, correct_ledger, last_settleable
from annotate.services.member import change_member
from annotate.services.pause import decide_pause, pause_member
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.team import (
    add_part,
    drop_lead,
    end_part,
    lift_mates,
    make_team,
    name_lead,
    offboard_mates,
    pause_mates,
    put_in_team,
)
from commons.models import AuditEvent, User
from tests.annotate.teaming import a_mate, a_part, join_team, membership_in
from tests.factories import make_campaign, make_member, make_task, make_user, take_and_show

pytestmark = pytest.mark.django_db


def a_link(part: TeamPart, by: User | None = None) -> MadeInvitation:
    return make_invitation(
        campaign=part.campaign,
        invited=Invited(languages=["en"], team=part.team),
        places=5,
        days=7,
        by=by or make_user(),
        uuid=uuid4(),
    )


def test_a_name_is_one_teams() -> None:
    make_team(name="North", is_vendor=True, by=make_user())

    with pytest.raises(TeamNameTaken, match="choose another name"):
        make_team(name="North", is_vendor=False, by=make_user())


def test_whoever_comes_by_a_teams_link_works_for_it_there() -> None:
    part, person = a_part(make_campaign()), make_user()

    membership = accept_invitation(invitation=a_link(part).invitation, by=person)

    assert (membership.team, membership.role, membership.active) == (part.team, "annotator", True)


def test_a_links_maker_who_leads_the_team_still_may_be_given_another_place_in_the_campaign() -> (
    None
):
    """Who led the campaign alone takes their links along."""
    nora, lead = make_user(), make_user()
    part = a_part(make_campaign(lead=make_user()), lead=nora)
    for person, role in ((nora, Role.ANNOTATOR), (lead, Role.LEAD)):
        part.campaign.memberships.create(person=person, role=role)
    for maker in (nora, lead):
        a_link(part, maker)

    for person in (nora, lead):
        change_member(
            membership=membership_in(part, person),
            role=Role.REVIEWER,
            pool=Pool.OPEN,
            active=True,
            by=lead,
        )

    assert [each.made_by for each in good_invitations()] == [nora]


def test_what_a_lead_of_the_campaign_has_upheld_is_theirs_to_lift() -> None:
    part, by = a_part(make_campaign()), make_user()
    mates = [membership_in(part, a_mate(part))]
    pause_mates(mates=mates, reason="Too fast.", by=by)
    pause = Pause.objects.get()
    decide_pause(pause=pause, decision=Appeal.UPHELD, answer="I think so, too.", by=by)

    assert lift_mates(mates=mates, answer="", by=by) == 0

    pause.refresh_from_db()
    assert pause.decision == Appeal.UPHELD
    assert Membership.objects.get(pk=mates[0].pk).paused


def test_whoever_is_in_already_stays_as_they_are() -> None:
    part = a_part(make_campaign())
    person = make_member(part.campaign)

    membership = accept_invitation(invitation=a_link(part).invitation, by=person)

    assert membership.team is None


def test_a_team_without_a_part_brings_and_gets_nobody() -> None:
    part, elsewhere = a_part(make_campaign()), make_campaign()
    person = make_member(elsewhere)

    with pytest.raises(NoPart):
        make_invitation(
            campaign=elsewhere,
            invited=Invited(team=part.team),
            places=1,
            days=1,
            by=person,
            uuid=uuid4(),
        )
    with pytest.raises(NoPart):
        put_in_team(membership=elsewhere.memberships.get(person=person), team=part.team, by=person)

    assert not Membership.objects.filter(team=part.team).exists()


@pytest.mark.parametrize("how", ["offboard", "end"])
def test_who_is_taken_out_holds_nothing_at_once_and_keeps_their_draft(how: str) -> None:
    part = a_part(make_campaign())
    campaign, by = part.campaign, make_user()
    mate, stays = a_mate(part), make_member(part.campaign)
    make_task(campaign)
    turn = take_and_show(mate, campaign, kind=Kind.RANK)
    save_draft(assignment=turn, body={"reason": "Because"}, version=0, by=mate)
    aside = reserve_turn(task=make_task(campaign), person=mate, by=by)

    if how == "offboard":
        assert offboard_mates(mates=[membership_in(part, mate)], by=by) == 1
    else:
        assert end_part(part=part, by=by) == 1

    states = dict(Assignment.objects.values_list("pk", "state"))
    assert states == {turn.pk: AssignmentState.EXPIRED, aside.pk: AssignmentState.EXPIRED}
    assert Draft.objects.get(assignment=turn).body == {"reason": "Because"}
    assert not membership_in(part, mate).active
    assert not list(tasks_out_of_balance())
    taken = {take_and_show(stays, campaign, kind=Kind.RANK).task_id for _ in range(2)}
    assert taken == {turn.task_id, aside.task_id}
    turn.refresh_from_db()
    answer = RankingAnswer(tiers=[[each] for each in turn.task.offered])
    kept = submit_ranking(assignment=turn, answer=answer, by=mate)
    assert kept.assignment == turn


def test_where_they_work_for_others_they_stay() -> None:
    part, other = a_part(make_campaign()), a_part(make_campaign())
    mate = a_mate(part)
    put_in_team(
        membership=Membership.objects.create(campaign=other.campaign, person=mate),
        team=other.team,
        by=mate,
    )
    make_task(other.campaign)
    turn = take_and_show(mate, other.campaign)

    offboard_mates(mates=[membership_in(part, mate)], by=make_user())

    turn.refresh_from_db()
    assert turn.state == AssignmentState.OPEN
    assert membership_in(other, mate).active


def test_with_its_part_a_teams_links_end_and_nobody_comes_by_them() -> None:
    part = a_part(make_campaign())
    link = a_link(part)

    end_part(part=part, by=make_user())

    with pytest.raises(InvitationOver):
        accept_invitation(invitation=link.invitation, by=make_user())
    with pytest.raises(NoPart):
        a_link(part)


def test_a_lead_of_the_campaign_is_not_taken_out_with_a_team() -> None:
    part = a_part(make_campaign())
    lead = make_member(part.campaign, Role.LEAD)
    join_team(part, lead)

    assert end_part(part=part, by=make_user()) == 0

    assert membership_in(part, lead).active


def test_a_team_that_comes_again_has_its_terms_and_its_people_do_not_come_by_themselves() -> None:
    part = a_part(make_campaign(), per_week=7)
    mate = a_mate(part)
    end_part(part=part, by=make_user())

    again = add_part(team=part.team, campaign=part.campaign, by=make_user())

    assert (again.pk, again.per_week, again.ended_at) == (part.pk, 7, None)
    assert not membership_in(part, mate).active


def test_a_lead_is_named_by_their_user_name_and_dropped_with_their_links() -> None:
    part, lead = a_part(make_campaign()), make_user("nora")
    name_lead(team=part.team, username="nora", by=make_user())
    named = name_lead(team=part.team, username="nora", by=make_user())
    theirs, others = a_link(part, lead).invitation, a_link(part).invitation

    drop_lead(lead=named, by=make_user())

    assert not TeamLead.objects.exists()
    assert list(Invitation.objects.filter(revoked_at=None)) == [others]
    assert Invitation.objects.get(pk=theirs.pk).revoked_at
    with pytest.raises(NobodyCalledSo):
        name_lead(team=part.team, username="norah", by=make_user())


def test_a_teams_pause_is_lifted_by_it_and_no_other_is() -> None:
    part = a_part(make_campaign())
    one, other = a_mate(part), a_mate(part)
    mates = [membership_in(part, each) for each in (one, other)]
    pause_member(membership=mates[1], cause=PauseCause.LEAD, reason="So.", by=make_user())

    assert pause_mates(mates=mates, reason="A holiday.", by=make_user()) == 2
    assert pause_mates(mates=mates, reason="A holiday.", by=make_user()) == 0
    assert lift_mates(mates=mates, answer="Welcome back.", by=make_user()) == 2

    assert [membership_in(part, each).paused for each in (one, other)] == [False, True]
    assert Pause.objects.get(membership=mates[0]).answer == "Welcome back."


def test_a_copy_of_a_campaign_has_its_teams() -> None:
    part = a_part(make_campaign(), per_week=7, stops=True, reads_texts=True)
    ended = a_part(part.campaign)
    mate = a_mate(part)
    end_part(part=ended, by=make_user())

    made = clone_campaign(campaign=part.campaign, name="Once more", by=make_user())

    copied = TeamPart.objects.get(campaign=made)
    assert (copied.team, copied.per_week, copied.stops) == (part.team, 7, True)
    assert made.memberships.get(person=mate).team == part.team


def test_whom_somebody_worked_for_is_settled_with_what_they_are_owed() -> None:
    north = a_part(make_campaign(), name="North")
    south, campaign = a_part(north.campaign, name="South"), north.campaign
    mate, by = a_mate(north), make_user()
    correct(north, mate, "12.50")
    until = last_settleable(campaign)
    assert until
    statement = close_statement(campaign=campaign, until=until, by=by)
    join_team(south, mate)
    correct(north, mate, "2.00")

    assert settled_teams(statement) == {mate.pk: north.team}
    assert owed_in_part(north) == ([], [])
    [owed] = owed_by_team(owed_by(*owed_in_part(south)), {mate.pk: south.team})
    assert (owed.team, owed.people, owed.total) == (south.team, 1, Decimal("2.00"))
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementTeam.objects.update(team=south.team)


def correct(part: TeamPart, person: User, amount: str) -> None:
    correct_ledger(
        campaign=part.campaign,
        person=person,
        amount=Decimal(amount),
        currency="EUR",
        reason="Agreed.",
        by=make_user(),
        uuid=uuid4(),
    )


def test_every_act_is_written_down() -> None:
    part, by = a_part(make_campaign()), make_user()
    mate = a_mate(part)
    offboard_mates(mates=[membership_in(part, mate)], by=by)
    end_part(part=part, by=by)

    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert [each for each in verbs if each.startswith("team.")] == [
        "team.made",
        "team.part-added",
        "team.member",
        "team.part-ended",
    ]
    assert AuditEvent.objects.filter(verb="campaign.member", actor=by).exists()


def test_a_member_who_is_let_in_again_works_for_the_team_still() -> None:
    part = a_part(make_campaign())
    mate, by = a_mate(part), make_user()
    membership = membership_in(part, mate)
    offboard_mates(mates=[membership], by=by)

    change_member(
        membership=membership,
        role=Role.ANNOTATOR,
        pool=Pool.OPEN,
        active=True,
        by=by,
    )

    assert membership_in(part, mate).team == part.team
