"""Explore, for those who lead or review, and for nobody else."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Role
from annotate.services.campaign import publish_instructions
from annotate.services.words import keep_words
from commons.models import User
from tests.annotate.golden import gold_of
from tests.annotate.views.conftest import Cast
from tests.factories import make_campaign, make_member, make_prompt, make_ranking, make_user

PAGE = reverse("annotate:explore")
ASKS_FLAG: dict[str, object] = {"rank": {"flags": [{"name": "harmful", "label": "Could do harm"}]}}


@pytest.fixture
def reviewer(cast: Cast) -> User:
    return make_member(cast.campaign, Role.REVIEWER, name="reviewer")


def said(client: Client, **asked: str) -> str:
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200, answer.context["form"].errors
    return answer.content.decode()


def test_only_who_leads_or_reviews_reviews(cast: Cast, reviewer: User):
    campaign = {"campaign": str(cast.campaign.uuid)}

    assert cast.client(cast.lead).get(PAGE, campaign).status_code == 200
    assert cast.client(reviewer).get(PAGE, campaign).status_code == 200
    assert cast.client(cast.stranger).get(PAGE, campaign).status_code == 404
    assert cast.client(cast.member).get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_the_entry_stands_where_the_page_does(cast: Cast, reviewer: User):
    def has_entry(person: User) -> bool:
        return f'href="{PAGE}"' in cast.client(person).get("/").content.decode()

    assert [has_entry(each) for each in (cast.lead, reviewer, cast.member)] == [True, True, False]


def test_nothing_of_other_campaigns_is_found(cast: Cast):
    make_prompt(cast.campaign, text="Is aspirin safe?")
    make_prompt(make_campaign(), text="Is aspirin legal?")
    keep_words()

    page = said(cast.client(cast.lead), text="aspirin")

    assert "Is aspirin safe?" in page
    assert "Is aspirin legal?" not in page


def test_a_lead_reads_who_judged_and_a_reviewer_does_not(cast: Cast, reviewer: User):
    User.objects.filter(pk=cast.member.pk).update(first_name="Ada", last_name="Quill")
    make_ranking(cast.campaign, cast.member)

    of_lead = said(cast.client(cast.lead), show="rankings", rater="quill")
    of_reviewer = said(cast.client(reviewer), show="rankings", rater="nobody")

    assert "Ada Quill" in of_lead
    assert "2 tiers" not in of_lead
    assert "4 tiers" in of_lead
    assert "4 tiers" in of_reviewer  # who asks by name in vain
    assert "Quill" not in of_reviewer
    assert 'name="rater"' not in of_reviewer


def test_a_reviewer_reads_no_right_order_and_nothing_of_who_was_checked(cast: Cast, reviewer: User):
    gold_of(cast.campaign, by=cast.lead)

    assert "4 tiers" in said(cast.client(cast.lead), show="rankings")
    assert "tiers" not in said(cast.client(reviewer), show="rankings")


def test_no_list_says_whence_an_answer_came(cast: Cast):
    make_ranking(cast.campaign, cast.member)

    assert "model-a" not in said(cast.client(cast.lead), show="rankings")


def test_a_page_names_the_next_one_and_keeps_what_was_asked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("annotate.selectors.explore.PAGE", 1)
    make_prompt(cast.campaign, text="First?", skill="law", answers=["a", "b", "c", "d"])
    make_prompt(cast.campaign, text="Second?", skill="law", answers=["a", "b", "c", "d"])
    client = cast.client(cast.lead)

    first = client.get(PAGE, {"skill": "law"})
    second = client.get(PAGE + first.context["older"])

    assert [row.prompt.question for row in first.context["rows"]] == ["Second?"]
    assert [row.prompt.question for row in second.context["rows"]] == ["First?"]
    assert "skill=law" in first.context["older"]
    assert second.context["older"] == ""


def test_what_is_asked_goes_along_to_the_other_tabs(cast: Cast):
    """Single: nobody else has judged it. Written answers, and what is listed with them, cannot be
    asked so, and keep it."""
    make_ranking(cast.campaign, cast.member)
    make_prompt(cast.campaign, text="Unjudged?", answers=["a", "b", "c", "d"])
    client = cast.client(cast.lead)
    tabs = dict(client.get(PAGE, {"show": "prompts", "agreement": "single"}).context["tabs"])

    shown = {each: client.get(PAGE + tabs[each]) for each in tabs}

    assert [len(each.context["rows"]) for each in shown.values()] == [1, 1, 0, 1, 0]
    assert all(
        "agreement=single" in dict(each.context["tabs"])["prompts"] for each in shown.values()
    )


@pytest.mark.parametrize("filters", [{"flag": "harmful"}, {"agreement": "apart"}], ids=str)
def test_a_filter_of_the_address_narrows_prompts_and_rankings(cast: Cast, filters: dict[str, str]):
    make_ranking(cast.campaign, cast.member)
    publish_instructions(campaign=cast.campaign, guideline="Judge.", form=ASKS_FLAG, by=None)
    client = cast.client(cast.lead)

    for show in ("prompts", "rankings"):
        assert len(client.get(PAGE, {"show": show}).context["rows"]) == 1
        assert client.get(PAGE, {"show": show, **filters}).context["rows"] == []


@pytest.mark.parametrize(
    "odd", [{"week": "2026-W60"}, {"week": "May"}, {"skill": "unheard"}, {"text": "x" * 201}]
)
def test_an_odd_filter_is_refused_in_words(cast: Cast, odd: dict[str, str]):
    answer = cast.client(cast.lead).get(PAGE, odd)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert "Nothing was looked for" in answer.content.decode()


@pytest.mark.parametrize("odd", [{"after": "x"}, {"campaign": "x"}, {"campaign": str(uuid4())}])
def test_an_odd_address_is_not_there(cast: Cast, odd: dict[str, str]):
    assert cast.client(cast.lead).get(PAGE, odd).status_code == 404


def test_an_admin_without_any_campaign_reads_why_there_is_nothing(db: None):
    admin = Client()
    admin.force_login(make_user(admin=True))

    assert "There is no campaign yet" in said(admin)


def test_a_prompt_that_cannot_be_found_yet_is_spoken_of(cast: Cast):
    make_prompt(cast.campaign, text="Is aspirin safe?")
    client = cast.client(cast.lead)

    assert "within minutes" in said(client, text="aspirin")
    assert "within minutes" not in said(client)
    keep_words()
    assert "within minutes" not in said(client, text="aspirin")


@pytest.mark.parametrize(("show", "queries"), [("prompts", 13), ("rankings", 13)])
def test_three_rows_take_as_many_queries_as_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, show: str, queries: int
):
    client, asked = cast.client(cast.lead), {"show": show, "campaign": str(cast.campaign.uuid)}
    make_ranking(cast.campaign, cast.member)
    with django_assert_num_queries(queries):
        assert len(client.get(PAGE, asked).context["rows"]) == 1
    for _ in range(2):
        make_ranking(cast.campaign, make_member(cast.campaign))

    with django_assert_num_queries(queries):
        assert len(client.get(PAGE, asked).context["rows"]) == 3
