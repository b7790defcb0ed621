"""Asking, answering and reading precedents: each page for those whose it is."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind, Role
from annotate.models import Assignment, Campaign, ItemQuestion, Precedent
from annotate.services.question import answer_question, ask_question
from commons.models import User
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_prompt, take_and_show

QUESTIONS = reverse("annotate:questions")
SECRET = "The patient in bed seven takes aspirin with a stent."


def turn_for(cast: Cast, person: User | None = None, text: str = SECRET) -> Assignment:
    make_prompt(cast.campaign, text=text)
    return take_and_show(person or cast.member, cast.campaign, kind=Kind.DEMONSTRATE)


def make_question(cast: Cast, text: str = "Which unit?", prompt: str = SECRET) -> ItemQuestion:
    person = make_member(cast.campaign)
    return ask_question(
        assignment=turn_for(cast, person, prompt), text=text, by=person, key=uuid4()
    )


def page(name: str, subject: Assignment | Campaign | ItemQuestion) -> str:
    return reverse(f"annotate:{name}", args=[subject.uuid])


def sent(question: ItemQuestion, **said: object) -> dict[str, object]:
    return {f"{question.uuid}-{name}": each for name, each in said.items()}


def test_an_item_is_asked_about_and_its_page_says_so(cast: Cast) -> None:
    turn = turn_for(cast)
    client = cast.client(cast.member)
    said = {"text": "Which *unit*?", "key": str(uuid4())}

    by_script = client.post(page("ask", turn), said, headers={"HX-Request": "true"})
    plainly = client.post(page("ask", turn), {**said, "key": str(uuid4())}, follow=True)

    assert "The answer comes to your desk" in by_script.content.decode()
    assert "waits for an answer" in by_script.content.decode()
    assert [str(each) for each in plainly.context["messages"]] == [
        "Asked. The answer comes to your desk; you may go on meanwhile, or skip."
    ]
    assert ItemQuestion.objects.count() == 2


def test_an_empty_question_is_refused_in_words(cast: Cast) -> None:
    turn = turn_for(cast)
    client = cast.client(cast.member)

    by_script = client.post(
        page("ask", turn), {"text": " ", "key": str(uuid4())}, headers={"HX-Request": "true"}
    )
    plainly = client.post(page("ask", turn), {"text": "", "key": str(uuid4())}, follow=True)

    assert "required" in by_script.content.decode()
    assert [each.level_tag for each in plainly.context["messages"]] == ["error"]
    assert not ItemQuestion.objects.exists()


@pytest.mark.parametrize("name", ["ask", "asking", "beside"])
@pytest.mark.parametrize("who", ["lead", "stranger"])
def test_another_persons_item_is_not_there(cast: Cast, name: str, who: str) -> None:
    turn = turn_for(cast)
    client = cast.client(getattr(cast, who))
    said = {"text": "Why?", "key": str(uuid4())}

    answer = client.post(page(name, turn), said) if name == "ask" else client.get(page(name, turn))

    assert answer.status_code == 404
    assert not ItemQuestion.objects.exists()


def test_a_lead_reads_and_answers_what_is_asked(cast: Cast) -> None:
    question = make_question(cast)
    client = cast.client(cast.lead)

    desk = client.get(reverse("annotate:desk")).content.decode()
    html = client.get(QUESTIONS).content.decode()
    answered = client.post(
        page("answer", question),
        sent(question, answer="Milligrams.", is_precedent="on", asked="Which unit is meant?"),
        follow=True,
    )

    assert "1 question about an item waits for your answer." in desk
    assert ("Which unit?" in html, SECRET in html) == (True, True)
    assert "Nobody waits for an answer" in answered.content.decode()
    assert [(each.asked, each.answer) for each in Precedent.objects.all()] == [
        ("Which unit is meant?", "Milligrams.")
    ]


def test_without_the_tick_nothing_becomes_a_precedent(cast: Cast) -> None:
    question = make_question(cast)

    cast.client(cast.lead).post(
        page("answer", question), sent(question, answer="Milligrams.", asked="Which unit?")
    )

    question.refresh_from_db()
    assert question.state == "answered"
    assert not Precedent.objects.exists()


def test_an_answer_that_is_not_whole_comes_back_with_what_was_typed(cast: Cast) -> None:
    question = make_question(cast)

    answer = cast.client(cast.lead).post(
        page("answer", question), sent(question, answer="Grams.", is_precedent="on", asked=" ")
    )

    assert answer.status_code == 422
    assert "Grams." in answer.content.decode()
    assert "as everybody may read it, or make no precedent" in answer.content.decode()


@pytest.mark.parametrize("who", ["member", "reviewer"])
def test_questions_are_not_there_for_who_leads_nothing(cast: Cast, who: str) -> None:
    question = make_question(cast)
    person = cast.member if who == "member" else make_member(cast.campaign, Role.REVIEWER)
    client = cast.client(person)

    answers = [client.get(QUESTIONS), client.post(page("answer", question), {})]

    assert [each.status_code for each in answers] == [404, 404]


def test_another_lead_finds_nothing_of_this_campaign(cast: Cast) -> None:
    question = make_question(cast)
    client = cast.client(cast.stranger)

    listed = client.get(QUESTIONS)
    posted = client.post(page("answer", question), sent(question, answer="Ha."))

    assert (listed.context["questions"], posted.status_code) == ([], 404)


def test_precedents_are_for_members_and_tell_nothing_of_the_item(cast: Cast) -> None:
    question = make_question(cast, text="Is bed seven meant?")
    answer_question(
        question=question, answer="Use *milligrams*.", by=cast.lead, precedent="Which unit?"
    )
    turn = turn_for(cast, text="When does a patient with a stent take aspirin?")
    client = cast.client(cast.member)

    beside = client.get(page("beside", turn)).content.decode()
    listed = client.get(page("precedents", cast.campaign), {"q": "unit"}).content.decode()
    stranger = cast.client(cast.stranger).get(page("precedents", cast.campaign))

    for html in (beside, listed):
        assert "Which unit?" in html
        assert "<em>milligrams</em>" in html
        assert "bed seven" not in html
    assert stranger.status_code == 404


def test_a_search_that_finds_nothing_says_so(cast: Cast) -> None:
    client: Client = cast.client(cast.member)

    none = client.get(page("precedents", cast.campaign)).content.decode()
    searched = client.get(page("precedents", cast.campaign), {"q": "unit"}).content.decode()

    assert "No precedents yet" in none
    assert "Nothing has these words" in searched


@pytest.mark.parametrize("items", [1, 3])
def test_the_pages_ask_the_database_equally_often(
    cast: Cast, items: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for at in range(items):
        make_question(cast, prompt=f"{'b' * at}rown foxes jump?")
        question = make_question(cast, prompt=f"{'l' * at}azy dogs sleep?")
        answer_question(question=question, answer="Yes.", by=cast.lead, precedent=f"Is it {at}?")
    turn = turn_for(cast, text="Do dogs sleep?")
    member, lead = cast.client(cast.member), cast.client(cast.lead)

    with django_assert_num_queries(9):
        lead.get(QUESTIONS)
    with django_assert_num_queries(6):
        member.get(page("precedents", cast.campaign))
    with django_assert_num_queries(5):
        member.get(page("beside", turn))
