"""Work that nobody can do is found, lane by lane, with the reason in words."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Facet, Kind, Pool, SkipReason
from annotate.models import Assignment, Campaign, Competence, Lane, Task
from annotate.selectors.lane import lanes_open_to
from annotate.selectors.stranded import stranded_in, team_of
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, grant_competence
from annotate.services.lease import reserve_turn
from annotate.services.returning import expire_overdue_assignments
from annotate.services.turn import skip_assignment
from commons.models import User
from tests.annotate.leading import ANSWERS
from tests.factories import make_campaign, make_member, make_prompt, make_task, take_and_show

ONCE = [Work(Kind.RANK)]
TWICE = [Work(Kind.RANK, wanted=2)]


@pytest.fixture
def campaign(db: None) -> Campaign:
    """A team of one who reads English; who made the campaign is gone."""
    campaign = make_campaign(works=ONCE)
    campaign.memberships.update(active=False)
    make_member(campaign, name="ada")
    return campaign


def found_in(campaign: Campaign) -> list[tuple[int, str]]:
    return [(each.tasks, each.why) for each in stranded_in(campaign)]


def test_work_that_somebody_can_do_is_not_stranded(campaign: Campaign) -> None:
    make_task(campaign)

    assert stranded_in(campaign) == []


def test_a_skill_that_nobody_holds_strands_its_lane(campaign: Campaign) -> None:
    make_task(campaign)
    prompts = [make_prompt(campaign, answers=ANSWERS, skill="medicine") for _ in range(2)]

    [found] = stranded_in(campaign)

    assert (found.tasks, found.is_bounded) == (2, False)
    assert found.why == "Nobody of the team holds the skill medicine."
    assert {task.prompt for task in found.examples} == set(prompts)


def test_a_skill_that_has_run_out_is_held_by_nobody(campaign: Campaign) -> None:
    grant_competence(person=User.objects.get(username="ada"), facet=Facet.SKILL, values=["law"])
    make_prompt(campaign, answers=ANSWERS, skill="law")
    assert stranded_in(campaign) == []

    Competence.objects.filter(value="law").update(expires_at=timezone.now())

    assert found_in(campaign) == [(1, "Nobody of the team holds the skill law.")]


def test_all_that_is_lacking_is_named(campaign: Campaign) -> None:
    make_task(campaign)
    Lane.objects.update(skill="law", language="de", clearance="secret")

    assert found_in(campaign) == [
        (
            1,
            "Nobody of the team holds the skill law and the language de and the clearance secret.",
        )
    ]


def test_what_two_people_hold_apart_is_told_from_what_nobody_holds(campaign: Campaign) -> None:
    grant_competence(person=User.objects.get(username="ada"), facet=Facet.SKILL, values=["law"])
    grant_competence(person=make_member(campaign), facet=Facet.LANGUAGE, values=["de"])
    make_task(campaign)
    Lane.objects.update(skill="law", language="de")

    assert found_in(campaign) == [
        (1, "Nobody of the team holds the skill law and the language de together.")
    ]


def test_a_lane_of_held_out_raters_needs_some(campaign: Campaign) -> None:
    make_task(campaign)
    Lane.objects.update(pool=Pool.HELD_OUT)
    nobody = found_in(campaign)
    campaign.memberships.update(pool=Pool.HELD_OUT)
    somebody = found_in(campaign)
    Lane.objects.update(skill="law")

    assert nobody == [(1, "These are for held-out raters, and the team has none.")]
    assert somebody == []
    assert found_in(campaign) == [(1, "No held-out rater of the team holds the skill law.")]


def test_a_lane_that_is_reserved_needs_its_person(campaign: Campaign) -> None:
    grace = make_member(campaign, name="grace")
    make_task(campaign)
    Lane.objects.update(reserved_for=grace, skill="law")
    unfit = found_in(campaign)
    grace.memberships.update(active=False)

    assert unfit == [(1, "grace, for whom these are reserved, does not hold the skill law.")]
    assert found_in(campaign) == [
        (1, "These are reserved for grace, who is not active in the team.")
    ]


def test_who_is_paused_can_do_nothing(campaign: Campaign) -> None:
    make_task(campaign)
    campaign.memberships.update(paused=True)
    alone = found_in(campaign)
    make_member(campaign, name="grace").memberships.update(paused=True)
    both = found_in(campaign)
    make_member(campaign)

    assert alone == [(1, "ada, who could do these, is paused: lift the pause or add somebody.")]
    assert both == [
        (1, "Whoever could do these is paused (ada, grace): lift a pause or add somebody.")
    ]
    assert found_in(campaign) == []


def test_what_is_set_aside_for_who_is_paused_waits_in_vain(campaign: Campaign) -> None:
    grace, ada = make_member(campaign, name="grace"), User.objects.get(username="ada")
    for person in (grace, ada):
        reserve_turn(task=make_task(campaign), person=person, by=ada)
    grace.memberships.update(paused=True)
    ada.memberships.update(active=False)
    make_member(campaign)

    assert sorted(found_in(campaign)) == [
        (1, "Set aside for ada, who is not in the team any more: give it up or hand it over."),
        (1, "Set aside for grace, who is paused: lift the pause, give it up or hand it over."),
    ]


def test_nobody_is_a_reason_too(campaign: Campaign) -> None:
    make_task(campaign)
    User.objects.update(is_active=False)

    assert found_in(campaign) == [(1, "Nobody is active in the team.")]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [(2, "one more person is needed."), (4, "3 more people are needed.")],
)
def test_what_everyone_eligible_has_met_needs_more_people(
    campaign: Campaign, wanted: int, words: str
) -> None:
    campaign.works.update(wanted=wanted)
    task = make_task(campaign)
    take_and_show(User.objects.get(username="ada"))
    make_task(campaign)

    [found] = stranded_in(campaign)

    assert (found.tasks, found.examples) == (1, [task])
    assert found.why == f"Everyone eligible has already met these: {words}"


def test_what_one_of_two_has_met_is_not_stranded(campaign: Campaign) -> None:
    campaign.works.update(wanted=2)
    make_task(campaign)
    take_and_show(make_member(campaign))

    assert stranded_in(campaign) == []


def test_what_one_of_many_has_not_met_is_not_stranded(campaign: Campaign) -> None:
    """Ada has not met the item; the four newer members have, one of whom is not eligible."""
    campaign.works.update(wanted=6)
    task = make_task(campaign)
    *_, unfit = people = [make_member(campaign) for _ in range(4)]
    for person in people:
        take_and_show(person)
    unfit.competences.all().delete()

    before = stranded_in(campaign)
    take_and_show(User.objects.get(username="ada"))

    assert before == []
    assert task.assignments.count() == 5
    assert found_in(campaign) == [
        (1, "Everyone eligible has already met these: one more person is needed.")
    ]


def test_what_all_but_the_oldest_of_many_have_met_is_not_stranded(campaign: Campaign) -> None:
    campaign.works.update(wanted=6)
    make_task(campaign)
    for _ in range(4):
        take_and_show(make_member(campaign))

    assert stranded_in(campaign) == []


def test_a_skip_or_a_turn_set_aside_is_a_meeting(campaign: Campaign) -> None:
    campaign.works.update(wanted=3)
    ada, bob = User.objects.get(username="ada"), make_member(campaign)
    task = make_task(campaign)
    skipped = take_and_show(ada)
    skip_assignment(assignment=skipped, reason=SkipReason.NOT_MY_FIELD, by=ada)
    reserve_turn(task=task, person=bob, by=ada)

    assert found_in(campaign) == [
        (1, "Everyone eligible has already met these: 2 more people are needed.")
    ]


def test_what_is_held_or_done_is_not_stranded(campaign: Campaign) -> None:
    for _ in range(2):
        make_prompt(campaign, answers=ANSWERS, skill="medicine")
    held, done = Task.objects.order_by("pk")
    Task.objects.filter(pk=held.pk).update(held="unclear")
    Task.objects.filter(pk=done.pk).update(free=0)

    assert stranded_in(campaign) == []


def test_many_are_counted_so_far_and_no_further(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.selectors.stranded.MANY", 2)
    for _ in range(3):
        make_prompt(campaign, answers=ANSWERS, skill="medicine")

    [found] = stranded_in(campaign)

    assert (found.tasks, found.is_bounded) == (2, True)


@pytest.mark.django_db
def test_the_rule_is_that_of_the_queue(campaign: Campaign) -> None:
    """Every kind of lane against every kind of member, as ``lanes_open_to`` has it."""
    member = User.objects.get(username="ada")
    grant_competence(person=member, facet=Facet.SKILL, values=["law"])
    grant_competence(person=member, facet=Facet.CLEARANCE, values=["secret"])
    held_out = make_member(campaign)
    held_out.memberships.update(pool=Pool.HELD_OUT)
    values = (("", "law", "medicine"), ("en", "de"), ("", "secret"), Pool, (None, member))
    for skill, language, clearance, pool, owner in product(*values):
        Lane.objects.create(
            campaign=campaign,
            kind=Kind.RANK,
            skill=skill,
            language=language,
            clearance=clearance,
            pool=pool,
            reserved_for=owner,
        )

    team = {mate.pk: mate for mate in team_of(campaign)}

    for person in (member, held_out):
        fits = {lane.pk for lane in Lane.objects.all() if team[person.pk].fits(lane)}
        assert fits == set(lanes_open_to(person).values_list("pk", flat=True))


@pytest.mark.parametrize("more", [0, 5])
def test_the_team_and_the_tasks_cost_no_queries(
    campaign: Campaign, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Team, competences, what may harm, lanes, what all have met; then two for the lanes open to
    nobody, however many they are."""
    make_task(campaign)
    for _ in range(1 + more):
        make_member(campaign)
        make_prompt(campaign, answers=ANSWERS, skill="medicine")

    with django_assert_num_queries(8):
        stranded_in(campaign)


@pytest.mark.parametrize("lanes", [1, 3])
def test_lanes_that_nobody_may_work_in_cost_no_queries(
    campaign: Campaign, lanes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The names of who is paused are one more."""
    paused = make_member(campaign, name="bea")
    campaign.memberships.filter(person=paused).update(paused=True)
    for at in range(lanes):
        grant_competence(person=paused, facet=Facet.SKILL, values=[f"skill {at}"])
        for _ in range(4):
            make_prompt(campaign, answers=ANSWERS, skill=f"skill {at}")

    with django_assert_num_queries(8):
        found = stranded_in(campaign)

    assert [(each.tasks, len(each.examples)) for each in found] == [(4, 3)] * lanes
    assert {each.why for each in found} == {
        "bea, who could do these, is paused: lift the pause or add somebody."
    }


def test_what_is_set_aside_for_somebody_who_left_waits_for_nobody(campaign: Campaign) -> None:
    lead = campaign.created_by
    assert lead is not None
    person = make_member(campaign, name="leaver")
    reserve_turn(task=make_task(campaign), person=person, by=lead)
    campaign.memberships.filter(person=person).update(active=False)

    why = "Set aside for leaver, who is not in the team any more: give it up or hand it over."
    assert (1, why) in found_in(campaign)


def test_a_lease_that_ended_unseen_is_no_meeting(campaign: Campaign) -> None:
    for person in (make_member(campaign), make_member(campaign)):
        make_task(campaign)
        take_assignment(by=person, campaign=campaign)
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    expire_overdue_assignments()

    assert found_in(campaign) == []
