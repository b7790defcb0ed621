"""What a page behind the dashboard is narrowed to holds for its rows, its file and its links; what
it cannot be narrowed to is said."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotate.models import Campaign, Prompt, RaterPart, StoppedTask, Task, WantedShare
from annotate.selectors.tally import week_start
from annotate.services.rollup import roll_up
from annotate.views.tables import Table
from tests.annotate.views.conftest import Cast
from tests.factories import make_campaign, make_prompt
from tests.planted import Plan, measured, plant

THIS_WEEK = f"{week_start():%G-W%V}"
LONG_AGO = "2020-W05"


@pytest.fixture
def planted(cast: Cast) -> Campaign:
    campaign = plant(Plan(prompts=60, raters=4, each=2), lead=cast.lead)
    measured(campaign)
    return campaign


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client(cast.lead)


def tables_of(client: Client, name: str, campaign: Campaign, **asked: str) -> dict[str, Table]:
    found = client.get(reverse(f"annotate:{name}"), {"campaign": str(campaign.uuid), **asked})
    return {each.key: each for each in found.context["tables"]}


def said(table: Table) -> list[list[object]]:
    return [[cell.said for cell in row] for row in table.rows]


def file_of(client: Client, table: Table) -> list[list[str]]:
    return list(csv.reader(StringIO(client.get(table.csv).content.decode())))[1:]


# raters


def test_raters_are_told_in_what_is_looked_at(client: Client, planted: Campaign) -> None:
    parts = RaterPart.objects.filter(facet="skill", skill="law").order_by("value", "pk")

    table = tables_of(client, "raters", planted, skill="law")["raters"]

    assert [(row[0].said, row[2].said) for row in table.rows] == [
        (str(each.rater), each.prompts) for each in parts
    ]
    assert [float(row[1]) for row in file_of(client, table)] == [each.value for each in parts]
    assert "skill=law" in table.rows[0][0].link
    rows = client.get(table.rows[0][2].link).context["rows"]
    assert len(rows) == parts[0].prompts
    assert {row.prompt.skill for row in rows} == {"law"}


def test_a_week_of_raters_leads_to_its_doubles_and_their_pairs_say_that_they_are_of_all(
    client: Client, planted: Campaign
) -> None:
    part = RaterPart.objects.filter(facet="week").latest("week")

    tables = tables_of(client, "raters", planted, week=f"{part.week:%G-W%V}")
    nobody = tables_of(client, "raters", planted, week=LONG_AGO)["raters"]
    whole = tables_of(client, "raters", planted)
    shared = client.get(whole["raters"].rows[0][1].link).context["rows"]

    for row in tables["raters"].rows:
        assert len(client.get(row[2].link).context["rows"]) == row[2].said
    assert "Of the whole campaign." in tables["pairs"].about
    assert "Of the whole campaign." not in whole["pairs"].about
    assert [each.label for each in whole["raters"].columns][2] == "Consistency"
    assert nobody.rows == []
    assert len(shared) == whole["raters"].rows[0][1].said


def test_one_rater_is_told_by_part_and_their_links_are_narrowed(
    client: Client, planted: Campaign
) -> None:
    part = RaterPart.objects.filter(facet="skill", skill="law")[0]
    address = reverse("annotate:rater", args=[part.rater.uuid])
    here = {"campaign": str(planted.uuid)}

    whole = client.get(address, here)
    law = client.get(address, {**here, "skill": "law"})

    [skills] = [each for each in whole.context["tables"] if each.key == "skill"]
    assert [row[0].said for row in skills.rows] == sorted(
        RaterPart.objects.filter(facet="skill", rater=part.rater).values_list("skill", flat=True)
    )
    assert f"by {part.value:.2f} [" in law.context["here_they_agree"]
    assert law.context["here_they_agree"] in law.content.decode()
    assert "Everything else here is of the whole campaign" in law.content.decode()
    assert "Everything else here" not in whole.content.decode()
    assert {row.prompt.skill for row in client.get(law.context["rankings"]).context["rows"]} == {
        "law"
    }
    assert len(client.get(whole.context["rankings"]).context["rows"]) > part.prompts


def test_a_rater_with_too_few_prompts_there_is_said_so(client: Client, planted: Campaign) -> None:
    part = RaterPart.objects.filter(facet="skill", skill="law")[0]
    asked = {"campaign": str(planted.uuid), "week": LONG_AGO}

    page = client.get(reverse("annotate:rater", args=[part.rater.uuid]), asked)

    assert "fewer than 10 prompts" in page.context["here_they_agree"]


def test_of_very_many_parts_it_is_said_from_how_many_prompts_on(
    client: Client, planted: Campaign
) -> None:
    """Who shares fewer may share ten all the same."""
    part = RaterPart.objects.filter(facet="skill", skill="law")[0]
    report = planted.quality_reports.latest("pk")
    assert report.figures["parts_from"] == 10
    report.figures["parts_from"] = 1021
    report.save()
    asked = {"campaign": str(planted.uuid), "week": LONG_AGO}

    table = tables_of(client, "raters", planted, week=LONG_AGO)["raters"]
    one = client.get(reverse("annotate:rater", args=[part.rater.uuid]), asked).context
    whole = client.get(
        reverse("annotate:rater", args=[part.rater.uuid]), {"campaign": str(planted.uuid)}
    )

    assert "share fewer than 1,021 prompts of it" in table.about
    assert table.empty == "Nobody shares 1,021 prompts of it with others."
    assert "they share fewer than 1,021 prompts with others" in one["here_they_agree"]
    assert "Where at least 1,021 prompts are shared with others." in whole.content.decode()


def test_a_report_of_an_older_release_is_not_said_to_have_found_nobody(
    client: Client, planted: Campaign
) -> None:
    part = RaterPart.objects.filter(facet="skill", skill="law")[0]
    report = planted.quality_reports.latest("pk")
    report.figures = {key: each for key, each in report.figures.items() if key != "parts"}
    report.save()
    RaterPart.objects.all().delete()
    asked, told = {"campaign": str(planted.uuid), "skill": "law"}, "the next fit of the campaign"

    one = client.get(reverse("annotate:rater", args=[part.rater.uuid]), asked)

    assert told in tables_of(client, "raters", planted, skill="law")["raters"].empty
    assert told in one.context["here_they_agree"]


@pytest.mark.parametrize("raters", [2, 4])
def test_narrowed_raters_cost_equally_many_queries(
    cast: Cast, raters: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    campaign = plant(Plan(prompts=90, raters=raters, each=2), lead=cast.lead)
    measured(campaign)
    client, here = cast.client(cast.lead), f"?campaign={campaign.uuid}&skill=law"
    client.get(reverse("annotate:raters") + here)

    with django_assert_num_queries(13):
        client.get(reverse("annotate:raters") + here)


# the mix of prompts


@pytest.fixture
def mixed(cast: Cast) -> Campaign:
    """Of this week three prompts: law in German and English, medicine in English."""
    campaign = make_campaign(lead=cast.lead)
    for skill, language in (("law", "de"), ("law", "en"), ("medicine", "en")):
        prompt = make_prompt(campaign, text=f"{skill} {language}", skill=skill)
        Prompt.objects.filter(pk=prompt.pk).update(language=language)
    for facet, value in (("skill", "law"), ("language", "en")):
        WantedShare.objects.create(campaign=campaign, facet=facet, value=value, share=0.5)
    roll_up(campaign=campaign)
    return campaign


def test_the_mix_is_of_what_is_looked_at(client: Client, mixed: Campaign) -> None:
    whole = tables_of(client, "mix", mixed)
    law = tables_of(client, "mix", mixed, skill="law")
    english = tables_of(client, "mix", mixed, language="en")
    then = tables_of(client, "mix", mixed, week=LONG_AGO)

    def came(tables: dict[str, Table]) -> dict[str, list[list[object]]]:
        return {key: [row[:2] for row in said(each)] for key, each in tables.items()}

    assert came(whole) == {
        "skill": [["law", 2], ["medicine", 1]],
        "language": [["de", 1], ["en", 2]],
    }
    assert came(law) == {"skill": [["law", 2], ["medicine", 1]], "language": [["de", 1], ["en", 1]]}
    assert came(english) == {
        "skill": [["law", 1], ["medicine", 1]],
        "language": [["de", 1], ["en", 2]],
    }
    assert came(then) == {"skill": [["law", 0]], "language": [["en", 0]]}
    assert [row[:2] for row in file_of(client, law["language"])] == [["de", "1"], ["en", "1"]]


def test_a_share_is_wanted_of_the_campaign_and_not_within_a_skill(
    client: Client, mixed: Campaign
) -> None:
    law = tables_of(client, "mix", mixed, skill="law")
    week = tables_of(client, "mix", mixed, week=THIS_WEEK)

    assert [row[3].said for row in law["language"].rows] == [None, None]
    assert "Of law alone; shares are wanted of the whole campaign" in law["language"].about
    assert [row[3].said for row in law["skill"].rows] == [0.5, None]
    assert [row[3].said for row in week["language"].rows] == [None, 0.5]
    assert f"Prompts of {THIS_WEEK}." in week["skill"].about


def test_the_mix_of_a_week_leads_to_its_very_prompts(client: Client, mixed: Campaign) -> None:
    table = tables_of(client, "mix", mixed, week=THIS_WEEK, language="en")["skill"]

    rows = {row[0].said: client.get(row[0].link).context["rows"] for row in table.rows}

    assert {name: len(found) for name, found in rows.items()} == {"law": 1, "medicine": 1}
    assert rows["law"][0].prompt.language == "en"


def test_what_is_wanted_is_kept_of_the_campaign_whatever_is_looked_at(
    client: Client, mixed: Campaign
) -> None:
    here = {"campaign": str(mixed.uuid), "skill": "law"}

    form = client.get(reverse("annotate:mix"), here).context["form"]

    assert (form.initial["skills"], form.initial["languages"]) == ("law 50", "en 50")


# votes saved


@pytest.fixture
def stopped(planted: Campaign) -> list[StoppedTask]:
    """Two of law, one of medicine; the second of law long ago."""
    tasks = Task.objects.filter(campaign=planted).select_related("prompt").order_by("pk")
    law = [each for each in tasks if each.prompt.skill == "law"]
    [medicine, *_] = [each for each in tasks if each.prompt.skill == "medicine"]
    made = [
        StoppedTask.objects.create(task=task, sure=0.95, votes=2, saved=saved)
        for task, saved in ((law[0], 1), (law[1], 2), (medicine, 4))
    ]
    StoppedTask.objects.filter(pk=made[1].pk).update(at=timezone.now() - timedelta(weeks=30))
    return made


def test_votes_saved_are_of_what_is_looked_at(
    client: Client, planted: Campaign, stopped: list[StoppedTask]
) -> None:
    def saved(**asked: str) -> list[object]:
        return said(tables_of(client, "stopping", planted, **asked)["stopping"])[0][2:5]

    assert saved() == [3, 6, 7]
    assert saved(skill="law") == [2, 4, 3]
    assert saved(skill="law", week=THIS_WEEK) == [1, 2, 1]
    assert saved(language="en") == [3, 6, 7]
    assert saved(week=LONG_AGO) == [0, 0, 0]


def test_votes_saved_lead_to_their_items(
    client: Client, planted: Campaign, stopped: list[StoppedTask]
) -> None:
    items = tables_of(client, "stopping", planted, skill="law")["stopped"]

    prompts = [each.task.prompt for each in stopped[:2]]
    assert [row[0].link for row in items.rows] == [
        reverse("annotate:life", args=[each.uuid]) for each in prompts
    ]
    assert [row[6] for row in file_of(client, items)] == ["1", "2"]
    assert client.get(items.rows[0][0].link).status_code == 200


def test_of_several_campaigns_each_leads_to_its_own_items(
    client: Client, cast: Cast, planted: Campaign, stopped: list[StoppedTask]
) -> None:
    page = client.get(reverse("annotate:stopping"), {"skill": "law"})
    [table] = page.context["tables"]
    [row] = [each for each in table.rows if each[0].said == planted.name]

    there = client.get(row[2].link)

    assert "All campaigns that you lead" in page.content.decode()
    assert (row[2].said, len(there.context["tables"][1].rows)) == (2, 2)
    assert "All campaigns that you lead" not in there.content.decode()
    assert 'id="look-skill"' in page.content.decode()


@pytest.mark.parametrize("items", [1, 3])
def test_items_that_gave_up_votes_cost_equally_many_queries(
    client: Client,
    planted: Campaign,
    stopped: list[StoppedTask],
    items: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    StoppedTask.objects.exclude(pk__in=[each.pk for each in stopped[:items]]).delete()
    address = f"{reverse('annotate:stopping')}?campaign={planted.uuid}"
    client.get(address)

    with django_assert_num_queries(12):
        client.get(address)


# the dashboard, the planner and the letter


def test_the_dashboard_says_what_it_cannot_be_narrowed_to_and_leads_on_as_it_is(
    client: Client, planted: Campaign
) -> None:
    here = {"campaign": str(planted.uuid)}

    whole = client.get(reverse("annotate:dashboard"), here)
    law = client.get(reverse("annotate:dashboard"), {**here, "skill": "law", "week": THIS_WEEK})

    assert "Of the whole campaign, however the page is narrowed." not in whole.content.decode()
    assert "Of the whole campaign, however the page is narrowed." in law.content.decode()
    assert (whole.context["queue"].about, law.context["queue"].about) == (
        "",
        "What waits now, of every week.",
    )
    there = f"{reverse('annotate:quality')}?campaign={planted.uuid}"
    assert f"{there}&amp;skill=law&amp;week={THIS_WEEK}" in law.content.decode()
    assert f'{there}"' in whole.content.decode()


def test_a_plan_says_which_of_its_numbers_is_narrowed(client: Client, planted: Campaign) -> None:
    told = "α's interval is of what is looked at, everything else of the whole campaign."

    assert told in tables_of(client, "planner", planted, skill="law")["plan"].about
    assert told not in tables_of(client, "planner", planted)["plan"].about


def test_the_letter_says_that_it_is_about_everything(client: Client, planted: Campaign) -> None:
    page, told = reverse("annotate:digest"), "The letter is about every campaign that you lead"

    assert told in client.get(page, {"campaign": str(planted.uuid)}).content.decode()
    assert told not in client.get(page).content.decode()


def test_findings_are_said_to_be_of_the_whole_campaign(client: Client, cast: Cast) -> None:
    campaign = plant(Plan(prompts=120, raters=3, each=1, missing="chess"), lead=cast.lead)
    measured(campaign)
    told, here = "What was found is of the whole campaign:", {"campaign": str(campaign.uuid)}

    narrowed = client.get(reverse("annotate:mix"), {**here, "skill": "law"}).content.decode()
    whole = client.get(reverse("annotate:mix"), here).content.decode()

    assert (told in narrowed, told in whole) == (True, False)
