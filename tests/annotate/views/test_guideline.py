"""A guideline has versions: written by leads, read with what changed, accepted."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind
from annotate.models import Acknowledgement, Precedent
from annotate.questions import Asked, Criterion, Questions, Scale, questions_of
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from annotate.services.question import answer_question, ask_question
from tests.annotate.views.conftest import Cast
from tests.annotate.views.test_campaign_setup import rows
from tests.factories import (
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    take_and_show,
)

ASKS = Questions(ratings=(Scale("helpful", "Helpful", 1, 7),), reason=Asked.REQUIRED)


def address(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"annotate:{name}", args=[cast.campaign.uuid, *args])


def publish(cast: Cast, text: str, asked: Questions = ASKS) -> None:
    form: dict[str, object] = {"rank": asked.as_json()}
    publish_instructions(campaign=cast.campaign, guideline=text, form=form, by=cast.lead)


def sent(text: str, *, seen: int = 1, act: str = "publish", **others: str) -> dict[str, str]:
    return {
        "text": text,
        "seen": str(seen),
        act: "",
        "reason": "required",
        "ideal": "no",
        **rows("ratings", {"label": "Helpful", "name": "helpful", "scale": "1-7"}),
        **rows("flags"),
        **rows("spans"),
        **others,
    }


def send(cast: Cast, *said, **others):
    return cast.client(cast.lead).post(address(cast, "edit_guideline"), sent(*said, **others))


def texts(cast: Cast) -> list[str]:
    return list(cast.campaign.instructions.order_by("version").values_list("guideline", flat=True))


def test_a_lead_looks_at_the_difference_and_nothing_is_published(cast: Cast) -> None:
    publish(cast, "Be kind.")

    page = send(cast, "Be <b>exact</b>.", act="look", **rows("flags", {"label": "Harmful"}))

    said = page.content.decode()
    assert page.status_code == 200
    assert '<del><span class="visually-hidden">removed: </span>kind</del>' in said
    assert "&lt;b&gt;exact&lt;" in said
    assert "Flag: Harmful" in said
    assert texts(cast) == ["Be kind."]


def test_a_version_is_published_with_its_questions(cast: Cast) -> None:
    publish(cast, "Be kind.")

    answer = send(cast, "Be exact.", **rows("flags", {"label": "Harmful"}))

    assert answer.headers["Location"] == address(cast, "guideline_versions")
    assert texts(cast) == ["Be kind.", "Be exact."]
    newest = cast.campaign.instructions.get(version=2)
    asked = questions_of(newest.form, Kind.RANK)
    assert ([each.name for each in asked.flags], asked.reason) == (["harmful"], Asked.REQUIRED)
    assert newest.created_by == cast.lead


def test_what_other_kinds_ask_stays(cast: Cast) -> None:
    other: dict[str, object] = {"talk": {"reason": "optional"}}
    publish_instructions(campaign=cast.campaign, guideline="Be kind.", form=other, by=cast.lead)

    send(cast, "Be exact.")

    assert cast.campaign.instructions.get(version=2).form == {
        "talk": {"reason": "optional"},
        "rank": ASKS.as_json(),
    }


def test_the_same_again_makes_no_second_version(cast: Cast) -> None:
    publish(cast, "Be kind.")

    answers = [send(cast, "Be exact.").status_code for _ in range(2)]

    assert answers == [302, 302]
    assert texts(cast) == ["Be kind.", "Be exact."]


def test_the_same_is_the_same_where_it_was_kept_before_there_were_criteria(cast: Cast) -> None:
    """A version of its own would have everybody accept it anew."""
    send(cast, "Be exact.", seen=0)
    older = ASKS.as_json()
    del older["criteria"]
    cast.campaign.instructions.update(form={"rank": older})

    send(cast, "Be exact.")

    assert texts(cast) == ["Be exact."]


def test_what_another_lead_published_meanwhile_is_not_overwritten_unread(cast: Cast) -> None:
    publish(cast, "Be kind.")
    publish(cast, "Be kind and brief.")

    first = send(cast, "Be exact.", seen=1)
    seen = first.context["form"]["seen"].value()
    second = send(cast, "Be exact and brief.", seen=seen)

    said = first.content.decode()
    assert first.status_code == 422
    assert "Somebody else published version 2 meanwhile" in said
    assert "What differs from version 2" in said
    assert "Be exact.</textarea>" in said
    assert second.status_code == 302
    assert texts(cast) == ["Be kind.", "Be kind and brief.", "Be exact and brief."]


@pytest.mark.parametrize(
    ("text", "others", "says"),
    [
        (" ", {}, "The guideline is empty"),
        ("Be.", {"ratings-0-name": "No Name"}, "a name is a word of small letters"),
    ],
)
def test_an_odd_version_is_refused_in_words(
    cast: Cast, text: str, others: dict[str, str], says: str
) -> None:
    publish(cast, "Be kind.")

    page = send(cast, text, **others)

    assert page.status_code == 422
    assert says in page.content.decode()
    assert texts(cast) == ["Be kind."]


def test_a_first_guideline_is_written_later(cast: Cast) -> None:
    before = cast.client(cast.lead).get(address(cast, "edit_guideline")).content.decode()

    send(cast, "Be exact.", seen=0)

    assert "Version 1 of the guideline" in before
    assert texts(cast) == ["Be exact."]


def test_a_reader_sees_what_changed_since_the_version_they_accepted(cast: Cast) -> None:
    publish(cast, "Be kind.\n\nOne.")
    acknowledge_instructions(instructions=cast.campaign.instructions.get(), by=cast.member)
    publish(cast, "Be exact.\n\nOne.")
    publish(cast, "Be exact.\n\nTwo.", Questions())

    page = cast.client(cast.member).get(address(cast, "guideline")).content.decode()

    assert "What changed since version 1, which you accepted" in page
    for word in ("kind", "One", "Rating: Helpful (1 – 7)"):
        assert f"removed: </span>{word}" in page
    assert "added: </span>exact" in page


def test_a_first_reader_sees_no_difference(cast: Cast) -> None:
    publish(cast, "Be kind.")
    publish(cast, "Be exact.")

    page = cast.client(cast.member).get(address(cast, "guideline")).content.decode()

    assert "What changed since" not in page


def test_only_the_version_that_was_read_is_accepted(cast: Cast) -> None:
    publish(cast, "Be kind.")
    publish(cast, "Be exact.")
    make_task(cast.campaign)

    answer = cast.client(cast.member).post(address(cast, "guideline"), {"version": "1"})

    accepted = Acknowledgement.objects.filter(person=cast.member)
    assert [each.instructions.version for each in accepted] == [1]
    assert answer.headers["Location"] == address(cast, "guideline")


def test_history_says_who_worked_under_which(cast: Cast) -> None:
    publish(cast, "Be kind.", Questions())
    acknowledge_instructions(instructions=cast.campaign.instructions.get(), by=cast.member)
    make_ranking(cast.campaign, cast.member)
    publish(cast, "Be exact.")

    page = cast.client(cast.lead).get(address(cast, "guideline_versions"))

    told = [
        (each.instructions.version, each.accepted, each.judgements)
        for each in page.context["versions"]
    ]
    assert told == [(2, 0, 0), (1, 1, 1)]
    one = cast.client(cast.lead).get(address(cast, "guideline_version", 2)).content.decode()
    assert "What it changed in version 1" in one


def test_versions_are_for_the_leads_of_the_campaign(cast: Cast) -> None:
    publish(cast, "Be kind.")
    pages = [
        address(cast, "edit_guideline"),
        address(cast, "guideline_versions"),
        address(cast, "guideline_version", 1),
    ]

    for person in (cast.member, cast.stranger):
        assert [cast.client(person).get(page).status_code for page in pages] == [404, 404, 404]
    assert cast.client(cast.member).post(pages[0], sent("Mine.")).status_code == 404
    assert cast.client(cast.stranger).get(address(cast, "guideline")).status_code == 404
    assert cast.client(cast.lead).get(address(cast, "guideline_version", 9)).status_code == 404


@pytest.mark.parametrize("more", [1, 3])
def test_history_asks_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(more):
        publish(cast, f"Be kind {number}.")
    client = cast.client(cast.lead)

    with django_assert_num_queries(8):
        client.get(address(cast, "guideline_versions"))


CRITERIA = Questions(
    criteria=(Criterion("true", "True", "Every claim can be <i>checked</i>."),),
    ratings=(Scale("helpful", "Helpful", 1, 7, means="It does what was asked."),),
)


def test_a_guideline_says_what_answers_are_judged_by(cast: Cast) -> None:
    publish(cast, "Be kind.", CRITERIA)

    page = cast.client(cast.member).get(address(cast, "guideline")).content.decode()

    assert "What answers are judged by" in page
    assert "Every claim can be &lt;i&gt;checked&lt;/i&gt;." in page
    assert page.index("True</dt>") < page.index("Helpful</dt>")


def test_a_changed_criterion_is_read_as_a_difference(cast: Cast) -> None:
    publish(cast, "Be kind.", CRITERIA)
    acknowledge_instructions(instructions=cast.campaign.instructions.get(), by=cast.member)
    [true] = CRITERIA.criteria
    publish(cast, "Be kind.", replace(CRITERIA, criteria=[replace(true, means="Every claim is.")]))

    page = cast.client(cast.member).get(address(cast, "guideline")).content.decode()

    assert "Criterion: True: Every claim" in page
    assert "removed: </span>can" in page


def give_precedent(cast: Cast, asked: str) -> Precedent:
    person = make_member(cast.campaign)
    for version in cast.campaign.instructions.all():
        acknowledge_instructions(instructions=version, by=person)
    make_prompt(cast.campaign)
    turn = take_and_show(person, cast.campaign, kind=Kind.DEMONSTRATE)
    question = ask_question(assignment=turn, text="This one?", by=person, key=uuid4())
    answer_question(question=question, answer="Use *grams*.", by=cast.lead, precedent=asked)
    return Precedent.objects.get(question=question)


def test_a_guideline_has_its_precedents_with_the_version_they_were_given_under(cast: Cast) -> None:
    publish(cast, "Be kind.")
    old = give_precedent(cast, "Which unit?")
    publish(cast, "Be exact.")
    new = give_precedent(cast, "Which language?")

    page = cast.client(cast.member).get(address(cast, "guideline"))

    shown = page.context["precedents"]
    assert [(each.asked, each.version) for each in shown] == [
        ("Which language?", 2),
        ("Which unit?", 1),
    ]
    html = page.content.decode()
    for each in (old, new):
        assert f'id="precedent-{each.uuid}"' in html
        assert f"?precedent={each.uuid}#precedent-{each.uuid}" in html
    assert "Given under version 1 of the guideline" in html
    assert "<em>grams</em>" in html
    assert "This one?" not in html  # as it was asked of its item


def test_a_link_to_a_precedent_opens_it_however_old_it_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.selectors.question.NEWEST", 1)
    publish(cast, "Be kind.")
    old, new = give_precedent(cast, "Which unit?"), give_precedent(cast, "Which language?")
    client, here = cast.client(cast.member), address(cast, "guideline")

    plain, linked = client.get(here), client.get(here, {"precedent": str(old.uuid)})
    odd = client.get(here, {"precedent": "x"})

    asked = [[each.asked for each in page.context["precedents"]] for page in (plain, linked, odd)]
    assert asked == [["Which language?"], ["Which language?", "Which unit?"], ["Which language?"]]
    opened = '<details class="precedent" open>'
    assert [page.content.decode().count(opened) for page in (plain, linked, odd)] == [0, 1, 0]
    assert new.campaign == old.campaign


def test_a_precedent_of_another_campaign_is_not_shown(cast: Cast) -> None:
    publish(cast, "Be kind.")
    elsewhere = Cast(make_campaign(lead=cast.lead), cast.lead, cast.member, cast.stranger)
    theirs = give_precedent(elsewhere, "Which bed?")

    page = cast.client(cast.member).get(address(cast, "guideline"), {"precedent": str(theirs.uuid)})

    assert page.context["precedents"] == []


@pytest.mark.parametrize("items", [1, 3])
def test_a_guideline_asks_the_database_equally_often(
    cast: Cast, items: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(cast, "Be kind.")
    for _ in range(items):
        give_precedent(cast, "Which unit?")
    client = cast.client(cast.member)

    with django_assert_num_queries(8):
        client.get(address(cast, "guideline"))
