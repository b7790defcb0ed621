"""Leads see who has what and act on it; to everybody else these pages are not there."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Candidate, Prompt, Task
from annotate.services.lease import reserve_turn
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from tests.annotate.asking import ask, called
from tests.annotate.leading import ANSWERS, make_report
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_member, make_prompt, make_task, take_and_show


def leases_of(cast: Cast) -> str:
    return reverse("annotate:leases", args=[cast.campaign.uuid])


def item_of(task: Task) -> str:
    return reverse("annotate:item", args=[task.uuid])


def act_on(turn: Assignment, act: str) -> str:
    return reverse(f"annotate:{act}", args=[turn.uuid])


def test_a_lead_sees_what_is_out_and_what_is_set_aside(cast: Cast) -> None:
    out = make_assignment(cast.campaign, cast.member)
    task = make_task(cast.campaign)
    aside = reserve_turn(task=task, person=make_member(cast.campaign), by=cast.lead)
    make_prompt(cast.campaign, answers=ANSWERS, skill="medicine")

    page = cast.client(cast.lead).get(leases_of(cast))

    assert list(page.context["page"]) == [out]
    assert list(page.context["reserved"]) == [aside]
    assert {lane.why for lane in page.context["stranded"]} == {
        "Nobody of the team holds the skill medicine."
    }


def test_what_was_loaded_ahead_is_told_from_what_was_shown(cast: Cast) -> None:
    make_assignment(cast.campaign, cast.member)
    client = cast.client(cast.lead)
    shown = client.get(leases_of(cast)).content.decode()
    Assignment.objects.update(shown_at=None)

    ahead = client.get(leases_of(cast)).content.decode()

    assert ("shown since" in shown, "loaded ahead since" in shown) == (True, False)
    assert ("shown since" in ahead, "loaded ahead since" in ahead) == (False, True)


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_these_pages_are_not_there_for_others(cast: Cast, who: str) -> None:
    turn = make_assignment(cast.campaign, make_member(cast.campaign))
    client = cast.client(getattr(cast, who))

    statuses = [
        client.get(leases_of(cast)).status_code,
        client.get(item_of(turn.task)).status_code,
        client.post(item_of(turn.task), {"person": str(cast.member.uuid)}).status_code,
        client.post(act_on(turn, "take_back")).status_code,
        client.post(act_on(turn, "extend"), {"minutes": 5}).status_code,
    ]

    turn.refresh_from_db()
    assert statuses == [404] * 5
    assert turn.state == AssignmentState.OPEN


def test_a_lead_takes_a_lease_back(cast: Cast) -> None:
    turn = make_assignment(cast.campaign, cast.member)

    page = cast.client(cast.lead).post(act_on(turn, "take_back"), follow=True)

    turn.refresh_from_db()
    assert turn.state == AssignmentState.EXPIRED
    assert page.redirect_chain == [(leases_of(cast), 302)]
    assert "Taken back from member" in page.content.decode()


def test_a_lead_is_told_what_is_over_already(cast: Cast) -> None:
    turn = make_assignment(cast.campaign, cast.member)
    client = cast.client(cast.lead)
    client.post(act_on(turn, "take_back"))

    page = client.post(act_on(turn, "take_back"), {"back": "item"}, follow=True)

    assert page.redirect_chain == [(item_of(turn.task), 302)]
    assert "This turn is expired by now" in page.content.decode()


def test_a_lead_extends_a_lease(cast: Cast) -> None:
    turn = make_assignment(cast.campaign, cast.member)
    turn.refresh_from_db()
    before = turn.expires_at
    assert before is not None

    page = cast.client(cast.lead).post(act_on(turn, "extend"), {"minutes": 90}, follow=True)

    turn.refresh_from_db()
    assert turn.expires_at is not None
    assert (turn.expires_at - before).total_seconds() == 90 * 60
    assert "member has 90 minutes more." in page.content.decode()


@pytest.mark.parametrize("minutes", ["0", "10081", "an hour", ""])
def test_an_odd_time_is_refused_in_words(cast: Cast, minutes: str) -> None:
    turn = make_assignment(cast.campaign, cast.member)

    page = cast.client(cast.lead).post(act_on(turn, "extend"), {"minutes": minutes}, follow=True)

    assert "1 to 10,080" in page.content.decode()


def test_a_lead_asks_a_named_person(cast: Cast) -> None:
    task = make_task(cast.campaign)

    page = cast.client(cast.lead).post(
        item_of(task), {"person": str(cast.member.uuid)}, follow=True
    )

    kept = Assignment.objects.get(person=cast.member)
    assert (kept.task, kept.state) == (task, AssignmentState.RESERVED)
    assert "Set aside for member" in page.content.decode()


def test_a_lead_hands_a_lease_over(cast: Cast) -> None:
    turn = make_assignment(cast.campaign, make_member(cast.campaign))
    asked = {"person": str(cast.member.uuid), "instead_of": str(turn.uuid)}

    cast.client(cast.lead).post(item_of(turn.task), asked)

    states = dict(turn.task.assignments.values_list("person__username", "state"))
    assert states == {turn.person.username: "expired", "member": "reserved"}


def test_a_refusal_is_shown_where_it_was_asked(cast: Cast) -> None:
    turn = make_assignment(cast.campaign, cast.member)

    page = cast.client(cast.lead).post(
        item_of(turn.task), {"person": str(cast.member.uuid), "instead_of": str(turn.uuid)}
    )

    turn.refresh_from_db()
    assert page.status_code == 422
    assert "has met this item already" in page.content.decode()
    assert turn.state == AssignmentState.OPEN


def test_a_person_of_another_campaign_cannot_be_named(cast: Cast) -> None:
    task = make_task(cast.campaign)

    page = cast.client(cast.lead).post(item_of(task), {"person": str(cast.stranger.uuid)})

    assert page.status_code == 422
    assert not Assignment.objects.exists()


def test_who_does_not_hold_what_an_item_asks_is_told_apart(cast: Cast) -> None:
    prompt = make_prompt(cast.campaign, answers=ANSWERS, skill="medicine")
    task = Task.objects.filter(prompt=prompt).first()
    assert task is not None

    html = cast.client(cast.lead).get(item_of(task)).content.decode()

    assert "member (does not hold what it asks)" in html


def test_an_item_is_blind_and_says_who_met_it(cast: Cast) -> None:
    turn = make_assignment(cast.campaign, cast.member)
    Candidate.objects.update(source="whose-model-7b")

    html = cast.client(cast.lead).get(item_of(turn.task)).content.decode()

    assert "<strong>member</strong>" in html
    assert "whose-model-7b" not in html


def test_a_held_item_leads_to_its_report(cast: Cast) -> None:
    task = make_report(cast.campaign, cast.member, note="Which unit?")

    html = cast.client(cast.lead).get(item_of(task)).content.decode()

    assert "Which unit?" in html
    assert f'href="{reverse("annotate:reports")}">Decide</a>' in html


def test_an_item_is_found_by_its_name(cast: Cast) -> None:
    prompt = make_prompt(cast.campaign, answers=ANSWERS)
    Prompt.objects.filter(pk=prompt.pk).update(external_id="row-7")
    client, [written, ranked] = cast.client(cast.lead), prompt.tasks.order_by("kind")

    both = client.get(leases_of(cast), {"item": "row-7"})
    one = client.get(leases_of(cast), {"item": str(ranked.uuid)})
    none = client.get(leases_of(cast), {"item": "row-8"})

    assert both.context["found"] == [written, ranked]
    assert one.headers["Location"] == item_of(ranked)
    assert "No item of this campaign has that id" in none.content.decode()


@pytest.mark.parametrize("more", [0, 2])
def test_leases_ask_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(1 + more):
        make_assignment(cast.campaign, make_member(cast.campaign))
        task = make_task(cast.campaign)
        reserve_turn(task=task, person=make_member(cast.campaign), by=cast.lead)
    client = cast.client(cast.lead)

    with django_assert_num_queries(16):
        client.get(leases_of(cast))


@pytest.mark.parametrize("more", [0, 2])
def test_an_item_asks_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast.campaign.works.update(wanted=5)
    task = make_task(cast.campaign)
    for _ in range(1 + more):
        turn = take_and_show(make_member(cast.campaign), kind=Kind.RANK)
        order = RankingAnswer(tiers=[turn.order])
        submit_ranking(assignment=turn, answer=order, by=turn.person)
    client = cast.client(cast.lead)

    with django_assert_num_queries(18):
        client.get(item_of(task))


def test_an_item_tells_what_was_said_beside_an_order(cast: Cast) -> None:
    person = ask(cast.campaign)
    turn = make_assignment(cast.campaign, person)
    two, *others = [called(turn, text) for text in ("Two.", "One.", "Three.", "Four.")]
    span = {"name": "wrong", "start": 0, "end": 3, "quote": "Two", "why": "<b>Three</b>"}
    answers = {two: {"ratings": {"helpful": 1}, "flags": {"harmful": True}, "spans": [span]}}
    order = RankingAnswer([[two], others], reason="So.", answers=answers, ideal="Two, **twice**.")
    submit_ranking(assignment=turn, answer=order, by=person)

    page = cast.client(cast.lead).get(item_of(turn.task)).content.decode()

    letter = "ABCD"[turn.task.offered.index(two)]
    said = f"{letter}: Helpful 1; Could do harm: yes; Wrong “Two” (&lt;b&gt;Three&lt;/b&gt;)"
    assert said in page
    assert "Two, <strong>twice</strong>." in page
    assert '<p class="note" dir="auto">So.</p>' in page


def test_an_item_tells_who_changed_what_was_handed_in(cast: Cast) -> None:
    turn = make_assignment(cast.campaign, cast.member)
    one, *others = turn.order
    submit_ranking(assignment=turn, answer=RankingAnswer(tiers=[turn.order]), by=cast.member)
    order = RankingAnswer(tiers=[[one], others])
    revise_ranking(assignment=turn, answer=order, by=cast.member)

    page = cast.client(cast.lead).get(item_of(turn.task))

    history = page.context["history"]
    assert [(each.revision, each.current, str(each.rater)) for each in history] == [
        (1, False, "member"),
        (2, True, "member"),
    ]
    assert "changed revision 1 into 2" in page.content.decode()
