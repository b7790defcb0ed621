"""What a fit says of how people work: each habit is planted, and told of its person alone."""

import random
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, Kind, Origin
from annotate.models import (
    Assignment,
    Campaign,
    Demonstration,
    Lane,
    QualityReport,
    Ranking,
    Rater,
    Task,
)
from annotate.views.tables import Table
from tests.factories import make_user
from tests.planted import Leaning, Plan, answer_of, measured, plant

pytestmark = pytest.mark.django_db

FIRST, LONGER, MARKED, REFUSES, HONEST = 0, 1, 2, 3, (4, 5, 6, 7)


def texts(prompt: int, place: int) -> str:
    """Longer, with Markdown, a refusal: each by chance, whatever the others are."""
    chance = random.Random(f"{prompt} {place}")
    said = " ".join(answer_of(prompt + at, place) for at in range(chance.choice((1, 3, 6))))
    opens = "I cannot help with that. " if chance.random() < 0.4 else ""
    return f"{opens}{said}" + ("\n\n- one\n- two" if chance.random() < 0.5 else "")


SMALL = Plan(prompts=60, raters=4, each=2)
LEANS: Mapping[int, Leaning] = {
    FIRST: lambda place, text: place,
    LONGER: lambda place, text: -len(text),
    MARKED: lambda place, text: "\n- " not in text,
    REFUSES: lambda place, text: not text.startswith("I cannot"),
}


def planned(*places: int, **more: Any) -> Plan:
    """A team of which these lean as said, and the others judge by what answers are worth."""
    leans = {place: LEANS[place] for place in places}
    return Plan(prompts=160, says=texts, leans=leans, **more)


def rater_at(campaign: Campaign, place: int) -> Rater:
    return Rater.objects.get(user__username=f"{campaign.pk}-rater-{place}")


def look(campaign: Campaign, page: str, *args: object) -> Any:
    client = Client()
    assert campaign.created_by is not None
    client.force_login(campaign.created_by)
    address = reverse(f"annotate:{page}", args=args)
    return client.get(f"{address}?campaign={campaign.uuid}").context


def badged(campaign: Campaign) -> set[str]:
    """Whom the page of leanings marks."""
    table = next(each for each in look(campaign, "bias")["tables"] if each.key == "leanings")
    return {row[0].text for row in table.rows if row[-1].badge}


def facts_of(campaign: Campaign, place: int) -> dict[str, str]:
    context = look(campaign, "rater", rater_at(campaign, place).uuid)
    return {name: cell.text for name, cell, _ in context["facts"]}


def subjects(report: QualityReport) -> set[str]:
    return {each["subject"] for each in report.findings}


def of(report: QualityReport, campaign: Campaign, place: int) -> Any:
    return report.raters.get(rater=rater_at(campaign, place)).figures


@pytest.mark.parametrize(
    ("place", "feature"), [(LONGER, "length"), (MARKED, "markdown"), (REFUSES, "refusal")]
)
def test_who_goes_by_what_an_answer_looks_like_is_marked_with_what_it_adds(
    place: int, feature: str
) -> None:
    campaign = plant(planned(place), lead=make_user())

    report = measured(campaign)

    told = of(report, campaign, place)[f"leans_{feature}"]
    assert told["low"] > 0
    assert told["chance"] < 0.01
    assert badged(campaign) == {f"Rater {place}"}
    assert subjects(report) <= {str(rater_at(campaign, place).pk)}


def test_whoever_keeps_the_order_that_was_shown_is_named_and_nobody_else() -> None:
    campaign = plant(planned(FIRST), lead=make_user())

    report = measured(campaign)

    assert {(each["sort"], each["subject"]) for each in report.findings} >= {
        ("position", str(rater_at(campaign, FIRST).pk))
    }
    assert subjects(report) == {str(rater_at(campaign, FIRST).pk)}
    assert badged(campaign) == {f"Rater {FIRST}"}
    titles = [each.title for each in look(campaign, "dashboard")["findings"]]
    assert f"Rater {FIRST} leans to a place on the page" in titles


def test_of_honest_people_no_leaning_is_marked() -> None:
    campaign = plant(planned(), lead=make_user())

    report = measured(campaign)

    assert badged(campaign) == set()
    assert {each["feature"] for each in report.figures["leanings"]} == {
        "position",
        "length",
        "markdown",
        "refusal",
    }


def test_all_leanings_at_once_are_told_of_their_own_person() -> None:
    """Four of eight lean, each to another thing, and the other four to nothing."""
    campaign = plant(planned(FIRST, LONGER, MARKED, REFUSES), lead=make_user())

    measured(campaign)

    assert badged(campaign) == {f"Rater {place}" for place in (FIRST, LONGER, MARKED, REFUSES)}
    assert "Takes refusals, beyond the others" in facts_of(campaign, REFUSES)


def test_who_has_no_time_to_read_is_told_of_and_whoever_reads_is_not() -> None:
    """Some forty words of a prompt and four answers take four seconds at the fastest."""
    campaign = plant(Plan(prompts=60, raters=4, each=2, hasty=1), lead=make_user())

    report = measured(campaign)

    hurried = {place: of(report, campaign, place)["hurried"]["value"] for place in range(4)}
    assert hurried == {0: 0, 1: 1, 2: 0, 3: 0}
    assert facts_of(campaign, 1)["Faster than one reads"].startswith("1.00")
    assert facts_of(campaign, 0)["Faster than one reads"].startswith("0.00")


def test_a_judgement_set_right_in_a_moment_was_not_hasty_for_that() -> None:
    """Everybody hands in anew what they ranked, in two seconds each: the first took them 40."""
    campaign = plant(SMALL, lead=make_user())
    for each in Ranking.objects.filter(campaign=campaign):
        revise(each, tiers=each.tiers, effort=effort(seconds=2))

    report = measured(campaign)

    hurried = [of(report, campaign, place)["hurried"]["value"] for place in range(4)]
    assert hurried == [0, 0, 0, 0]


def test_who_pastes_is_told_of_and_whoever_types_is_not() -> None:
    campaign = plant(SMALL, lead=make_user())
    write(campaign, 0, effort(typed=60, pasted=940))
    write(campaign, 1, effort(typed=1000))

    report = measured(campaign)

    pasted = [of(report, campaign, place)["pasted"]["value"] for place in (0, 1)]
    assert pasted == [pytest.approx(0.94), 0]
    assert facts_of(campaign, 0)["Pasted of what was written"].startswith("0.94")
    assert facts_of(campaign, 1)["Pasted of what was written"].startswith("0.00")


def test_a_pasted_answer_is_pasted_still_when_a_word_of_it_is_mended() -> None:
    campaign = plant(SMALL, lead=make_user())
    for each in write(campaign, 0, effort(pasted=900)):
        revise(each, messages=each.messages, effort=effort(typed=100))

    report = measured(campaign)

    assert of(report, campaign, 0)["pasted"]["value"] == pytest.approx(0.9)


def test_a_writer_whose_answers_are_a_models_is_shown_with_them() -> None:
    """All of one writer's twelve are a candidate's and a word more, so seven words of eight are
    alike; the other writer's are their own."""
    campaign = plant(SMALL, lead=make_user())
    write(campaign, 0, effort(typed=900), says=lambda at: f"{answer_of(at, 2)} Indeed.", many=12)
    write(campaign, 1, effort(typed=900), many=12)

    report = measured(campaign)

    like, unlike = (of(report, campaign, place)["alike"] for place in (0, 1))
    assert (like["written"], like["alike"], len(like["prompts"])) == (12, 12, 5)
    assert (unlike["written"], unlike["alike"], unlike["prompts"]) == (12, 0, [])
    (table,) = tables_of(campaign, 0)
    assert table.title == "Written answers like a model's"
    assert {row[1].text for row in table.rows} == {"88.0 %"}
    assert tables_of(campaign, 1) == []


def effort(*, seconds: float = 60, typed: int = 0, pasted: int = 0) -> dict[str, object]:
    return {
        "active_seconds": seconds,
        "seconds_to_first_act": 1.0,
        "seconds_from_last_act": 1.0,
        "acts": 3,
        "typed": typed,
        "pasted": pasted,
    }


def tables_of(campaign: Campaign, place: int) -> list[Table]:
    context = look(campaign, "rater", rater_at(campaign, place).uuid)
    return [each for each in context["tables"] if each.key == "alike"]


def write(
    campaign: Campaign,
    place: int,
    took: dict[str, object],
    *,
    says: Callable[[int], str] = lambda at: f"Something of my own, which nobody else has: {at}",
    many: int = 6,
) -> list[Demonstration]:
    """Let somebody answer the first prompts of the campaign, as many as are said."""
    rater, rows = rater_at(campaign, place), []
    ranked = Task.objects.filter(campaign=campaign, kind=Kind.RANK).order_by("pk")
    for at, each in enumerate(ranked.select_related("prompt", "lane")[:many]):
        uuid = uuid4()
        rows.append(
            Demonstration.objects.create(
                uuid=uuid,
                root=uuid,
                campaign=campaign,
                prompt=each.prompt,
                rater=rater,
                origin=Origin.WORK,
                counts_as=CountsAs.WORK,
                assignment=turn_to_write(each, rater),
                messages=[{"role": "assistant", "content": says(at)}],
                effort=took,
            )
        )
    return rows


def turn_to_write(ranked: Task, rater: Rater) -> Assignment:
    """A turn of the item in which the same prompt is to be answered."""
    alike = ("campaign", "skill", "language", "clearance", "pool", "band")
    lane, _ = Lane.objects.get_or_create(
        kind=Kind.DEMONSTRATE, **{name: getattr(ranked.lane, name) for name in alike}
    )
    task, _ = Task.objects.get_or_create(
        campaign=ranked.campaign,
        prompt=ranked.prompt,
        kind=Kind.DEMONSTRATE,
        defaults={"lane": lane, "place": ranked.place, "wanted": 2, "free": 0, "offered": []},
    )
    assert rater.user is not None
    return Assignment.objects.create(
        task=task, person=rater.user, state=AssignmentState.SUBMITTED, closed_at=timezone.now()
    )


def revise(each: Ranking | Demonstration, **columns: Any) -> None:
    """The next revision of a judgement, by whoever made it."""
    kept = ("campaign", "prompt", "rater", "origin", "counts_as", "assignment", "root")
    said = {name: getattr(each, name) for name in kept}
    sort = type(each)
    sort._default_manager.filter(pk=each.pk).update(current=False)
    sort._default_manager.create(**said, revision=2, **columns)
