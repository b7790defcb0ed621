"""A guideline has versions: written by leads, read with what changed, accepted."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind
from annotate.models import Acknowledgement
from annotate.questions import Asked, Questions, Scale, questions_of
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from tests.annotate.views.conftest import Cast
from tests.annotate.views.test_campaign_setup import rows
from tests.factories import make_ranking, make_task

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
