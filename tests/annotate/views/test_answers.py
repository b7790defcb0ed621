"""What a campaign asks of each answer, on the ranking page as a plain form and with its scripts."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from annotate.models import Assignment, Ranking
from annotate.services.draft import save_draft
from annotate.services.ranking import RankingAnswer, submit_ranking
from commons.models import User
from tests.annotate.asking import called, make_asking_item

pytestmark = pytest.mark.django_db

SPAN = {"name": "wrong", "start": 0, "end": 3, "quote": "One"}


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(assignment: Assignment) -> str:
    return reverse("annotate:rank", args=[assignment.uuid])


def sent(assignment: Assignment, **more: str) -> dict[str, str]:
    """What the plain form sends: the answers as they are shown, the first one best."""
    ranks = {f"rank_{each}": str(at) for at, each in enumerate(assignment.order, start=1)}
    return {"key": str(uuid4()), "version": "0", **ranks, **more}


def test_a_page_that_asks_is_blind_and_brings_each_raw_text_once_more():
    assignment, person = make_asking_item()

    page = client_of(person).get(page_of(assignment))

    assert page.context["raw_texts"] == {
        called(assignment, text): text for text in ("One.", "Two.", "Three.", "Four.")
    }
    assert "model-a" not in page.content.decode()


def test_a_plain_form_says_what_is_asked():
    assignment, person = make_asking_item()
    one = assignment.order[0]
    said = {f"ratings_{one}_helpful": "7", f"flags_{one}_harmful": "no", "ideal": "More.\r\nStill."}

    client_of(person).post(page_of(assignment), sent(assignment, **said))

    kept = Ranking.objects.get()
    assert kept.answers == {one: {"ratings": {"helpful": 7}, "flags": {"harmful": False}}}
    assert kept.ideal is not None
    assert kept.ideal.text == "More.\nStill."


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("ratings_{}_helpful", "8", "8 is not one of the available choices"),
        ("flags_{}_harmful", "perhaps", "perhaps is not one of the available choices"),
        ("spans", "[]", "did not arrive whole"),
        ("spans", '{{"{}": [{{"name": "wrong"}}]}}', "A stretch begins before it ends."),
        ("ideal_from", "B", "B is not one of the available choices"),
    ],
)
def test_what_is_odd_is_refused_in_words_and_nothing_is_kept(field: str, value: str, words: str):
    assignment, person = make_asking_item()
    one = assignment.order[0]
    odd = {field.format(one): value.format(one)}

    page = client_of(person).post(page_of(assignment), sent(assignment, reason="Mine.", **odd))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert "Mine.</textarea>" in page.content.decode()
    assert not Ranking.objects.exists()


def test_a_change_without_scripts_leaves_marks_alone_and_takes_what_it_has_fields_for():
    assignment, person = make_asking_item()
    one, tiers = called(assignment, "One."), [[name] for name in assignment.order]
    said = {one: {"ratings": {"helpful": 7}, "spans": [SPAN]}}
    answer = RankingAnswer(tiers=tiers, answers=said, reason="So.")
    submit_ranking(assignment=assignment, answer=answer, by=person)
    change = {"version": "1", "change": "1", f"ratings_{one}_helpful": "6", "reason": ""}

    client_of(person).post(page_of(assignment), sent(assignment, **change))

    kept = Ranking.objects.get(current=True)
    assert kept.answers == {one: {"ratings": {"helpful": 6}, "spans": [SPAN]}}
    assert (kept.revision, kept.reason) == (2, "")


def test_two_tabs_that_say_the_same_hand_in_once_and_others_are_told():
    assignment, person = make_asking_item()
    one, client = assignment.order[0], client_of(person)
    said = {f"ratings_{one}_helpful": "7", "ideal": "More."}

    client.post(page_of(assignment), sent(assignment, **said))
    same = client.post(page_of(assignment), sent(assignment, **said))
    other = client.post(page_of(assignment), sent(assignment, **said | {"reason": "So."}))

    assert (same.status_code, other.status_code) == (302, 409)
    assert Ranking.objects.count() == 1


def test_another_tabs_draft_is_told_in_words():
    assignment, person = make_asking_item()
    one = called(assignment, "One.")
    letter = "ABCD"[assignment.order.index(one)]
    span = SPAN | {"why": "It is two."}
    body = {
        "tiers": [assignment.order],
        "unrankable": [],
        "strengths": [],
        "considered": True,
        "answers": {one: {"ratings": {"helpful": 2}, "spans": [span]}},
        "reason": "So.",
        "ideal": "Better.",
        "ideal_from": one,
    }
    save_draft(assignment=assignment, body=body, version=0, by=person)

    page = client_of(person).post(page_of(assignment), sent(assignment, version="7"))

    assert page.status_code == 409
    assert page.context["theirs"].splitlines()[4:] == [
        f"{letter}: Helpful 2; Wrong “One” (It is two.)",
        "Why: So.",
        "Ideal answer: Better.",
    ]


@pytest.mark.parametrize(
    "odd", [[], "text", {"x": {}}, {"ratings": 1}, {"answers": [], "reason": 7}]
)
def test_a_draft_that_says_odd_things_does_not_break_the_page(odd: object):
    assignment, person = make_asking_item()
    body: dict[str, object] = {"answers": odd, "reason": 7, "ideal": None, "ideal_from": []}
    save_draft(assignment=assignment, body=body, version=0, by=person)

    page = client_of(person).get(page_of(assignment))

    assert page.status_code == 200
    assert json.loads(json.dumps(page.context["said"]))["answers"] == {}
