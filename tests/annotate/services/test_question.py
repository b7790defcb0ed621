"""A question goes to the leads; the answer to whoever asked, and if so wished to everybody."""

from uuid import uuid4

import pytest

from annotate.enums import AssignmentState, Kind, QuestionState, Role
from annotate.errors import AlreadyAnswered, EmptyText, NotAllowed, NotYours
from annotate.models import Assignment, Campaign, ItemQuestion, Note, Precedent, Prompt
from annotate.selectors.question import (
    LOOKED_AT,
    open_questions_for,
    precedents_like,
    precedents_of,
)
from annotate.services.question import answer_question, ask_question
from commons.models import AuditEvent, User
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_prompt,
    make_user,
    take_and_show,
)

pytestmark = pytest.mark.django_db
ASPIRIN = "How long before ibuprofen should aspirin be taken by a patient with a stent?"


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(lead=lead)


@pytest.fixture
def ada(campaign: Campaign) -> User:
    return make_member(campaign, name="ada")


@pytest.fixture
def turn(campaign: Campaign, ada: User) -> Assignment:
    make_prompt(campaign, text=ASPIRIN)
    return take_and_show(ada, campaign, kind=Kind.DEMONSTRATE)


@pytest.fixture
def asked(turn: Assignment, ada: User) -> ItemQuestion:
    return ask_question(assignment=turn, text=" Which unit? ", by=ada, key=uuid4())


def make_precedent(
    asked: ItemQuestion, lead: User, text: str = "Which unit is meant?"
) -> Precedent:
    answer_question(question=asked, answer="*Milligrams*.", by=lead, precedent=text)
    return Precedent.objects.get(question=asked)


def test_a_question_waits_for_the_leads_and_the_turn_goes_on(
    asked: ItemQuestion, turn: Assignment, lead: User
) -> None:
    turn.refresh_from_db()

    assert (asked.text, asked.state, turn.state) == ("Which unit?", "open", AssignmentState.OPEN)
    assert list(open_questions_for(lead)) == [asked]
    for other in (make_member(asked.campaign, Role.REVIEWER), make_member(make_campaign())):
        assert list(open_questions_for(other)) == []


def test_a_question_that_is_sent_twice_is_asked_once(turn: Assignment, ada: User) -> None:
    key = uuid4()

    first, again = (ask_question(assignment=turn, text="Why?", by=ada, key=key) for _ in range(2))

    assert first == again
    assert ItemQuestion.objects.count() == 1


def test_only_who_has_met_an_item_asks_about_it(
    turn: Assignment, ada: User, campaign: Campaign
) -> None:
    with pytest.raises(NotYours):
        ask_question(assignment=turn, text="Why?", by=make_member(campaign), key=uuid4())
    Assignment.objects.update(state=AssignmentState.RESERVED)
    turn.refresh_from_db()
    with pytest.raises(NotYours):
        ask_question(assignment=turn, text="Why?", by=ada, key=uuid4())
    with pytest.raises(EmptyText):
        ask_question(assignment=make_assignment(campaign, ada), text=" ", by=ada, key=uuid4())


def test_an_answer_is_on_the_desk_of_whoever_asked(
    asked: ItemQuestion, ada: User, lead: User
) -> None:
    answer_question(question=asked, answer=" Milligrams. ", by=lead)

    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.answered_by) == (
        QuestionState.ANSWERED,
        "Milligrams.",
        lead,
    )
    assert [(each.person, each.question) for each in Note.objects.all()] == [(ada, asked)]
    assert not Precedent.objects.exists()
    assert AuditEvent.objects.filter(actor=lead, verb="question.answered").count() == 1


def test_a_question_is_answered_once(asked: ItemQuestion, lead: User) -> None:
    answer_question(question=asked, answer="Milligrams.", by=lead)
    other = make_member(asked.campaign, Role.LEAD)

    with pytest.raises(AlreadyAnswered):
        answer_question(question=asked, answer="Grams.", by=other, precedent="Which unit?")

    asked.refresh_from_db()
    assert (asked.answer, Note.objects.count(), Precedent.objects.count()) == ("Milligrams.", 1, 0)


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.REVIEWER])
def test_only_leads_answer(asked: ItemQuestion, role: Role) -> None:
    with pytest.raises(NotAllowed):
        answer_question(question=asked, answer="Yes.", by=make_member(asked.campaign, role))


def test_nothing_empty_is_an_answer_or_a_precedent(asked: ItemQuestion, lead: User) -> None:
    for answer, precedent in ((" ", None), ("Yes.", " ")):
        with pytest.raises(EmptyText):
            answer_question(question=asked, answer=answer, by=lead, precedent=precedent)

    assert open_questions_for(lead).count() == 1


def test_a_precedent_is_found_from_like_items_alone(
    campaign: Campaign, asked: ItemQuestion, lead: User
) -> None:
    precedent = make_precedent(asked, lead)
    like = make_prompt(campaign, text="May a patient with a stent take ibuprofen after aspirin?")
    unlike = make_prompt(campaign, text="Which treaty ended the thirty years of war in 1648?")
    elsewhere = make_campaign()

    assert precedents_like(campaign, like) == [precedent]
    assert precedents_like(campaign, unlike) == []
    assert precedents_like(elsewhere, like) == []


def test_a_precedent_of_another_language_or_skill_is_not_shown(
    campaign: Campaign, asked: ItemQuestion, lead: User
) -> None:
    make_precedent(asked, lead)
    prompt = asked.assignment.task.prompt
    Precedent.objects.update(skill="medicine")
    others = [("medicine", "de"), ("law", "en"), ("", "en")]

    found = []
    for skill, language in [("medicine", "en"), *others]:
        Prompt.objects.filter(pk=prompt.pk).update(skill=skill, language=language)
        prompt.refresh_from_db()
        found.append(len(precedents_like(campaign, prompt)))

    assert found == [1, 0, 0, 0]


def test_at_most_five_are_shown_the_likest_first(
    campaign: Campaign, asked: ItemQuestion, lead: User, ada: User
) -> None:
    likest = make_precedent(asked, lead, text="Aspirin before ibuprofen: how long?")
    for at in range(6):
        more = ask_question(assignment=asked.assignment, text=f"{at}", by=ada, key=uuid4())
        make_precedent(more, lead, text=f"Something else entirely, number {'x' * at}yz")

    found = precedents_like(campaign, asked.assignment.task.prompt)

    assert len(found) == 5
    assert found[0] == likest
    assert LOOKED_AT == 200


def test_the_precedents_of_a_campaign_are_searched_by_words(
    campaign: Campaign, asked: ItemQuestion, lead: User
) -> None:
    precedent = make_precedent(asked, lead)

    found = [list(precedents_of(campaign, text)) for text in ("", "UNIT milli", "unit grams2")]

    assert found == [[precedent], [precedent], []]
