"""Campaigns are started, paused, closed, weighed and cloned."""

import pytest

from annotate.enums import CampaignState, Kind, Pool, Role
from annotate.errors import CampaignNotReady, NameTaken, NothingToDo
from annotate.models import CampaignWork, Membership
from annotate.services.assignment import take_assignment
from annotate.services.campaign import (
    Work,
    add_member,
    change_campaign_state,
    clone_campaign,
    create_campaign,
    publish_instructions,
    weigh_campaign,
)
from annotate.services.ranking import RankingAnswer, submit_ranking
from commons.models import AuditEvent, User
from tests.factories import make_assignment, make_campaign, make_member, make_task, make_user

DRAFT, RUNNING, PAUSED, CLOSED = CampaignState


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


def test_a_campaign_keeps_every_term_of_its_work(lead: User) -> None:
    work = Work(
        Kind.RANK,
        wanted=2,
        answers=5,
        strengths=False,
        lease_minutes=30,
        edit_minutes=10,
        second_opinion_share=0.1,
        third_below=0.5,
        held_out_share=0.05,
    )

    campaign = create_campaign(name="Law", works=[work], by=lead)

    kept = campaign.works.get()
    columns = [field.name for field in CampaignWork._meta.concrete_fields]
    assert {name: getattr(kept, name) for name in columns if name not in ("id", "campaign")} == {
        **vars(work)
    }


@pytest.mark.parametrize("was", CampaignState)
@pytest.mark.parametrize("to", [RUNNING, PAUSED, CLOSED])
def test_a_state_is_left_for_those_that_its_enum_names(
    lead: User, was: CampaignState, to: CampaignState
) -> None:
    may = {(DRAFT, RUNNING), (DRAFT, CLOSED), (RUNNING, PAUSED), (RUNNING, CLOSED)}
    may |= {(PAUSED, RUNNING), (PAUSED, CLOSED)}
    campaign = make_campaign()
    type(campaign).objects.update(state=was)

    if (was, to) in may:
        change_campaign_state(campaign=campaign, to=to, by=lead)
    else:
        with pytest.raises(CampaignNotReady, match=was.label.lower()):
            change_campaign_state(campaign=campaign, to=to, by=lead)

    campaign.refresh_from_db()
    assert campaign.state == (to if (was, to) in may else was)


@pytest.mark.parametrize("to", [PAUSED, CLOSED])
def test_what_is_out_is_handed_in_after_all_but_nothing_more_is_taken(
    lead: User, to: CampaignState
) -> None:
    campaign = make_campaign(works=[Work(Kind.RANK)])
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    make_task(campaign)

    change_campaign_state(campaign=campaign, to=to, by=lead)

    with pytest.raises(NothingToDo):
        take_assignment(by=person)
    answer = RankingAnswer(tiers=[assignment.task.offered])
    assert submit_ranking(assignment=assignment, answer=answer, by=person).counts_as == "work"


def test_a_state_is_recorded_with_what_was_out(lead: User) -> None:
    campaign = make_campaign()
    make_assignment(campaign, make_member(campaign))

    change_campaign_state(campaign=campaign, to=PAUSED, by=lead)

    event = AuditEvent.objects.get(verb="campaign.paused")
    assert (event.actor, event.detail) == (lead, {"leases": 1, "reserved": 0})


def test_a_campaign_gets_another_weight(lead: User) -> None:
    campaign = make_campaign()

    weigh_campaign(campaign=campaign, weight=4, by=lead)

    campaign.refresh_from_db()
    event = AuditEvent.objects.get(verb="campaign.weighed")
    assert (campaign.weight, event.detail) == (4, {"was": 1, "weight": 4})


FORM: dict[str, object] = {"rank": {"flags": [{"name": "harmful", "label": "Harmful"}]}}


def test_a_guideline_without_a_form_keeps_what_was_asked(lead: User) -> None:
    campaign = make_campaign()
    publish_instructions(campaign=campaign, guideline="Be kind.", form=FORM, by=lead)

    again = publish_instructions(campaign=campaign, guideline="Be brief.", by=lead)

    assert (again.guideline, again.form) == ("Be brief.", FORM)


def test_an_odd_form_is_not_published(lead: User) -> None:
    campaign = make_campaign()

    with pytest.raises(CampaignNotReady, match="Questions: rank: nobody knows “marks”"):
        publish_instructions(
            campaign=campaign, guideline="Be kind.", form={"rank": {"marks": []}}, by=lead
        )

    assert not campaign.instructions.exists()


def test_a_clone_has_the_work_the_team_and_the_newest_guideline_and_no_prompts(lead: User) -> None:
    works = [Work(Kind.RANK, wanted=3, third_below=0.2), Work(Kind.DEMONSTRATE, edit_minutes=5)]
    campaign = make_campaign(works=works, lead=make_user("founder"))
    ada, gone = make_member(campaign, name="ada"), make_member(campaign)
    gone.memberships.update(active=False)
    add_member(campaign=campaign, person=ada, role=Role.REVIEWER, by=lead, pool=Pool.HELD_OUT)
    for text, form in {"Old.": {}, "New.": FORM}.items():
        publish_instructions(campaign=campaign, guideline=text, form=form, by=lead)
    make_task(campaign)

    made = clone_campaign(campaign=campaign, name="Second wave", by=lead)

    assert (made.name, made.state, made.created_by) == ("Second wave", DRAFT, lead)
    assert (made.intake.count(), made.task_set.count()) == (0, 0)
    terms = ("kind", "wanted", "third_below", "edit_minutes")
    assert list(made.works.order_by("-kind").values_list(*terms)) == [
        ("rank", 3, 0.2, 60),
        ("demonstrate", 1, None, 5),
    ]
    team = Membership.objects.filter(campaign=made).order_by("person__username")
    assert [(each.person.username, each.role, each.pool) for each in team] == [
        ("ada", "reviewer", "held-out"),
        ("founder", "lead", "open"),
        ("lead", "lead", "open"),
    ]
    guideline = made.instructions.get()
    assert (guideline.version, guideline.guideline, guideline.form) == (1, "New.", FORM)
    event = AuditEvent.objects.get(verb="campaign.cloned")
    assert event.detail == {"of": str(campaign.uuid), "works": 2, "members": 3, "instructions": 2}


def test_who_clones_their_own_campaign_is_in_the_team_once(lead: User) -> None:
    made = clone_campaign(campaign=make_campaign(lead=lead), name="Next", by=lead)

    assert [each.person for each in made.memberships.all()] == [lead]
    assert AuditEvent.objects.get(verb="campaign.cloned").detail["members"] == 1


def test_a_clone_needs_a_name_of_its_own(lead: User) -> None:
    campaign = make_campaign(name="Law", lead=lead)

    with pytest.raises(NameTaken, match="choose another name"):
        clone_campaign(campaign=campaign, name="Law", by=lead)

    assert not AuditEvent.objects.filter(verb="campaign.cloned").exists()
