"""A lead sets a campaign up on one page; its terms change later on another."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from annotate.enums import CampaignState, Kind, Role
from annotate.models import Campaign, Task
from annotate.questions import Asked, Criterion, Question, Questions, Scale, questions_of
from annotate.services.campaign import Work
from commons.models import AuditEvent
from tests.annotate.views.conftest import Cast
from tests.factories import make_prompt, make_task, make_user

NEW = reverse("annotate:new_campaign")


def rows(sort: str, *said: dict[str, str]) -> dict[str, str]:
    """Rows of questions as the page sends them, with one to spare."""
    sent = {f"{sort}-TOTAL_FORMS": str(len(said) + 1), f"{sort}-INITIAL_FORMS": "0"}
    return sent | {
        f"{sort}-{i}-{name}": value for i, row in enumerate(said) for name, value in row.items()
    }


def terms(**others: str) -> dict[str, str]:
    """Rankings of two answers, three people each, as the page sends it."""
    return {
        "rank-asked": "on",
        "rank-answers": "2",
        "rank-wanted": "3",
        "rank-lease_minutes": "45",
        "rank-edit_minutes": "30",
        "rank-second_opinion_share": "12.5",
        "rank-held_out_share": "0",
        "rank-reviewed_share": "10",
        "rank-third_below": "",
        **others,
    }


def plan(**others: str) -> dict[str, str]:
    return {
        "uuid": str(uuid4()),
        "name": "Law",
        "summary": "Contracts.",
        "text": "Be **exact**.\r\nAlways.",
        "reason": "optional",
        "ideal": "no",
        **terms(),
        **rows("ratings", {"label": "How helpful?", "scale": "0-4", "high_means": "fully"}),
        **rows("flags", {"label": "Could do harm", "name": "harmful"}),
        **rows("spans"),
        **others,
    }


def page_of(cast: Cast) -> str:
    return reverse("annotate:campaign_settings", args=[cast.campaign.uuid])


def test_a_lead_makes_a_campaign_with_all_that_it_asks(cast: Cast) -> None:
    answer = cast.client(cast.lead).post(NEW, plan())

    made = Campaign.objects.get(name="Law")
    assert answer.headers["Location"] == reverse("annotate:campaign", args=[made.uuid])
    assert (made.state, made.summary, made.created_by) == (
        CampaignState.DRAFT,
        "Contracts.",
        cast.lead,
    )
    work = made.works.get()
    assert {name: getattr(work, name) for name in Work.__dataclass_fields__} == {
        "kind": Kind.RANK,
        "wanted": 3,
        "answers": 2,
        "strengths": False,
        "lease_minutes": 45,
        "edit_minutes": 30,
        "second_opinion_share": 0.125,
        "third_below": None,
        "held_out_share": 0,
        "reviewed_share": 0.1,
        "may_start_from": False,
        "looks_again": False,
        "turns": 1,
        "stops_when_sure": None,
        "second_up_to": None,
    }
    version = made.instructions.get()
    assert version.guideline == "Be **exact**.\nAlways."
    assert questions_of(version.form, Kind.RANK) == Questions(
        ratings=(Scale("how-helpful", "How helpful?", 0, 4, "", "fully"),),
        flags=(Question("harmful", "Could do harm"),),
        reason=Asked.OPTIONAL,
    )
    assert made.memberships.get().role == Role.LEAD


def test_the_same_page_sent_twice_makes_one_campaign(cast: Cast) -> None:
    client, sent = cast.client(cast.lead), plan()

    client.post(NEW, sent)
    again = client.post(NEW, sent)

    made = Campaign.objects.get(name="Law")
    assert again.headers["Location"] == reverse("annotate:campaign", args=[made.uuid])
    assert made.instructions.count() == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"name": "Elsewhere"}, "There is a campaign called “Elsewhere” already"),
        ({"name": ""}, "This field is required."),
        ({"rank-asked": ""}, "Choose at least one kind of work."),
        ({"rank-answers": "1"}, "greater than or equal to 2"),
        ({"rank-reviewed_share": "101"}, "less than or equal to 100"),
        ({"text": " "}, "Questions are published with a guideline"),
        ({"ratings-0-scale": "own", "ratings-0-low": "5"}, "give low and high as whole numbers"),
        ({"ratings-0-label": "有用"}, "Give it a name of small letters"),
        ({"flags-0-name": "Do Harm"}, "a name is a word of small letters"),
        (
            {"flags-1-label": "Could do harm", "flags-1-name": "harmful"},
            "“harmful” is asked twice",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    cast: Cast, sent: dict[str, str], says: str
) -> None:
    page = cast.client(cast.lead).post(NEW, plan(**sent))

    assert page.status_code == 422
    assert says in page.content.decode()
    assert not Campaign.objects.filter(name="Law").exists()


def test_a_kind_that_is_not_asked_for_may_stand_empty(cast: Cast) -> None:
    sent = plan() | {"demonstrate-wanted": "", "talk-turns": "none"}

    cast.client(cast.lead).post(NEW, sent)

    assert list(Campaign.objects.get(name="Law").works.values_list("kind", flat=True)) == ["rank"]


def test_a_person_with_the_permission_makes_a_first_campaign(cast: Cast) -> None:
    newcomer = make_user("newcomer")
    newcomer.user_permissions.add(Permission.objects.get(codename="add_campaign"))

    cast.client(newcomer).post(NEW, plan())

    assert Campaign.objects.get(name="Law").memberships.get().person == newcomer


def test_nobody_else_can_make_a_campaign(cast: Cast) -> None:
    client = cast.client(cast.member)

    assert client.get(NEW).status_code == 404
    assert client.post(NEW, plan()).status_code == 404
    assert "New campaign" not in client.get(reverse("annotate:campaigns")).content.decode()
    assert not Campaign.objects.filter(name="Law").exists()


def settings_of(cast: Cast, **others: str) -> dict[str, str]:
    """The settings as the page that is open sends them."""
    seen = cast.client(cast.lead).get(page_of(cast)).context["about"]["seen"].value()
    bounds = {"held_out_at_least": "0", "held_out_at_most": "1000"}
    return {"seen": seen, "name": "Medicine", "summary": "", **bounds, **terms(), **others}


def test_terms_change_and_items_keep_what_they_were_made_with(cast: Cast) -> None:
    old = make_task(cast.campaign)
    no_chance = {"rank-second_opinion_share": "0"}  # an item drawn for one more is asked of four
    sent = settings_of(cast, name="Health", **no_chance) | {
        "demonstrate-asked": "on",
        "demonstrate-turns": "1",
        **{
            name.replace("rank", "demonstrate"): value
            for name, value in terms().items()
            if name != "rank-answers"
        },
    }

    cast.client(cast.lead).post(page_of(cast), sent)
    new = make_task(cast.campaign)

    cast.campaign.refresh_from_db()
    old.refresh_from_db()
    assert cast.campaign.name == "Health"
    assert [(task.wanted, len(task.offered)) for task in (old, new)] == [(1, 4), (3, 2)]
    assert AuditEvent.objects.get(verb="campaign.changed").actor == cast.lead


def test_a_lead_bounds_what_a_week_holds_out(cast: Cast) -> None:
    sent = settings_of(cast, held_out_at_least="50", held_out_at_most="")

    cast.client(cast.lead).post(page_of(cast), sent)

    cast.campaign.refresh_from_db()
    assert (cast.campaign.held_out_at_least, cast.campaign.held_out_at_most) == (50, None)
    told = AuditEvent.objects.get(verb="campaign.changed").detail["held_out"]
    assert told == {"at_least": 50, "at_most": None}


def test_bounds_that_cross_are_refused_in_words(cast: Cast) -> None:
    sent = settings_of(cast, held_out_at_least="50", held_out_at_most="40")

    page = cast.client(cast.lead).post(page_of(cast), sent)

    assert page.status_code == 422
    assert "This is less than the number above it." in page.content.decode()
    cast.campaign.refresh_from_db()
    assert cast.campaign.held_out_at_least == 0


def test_a_kind_that_is_asked_for_later_opens_its_items(cast: Cast) -> None:
    cast.campaign.works.filter(kind=Kind.RANK).delete()
    make_prompt(cast.campaign, answers=["One.", "Two."])
    Task.objects.all().delete()
    cast.campaign.works.all().delete()

    page = cast.client(cast.lead).post(page_of(cast), settings_of(cast), follow=True)

    assert "that opened one item" in page.content.decode()
    assert Task.objects.get().kind == Kind.RANK


def test_a_kind_with_items_stays(cast: Cast) -> None:
    make_task(cast.campaign)
    sent = settings_of(cast)
    del sent["rank-asked"]

    cast.client(cast.lead).post(page_of(cast), sent)

    kinds = cast.campaign.works.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["demonstrate", "rank"]


def test_settings_that_another_lead_changed_meanwhile_are_not_written_over(cast: Cast) -> None:
    stale = settings_of(cast)
    cast.client(cast.lead).post(page_of(cast), settings_of(cast, name="First"))

    page = cast.client(cast.lead).post(page_of(cast), stale | {"name": "Second"})

    assert page.status_code == 422
    assert "changed by somebody else meanwhile" in page.content.decode()
    cast.campaign.refresh_from_db()
    assert cast.campaign.name == "First"


def test_settings_are_for_the_leads_of_the_campaign(cast: Cast) -> None:
    for person in (cast.member, cast.stranger):
        client = cast.client(person)
        assert client.get(page_of(cast)).status_code == 404
        assert client.post(page_of(cast), {"name": "Mine"}).status_code == 404


def test_a_lead_says_which_skills_a_campaign_asks_for(cast: Cast) -> None:
    client = cast.client(cast.lead)
    client.post(NEW, plan(skills="law, contracts, law"))
    made = Campaign.objects.get(name="Law")
    before = list(made.skills)

    settings = reverse("annotate:campaign_settings", args=[made.uuid])
    seen = client.get(settings).context["about"]
    shown = seen["skills"].value()
    bounds = {"held_out_at_least": "0", "held_out_at_most": "1000"}
    sent = {"name": "Law", "summary": "", "skills": "law", **bounds, **terms()}
    client.post(settings, sent | {"seen": seen["seen"].value()})

    made.refresh_from_db()
    assert (before, shown, made.skills) == (["law", "contracts"], "law, contracts", ["law"])
    told = AuditEvent.objects.get(verb="campaign.changed").detail
    assert told["skills"] == ["law"]
    people = client.get(reverse("annotate:people", args=[made.uuid]))
    assert people.context["form"]["skills"].value() == "law"
    assert (
        ">law</span>" in client.get(reverse("annotate:campaign", args=[made.uuid])).content.decode()
    )


def test_skills_that_another_lead_changed_meanwhile_are_not_written_over(cast: Cast) -> None:
    sent = settings_of(cast, skills="law")
    Campaign.objects.filter(pk=cast.campaign.pk).update(skills=["chess"])

    page = cast.client(cast.lead).post(page_of(cast), sent)

    cast.campaign.refresh_from_db()
    assert (page.status_code, cast.campaign.skills) == (422, ["chess"])


def test_a_lead_sets_criteria_that_are_rated_and_that_are_only_read(cast: Cast) -> None:
    criteria = rows(
        "ratings",
        {
            "label": "Helpful",
            "means": "It does\r\n what was asked.",
            "scale": "1-5",
            "high_means": "",
        },
        {"label": "True", "means": "It can be checked.", "scale": "none", "low_means": "lost"},
    )

    cast.client(cast.lead).post(NEW, plan(**criteria, **rows("flags")))

    made = Campaign.objects.get(name="Law")
    asked = questions_of(made.instructions.get().form, Kind.RANK)
    assert asked.criteria == (Criterion("true", "True", "It can be checked."),)
    assert asked.ratings == (Scale("helpful", "Helpful", 1, 5, means="It does what was asked."),)
    drawn = cast.client(cast.lead).get(reverse("annotate:edit_guideline", args=[made.uuid]))
    rows_drawn = [each.initial for each in drawn.context["questions"].ratings if each.initial]
    assert [(each["label"], each["scale"], each["means"]) for each in rows_drawn] == [
        ("True", "none", "It can be checked."),
        ("Helpful", "1-5", "It does what was asked."),
    ]


def test_one_name_is_not_given_to_a_rated_criterion_and_one_that_is_only_read(cast: Cast) -> None:
    twice = rows("ratings", {"label": "True", "scale": "1-7"}, {"label": "True", "scale": "none"})

    page = cast.client(cast.lead).post(NEW, plan(**twice))

    assert page.status_code == 422
    assert "“true” is asked twice" in page.content.decode()
