"""Pages of checks and training: a lead makes them; who judges cannot tell."""

import re
from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind, LanePurpose
from annotate.models import Assignment, Gold, GoldRules
from annotate.selectors.gold import rules_of
from annotate.services.gold import set_gold_rules
from annotate.services.ranking import RankingAnswer, submit_ranking
from tests.annotate.golden import gold_of
from tests.annotate.reviewing import make_ranked_task, tiers_of
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_task, take_and_show

RULES = {
    "share": "10",
    "training_items": "2",
    "seen_at_most": "40",
    "pause_below": "70",
    "least_items": "25",
}


def page_of(cast: Cast) -> str:
    return reverse("annotate:golds", args=[cast.campaign.uuid])


def ranks(offered: list[str], order: str) -> dict[str, str]:
    """``order`` has a rank for each answer as offered: 1123."""
    return {f"rank_{name}": rank for name, rank in zip(offered, order, strict=True)}


def handed_in(cast: Cast, turn: Assignment, order: str = "abcd") -> None:
    answer = RankingAnswer(tiers=tiers_of(turn.task, order))
    submit_ranking(assignment=turn, answer=answer, by=cast.member, key=uuid4())


def sent(cast: Cast, turn: Assignment, order: str) -> Mapping[str, str]:
    """What the page of a ranking posts where no script runs."""
    return {"key": str(uuid4()), "version": "0"} | ranks(turn.task.offered, order)


def test_leads_see_the_page_and_nobody_else(cast: Cast) -> None:
    answers = {
        person.username: cast.client(person).get(page_of(cast)).status_code
        for person in (cast.lead, cast.member, cast.stranger)
    }

    assert answers == {"lead": 200, "member": 404, "stranger": 404}


def test_a_lead_sets_the_rules_in_per_cent(cast: Cast) -> None:
    cast.client(cast.lead).post(page_of(cast), RULES)

    kept = GoldRules.objects.get(campaign=cast.campaign)
    assert (kept.share, kept.training_items, kept.seen_at_most) == (0.1, 2, 40)
    assert (kept.pause_below, kept.least_items) == (0.7, 25)
    page = cast.client(cast.lead).get(page_of(cast)).content.decode()
    assert 'value="70"' in page


@pytest.mark.parametrize(("name", "said"), [("share", "51"), ("least_items", "9")])
def test_rules_that_would_wrong_people_are_refused(cast: Cast, name: str, said: str) -> None:
    answer = cast.client(cast.lead).post(page_of(cast), RULES | {name: said})

    assert answer.status_code == 422
    assert rules_of(cast.campaign).pk is None


def test_an_item_on_which_all_agreed_is_suggested_and_filled_in(cast: Cast) -> None:
    cast.campaign.works.update(wanted=2)
    task = make_ranked_task(cast.campaign, ["ab=cd", "ab=cd"])
    client = cast.client(cast.lead)

    page = client.get(page_of(cast), {"votes": "2"}).content.decode()
    form = client.get(reverse("annotate:make_gold", args=[task.uuid])).content.decode()

    assert "A &gt; B = C &gt; D" in page
    chosen = re.findall(r'<option value="(\d)" selected', form)
    assert chosen == ["1", "2", "2", "3"]


def test_a_lead_marks_the_right_order(cast: Cast) -> None:
    task = make_task(cast.campaign)
    there = reverse("annotate:make_gold", args=[task.uuid])
    said = ranks(task.offered, "1123") | {"purpose": "practice", "explanation": "**Facts** first."}

    answer = cast.client(cast.lead).post(there, said)

    assert answer.headers["Location"] == page_of(cast)
    gold = Gold.objects.get()
    assert gold.answer.tiers == tiers_of(task, "a=bcd")
    assert (gold.purpose, gold.explanation) == (LanePurpose.PRACTICE, "**Facts** first.")


def test_an_order_that_is_not_whole_is_refused_in_the_services_words(cast: Cast) -> None:
    task = make_task(cast.campaign)
    there = reverse("annotate:make_gold", args=[task.uuid])

    answer = cast.client(cast.lead).post(there, {"purpose": "gold", f"rank_{task.offered[0]}": "1"})

    assert answer.status_code == 422
    assert "rank every one" in answer.content.decode()
    assert not Gold.objects.exists()


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_only_leads_mark_and_retire(cast: Cast, who: str) -> None:
    task = make_task(cast.campaign)
    gold = gold_of(cast.campaign)
    client = cast.client(getattr(cast, who))

    assert client.get(reverse("annotate:make_gold", args=[task.uuid])).status_code == 404
    assert client.post(reverse("annotate:retire_gold", args=[gold.uuid])).status_code == 404


def test_a_lead_retires_an_item(cast: Cast) -> None:
    gold = gold_of(cast.campaign)

    cast.client(cast.lead).post(reverse("annotate:retire_gold", args=[gold.uuid]))

    gold.refresh_from_db()
    assert gold.retired_at is not None


def test_a_page_says_that_an_item_which_as_many_have_seen_as_may_is_retired(cast: Cast) -> None:
    """One person may meet each of two. What was met is retired; the other one can be."""
    set_gold_rules(campaign=cast.campaign, by=cast.lead, seen_at_most=1, training_items=1)
    golds = [gold_of(cast.campaign, purpose=LanePurpose.PRACTICE) for _ in range(2)]
    make_task(cast.campaign)
    before = retired_in(cast)

    turn = take_and_show(cast.member, cast.campaign, kind=Kind.RANK)
    handed_in(cast, turn)

    assert before == {each.task.uuid: False for each in golds}
    assert retired_in(cast) == {each.task.uuid: each.task == turn.task for each in golds}


def retired_in(cast: Cast) -> dict[UUID, bool]:
    """Of each item on the page whether it says that it is retired; else it can be."""
    said = cast.client(cast.lead).get(page_of(cast)).content.decode()
    found = {}
    for gold in Gold.objects.select_related("task"):
        item = reverse("annotate:item", args=[gold.task.uuid])
        (row,) = [each for each in said.split("<tr>") if item in each]
        found[gold.task.uuid] = ">retired<" in row
        assert found[gold.task.uuid] != (reverse("annotate:retire_gold", args=[gold.uuid]) in row)
    return found


def test_training_leads_to_the_right_order_and_why(cast: Cast) -> None:
    set_gold_rules(campaign=cast.campaign, by=cast.lead, training_items=1)
    gold_of(cast.campaign, purpose=LanePurpose.PRACTICE, explanation="**Facts** first.")
    make_task(cast.campaign)
    turn = take_and_show(cast.member, cast.campaign, kind=Kind.RANK)
    client = cast.client(cast.member)

    answer = client.post(reverse("annotate:rank", args=[turn.uuid]), sent(cast, turn, "2134"))

    there = reverse("annotate:told", args=[turn.uuid])
    assert answer.headers["Location"] == there
    page = client.get(there).content.decode()
    assert "5 of 6 pairs as they should be" in page
    assert "<strong>Facts</strong> first." in page
    assert cast.client(cast.stranger).get(there).status_code == 404


def test_a_silent_check_is_answered_like_work_and_tells_nothing(cast: Cast) -> None:
    set_gold_rules(campaign=cast.campaign, by=cast.lead, share=0.5)
    gold = gold_of(cast.campaign)
    turn = Assignment.objects.create(
        task=gold.task,
        person=cast.member,
        order=gold.task.offered,
        expires_at="2099-01-01T00:00Z",
        shown_at="2026-01-01T00:00Z",
    )
    work = make_task(cast.campaign)
    client = cast.client(cast.member)

    answer = client.post(reverse("annotate:rank", args=[turn.uuid]), sent(cast, turn, "2134"))

    [after] = Assignment.objects.filter(person=cast.member, state="open")
    assert after.task_id == work.pk
    assert answer.headers["Location"] == reverse("annotate:rank", args=[after.uuid])
    assert client.get(reverse("annotate:told", args=[turn.uuid])).status_code == 404


@pytest.mark.parametrize("items", [1, 3])
def test_a_page_asks_the_database_equally_often(
    cast: Cast, items: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(items):
        gold_of(cast.campaign)
        make_member(cast.campaign)
    client = cast.client(cast.lead)

    with django_assert_num_queries(12):
        client.get(page_of(cast))
