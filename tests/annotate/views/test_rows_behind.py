"""A number leads to the very rows that it counts, or nowhere."""

import csv
from io import StringIO

import pytest
from django.urls import reverse
from pytest_django import Settings

from annotate.enums import Kind, Role
from annotate.models import Campaign, Prompt, Rater, Snapshot
from annotate.selectors.sorts import sorts_of
from annotate.services.rollup import roll_up
from annotate.views.tables import Cell, Table
from tests.annotate.reviewing import rank_as, write_as
from tests.annotate.views.conftest import Cast
from tests.factories import make_campaign, make_member, make_prompt, make_ranking, make_task
from tests.planted import Plan, measured, plant

DASHBOARD, EXPLORE = reverse("annotate:dashboard"), reverse("annotate:explore")


def cells(table: Table, row: int = 0) -> dict[str, Cell]:
    return {column.label: cell for column, cell in list(table.lines)[row]}


def test_a_person_leads_to_exactly_their_rows_whoever_else_has_such_a_name(cast: Cast) -> None:
    ann, joanna = (make_member(cast.campaign, name=name) for name in ("ann", "joanna"))
    mine = [make_ranking(cast.campaign, ann) for _ in range(2)]
    written = write_as(cast.campaign, "Mine.", by=ann)
    make_ranking(cast.campaign, joanna)
    roll_up(campaign=cast.campaign)
    client = cast.client(cast.lead)

    row = cells(client.get(DASHBOARD).context["people"])
    rankings, demonstrations = (
        client.get(row[each].link) for each in ("Rankings", "Written answers")
    )

    assert [row[each].said for each in ("Person", "Handed in", "Rankings", "Written answers")] == [
        "ann",
        3,
        2,
        1,
    ]
    assert {each.prompt for each in rankings.context["rows"]} == {each.prompt for each in mine}
    assert [each.prompt for each in demonstrations.context["rows"]] == [written.prompt]
    assert rankings.context["form"]["by"].field.choices[1][1] == "ann"
    assert "Exactly this rater" in rankings.content.decode()
    assert rankings.context["form"].data["week"]


def test_free_text_finds_whoever_has_it_in_their_name_still(cast: Cast) -> None:
    for name in ("ann", "joanna"):
        make_ranking(cast.campaign, make_member(cast.campaign, name=name))
    client, ann = cast.client(cast.lead), Rater.objects.get(user__username="ann")

    called = client.get(EXPLORE, {"show": "rankings", "rater": "ann"})
    both = client.get(EXPLORE, {"show": "rankings", "rater": "jo", "by": str(ann.uuid)})

    assert len(called.context["rows"]) == 2
    assert 'name="by"' not in called.content.decode()
    assert both.context["rows"] == []


def test_one_rater_is_named_to_leads_alone_and_in_their_campaign_alone(cast: Cast) -> None:
    reviewer = make_member(cast.campaign, Role.REVIEWER)
    make_ranking(cast.campaign, cast.member)
    elsewhere = make_campaign()
    other = make_ranking(elsewhere, make_member(elsewhere, name="elsewhere")).rater
    mine = Rater.objects.get(user=cast.member)

    of_reviewer = cast.client(reviewer).get(EXPLORE, {"show": "rankings", "by": str(other.uuid)})
    foreign = cast.client(cast.lead).get(EXPLORE, {"show": "rankings", "by": str(other.uuid)})
    known = cast.client(cast.lead).get(EXPLORE, {"show": "rankings", "by": str(mine.uuid)})

    assert len(of_reviewer.context["rows"]) == 1  # who asks in vain
    assert (foreign.status_code, known.status_code) == (422, 200)
    assert "elsewhere" not in foreign.content.decode()


def test_sums_of_more_campaigns_than_a_list_holds_lead_nowhere_and_say_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in ("looking", "explore"):
        monkeypatch.setattr(f"annotate.views.{page}.TOGETHER", 1)
    make_ranking(cast.campaign, cast.member)
    make_campaign(lead=cast.lead)  # the newest: Explore would open that one
    roll_up(campaign=cast.campaign)
    client = cast.client(cast.lead)
    kept = client.get(EXPLORE, {"campaign": "led"})

    together = client.get(DASHBOARD)
    one = client.get(DASHBOARD, {"campaign": str(cast.campaign.uuid)})

    assert [goal.link for goal in together.context["goals"]] == ["", "", ""]
    assert cells(together.context["people"])["Rankings"].link == ""
    assert f'href="{EXPLORE}?' not in together.content.decode()
    assert kept.status_code == 422
    assert "You lead more than 1 campaign" in kept.content.decode()
    assert "Look at one" in together.content.decode()
    assert all(str(cast.campaign.uuid) in goal.link for goal in one.context["goals"])
    assert "Look at one" not in one.content.decode()


def test_what_waits_leads_to_the_prompts_that_wait_without_a_skill_too(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)  # one that waits no more
    waiting = make_task(cast.campaign).prompt
    make_prompt(cast.campaign, text="Legal?", skill="law")
    roll_up(campaign=cast.campaign)
    client = cast.client(cast.lead)

    table = client.get(DASHBOARD, {"week": "2026-W01"}).context["queue"]
    [row] = [
        line
        for at in range(len(table.rows))
        if (line := cells(table, at))["Work"].said == Kind.RANK.label
        and line["Skill"].said == "none"
    ]

    assert found(cast, row["Items"].link) == [waiting]
    assert row["Items"].said == 1


def found(cast: Cast, link: str) -> list[Prompt]:
    return [row.prompt for row in cast.client(cast.lead).get(link).context["rows"]]


def test_numbers_beside_the_goals_lead_to_what_they_count(cast: Cast) -> None:
    tied = rank_as(make_task(cast.campaign), "a=bcd")
    plain = make_ranking(cast.campaign, cast.member)

    beside = {each.label: each for each in cast.client(cast.lead).get(DASHBOARD).context["beside"]}

    assert set(found(cast, beside["Rankings"].link)) == {tied.prompt, plain.prompt}
    assert found(cast, beside["Ties"].link) == [tied.prompt]
    assert found(cast, beside["Imported rankings"].link) == []
    assert found(cast, beside["Surplus"].link) == found(cast, beside["Skips"].link) == []


def test_a_sort_of_another_tab_does_not_go_along(cast: Cast) -> None:
    client = cast.client(cast.lead)
    tabs = dict(client.get(EXPLORE, {"show": "rankings", "sort": "tied"}).context["tabs"])

    assert all(client.get(EXPLORE + address).status_code == 200 for address in tabs.values())
    assert all(
        client.get(EXPLORE, {"show": show, "sort": sort}).status_code == 200
        for show in tabs
        for sort, _ in sorts_of(show)
    )


def test_a_page_says_how_many_rows_it_shows_and_the_file_holds_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.views.overview_people.PEOPLE", 1)
    for name in ("ada", "bea", "cleo"):
        make_ranking(cast.campaign, make_member(cast.campaign, name=name))
    roll_up(campaign=cast.campaign)
    client = cast.client(cast.lead)

    page = client.get(DASHBOARD)
    file = client.get(page.context["people"].csv).content.decode()

    assert len(list(page.context["people"].lines)) == 1
    assert "The first 1 of 3; the file holds all of them." in page.content.decode()
    assert [row[0] for row in csv.reader(StringIO(file))] == ["Person", "ada", "bea", "cleo"]


@pytest.fixture
def planted(cast: Cast) -> Campaign:
    campaign = plant(Plan(prompts=60, raters=4, each=2, flags=True), lead=cast.lead)
    measured(campaign)
    return campaign


def test_figures_of_agreement_lead_to_where_people_differ(
    cast: Cast, planted: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.views.quality.people.PAIRS", 1)
    client, here = cast.client(cast.lead), {"campaign": str(planted.uuid)}
    quality = client.get(reverse("annotate:quality"), here)
    people = client.get(reverse("annotate:raters"), here)
    tables = {each.key: each for each in (*quality.context["tables"], *people.context["tables"])}

    links = [
        quality.context["apart"],
        cells(tables["skill"])["Skill"].link,
        cells(tables["kind"])["Part"].link,
        cells(tables["flag"])["Part"].link,
        cells(tables["pairs"])["Prompts"].link,
    ]
    pair = client.get(links[-1])
    pairs = csv.reader(StringIO(client.get(tables["pairs"].csv).content.decode()))

    assert all(client.get(each).context["rows"] for each in links)
    assert len(pair.context["rows"]) == min(50, int(str(cells(tables["pairs"])["Prompts"].said)))
    assert {str(row.rater) for row in pair.context["rows"]} == {
        cells(tables["pairs"])["Rater"].said
    }
    total = tables["pairs"].all_rows
    assert total > 1
    assert f"The first 1 of {total}; the file holds all of them." in people.content.decode()
    assert len(list(pairs)) == 1 + total


def test_a_slice_is_cut_within_what_the_page_is_narrowed_to(cast: Cast, planted: Campaign) -> None:
    """Sixty prompts of three skills, in one language."""
    client, page = cast.client(cast.lead), reverse("annotate:quality")
    here = {"campaign": str(planted.uuid)}

    def prompts(**narrowed: str) -> dict[str, list[object]]:
        tables = client.get(page, {**here, **narrowed}).context["tables"]
        return {
            each.key: [row[3].said for row in each.rows]
            for each in tables
            if each.key in ("skill", "language")
        }

    assert prompts() == {"skill": [20, 20, 20], "language": [60]}
    assert prompts(skill="law") == {"skill": [20, 20, 20], "language": [20]}


def test_a_page_of_the_whole_campaign_offers_no_filter_that_it_does_not_heed(
    cast: Cast, planted: Campaign
) -> None:
    """Leanings are fitted of everything; of a skill alone there are none."""
    client, here = cast.client(cast.lead), {"campaign": str(planted.uuid), "skill": "law"}

    whole = client.get(reverse("annotate:bias"), here).content.decode()

    assert 'id="look-skill"' not in whole
    assert "This page is of the whole campaign; the others are narrowed to law." in whole
    assert '<input type="hidden" name="skill" value="law">' in whole


@pytest.mark.parametrize("name", ["dashboard", "quality", "raters", "mix", "planner", "stopping"])
def test_every_other_page_heeds_all_filters_and_offers_them(
    cast: Cast, planted: Campaign, name: str
) -> None:
    client = cast.client(cast.lead)
    here = {"campaign": str(planted.uuid), "skill": "law", "language": "en", "week": "2026-W02"}

    page = client.get(reverse(f"annotate:{name}"), here)
    shown = page.content.decode()

    assert all(f'id="look-{each}"' in shown for each in ("campaign", "skill", "language", "week"))
    assert 'value="2026-W02"' in shown
    assert "This page is of" not in shown
    tabs = dict.fromkeys(address for _, _, address in page.context["looking"].tabs)
    assert all("skill=law&language=en&week=2026-W02" in each for each in tabs)


def test_one_campaign_among_several_has_no_target(cast: Cast, settings: Settings) -> None:
    settings.WEEKLY_TARGETS = {"demonstrations": 10, "comparisons": 12, "prompts": 4}
    client, here = cast.client(cast.lead), {"campaign": str(cast.campaign.uuid)}

    def targets(asked: dict[str, str]) -> list[int]:
        return [goal.target for goal in client.get(DASHBOARD, asked).context["goals"]]

    alone = targets(here)
    make_campaign(lead=cast.lead)

    assert (alone, targets({}), targets(here)) == ([10, 12, 4], [10, 12, 4], [0, 0, 0])


def test_a_dataset_stands_beside_a_rater_among_the_filters(cast: Cast) -> None:
    ranking = make_ranking(cast.campaign, cast.member)
    snapshot = Snapshot.objects.create(kind="ranked", digest="0123456789")
    snapshot.campaigns.add(cast.campaign)
    asked = {"show": "rankings", "by": str(ranking.rater.uuid)}

    form = cast.client(cast.lead).get(EXPLORE, asked).context["form"]

    offered = [label for _, label in form["snapshot"].field.choices]
    assert [each.split(",")[0] for each in map(str, offered)] == ["any", "Rankings"]
