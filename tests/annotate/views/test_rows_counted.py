"""Each number of the dashboard, beside the rows of the list that it leads to."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, Kind, Origin, RaterKind, Role, SkipReason
from annotate.models import (
    Assignment,
    Campaign,
    Demonstration,
    HarmfulSkill,
    Prompt,
    Ranking,
    Rater,
    Task,
)
from annotate.services.campaign import add_member
from annotate.services.prompt import add_prompt
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.rollup import roll_up
from annotate.services.task import open_tasks
from annotate.services.turn import skip_assignment
from annotate.services.voiding import void_work
from annotate.views.found_rows import ShownRow
from annotate.views.tables import Cell, Table
from commons.models import User
from tests.annotate.asking import make_asking_item
from tests.annotate.golden import gold_of
from tests.annotate.reviewing import rank_as, write_as
from tests.annotate.views.conftest import Cast
from tests.factories import (
    make_campaign,
    make_candidate,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    make_user,
    take_and_show,
)
from tests.planted import Plan, measured, plant

DASHBOARD, EXPLORE = reverse("annotate:dashboard"), reverse("annotate:explore")


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client(cast.lead)


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that lists go on behind a page, as long ones do."""
    monkeypatch.setattr("annotate.selectors.explore.PAGE", 2)


def listed(client: Client, link: str) -> list[ShownRow]:
    """All rows, page by page."""
    assert link
    rows: list[ShownRow] = []
    while link:
        page = client.get(link)
        assert page.status_code == 200, page.context["form"].errors
        rows += page.context["rows"]
        link = f"{EXPLORE}{page.context['older']}" if page.context["older"] else ""
    return rows


def lines(table: Table) -> Iterator[dict[str, Cell]]:
    for line in table.lines:
        yield {column.label: cell for column, cell in line}


def handed_in(campaign: Campaign, by: User, kind: Kind, **more: object) -> None:
    """A judgement as it is kept, whatever it counts as."""
    task, uuid = make_task(campaign, kind=kind), uuid4()
    Task.objects.filter(pk=task.pk).update(free=0)
    turn = Assignment.objects.create(
        task=task, person=by, state=AssignmentState.SUBMITTED, closed_at=timezone.now()
    )
    said: dict[str, object] = {
        "uuid": uuid,
        "root": uuid,
        "campaign": campaign,
        "prompt": task.prompt,
        "rater": Rater.objects.get(user=by),
        "origin": Origin.WORK,
        "assignment": turn,
        **more,
    }
    if kind == Kind.RANK:
        Ranking.objects.create(tiers=[["a"], ["b"]], **said)
    else:
        Demonstration.objects.create(messages=[{"role": "assistant", "content": "Late."}], **said)


def work_in(campaign: Campaign, by: User) -> None:
    """Of everything that is counted something, and beside it what is not."""
    rank_as(make_task(campaign), "a=bcd", by=by)
    make_ranking(campaign, by)
    write_as(campaign, "Mine.", by=by)
    for kind in (Kind.RANK, Kind.DEMONSTRATE):
        handed_in(campaign, by, kind, counts_as=CountsAs.SURPLUS)
        handed_in(campaign, by, kind, counts_as=CountsAs.PRACTICE)
        source = Rater.objects.get_or_create(kind=RaterKind.IMPORTED, name="file")[0]
        handed_in(campaign, by, kind, rater=source, origin=Origin.IMPORTED, assignment=None)


def skip(campaign: Campaign, by: User, reason: SkipReason, note: str = "") -> Task:
    make_task(campaign)
    turn = take_and_show(by, campaign, kind=Kind.RANK)
    skip_assignment(assignment=turn, reason=reason, by=by, note=note)
    return turn.task


def wait(task: Task, days: int) -> Task:
    at = timezone.now() - timedelta(days=days, hours=1)
    Task.objects.filter(pk=task.pk).update(created_at=at)
    return task


@pytest.fixture
def busy(cast: Cast) -> list[Campaign]:
    """Two campaigns of one lead, one person in both, and a prompt that is in both."""
    other = make_campaign(lead=cast.lead, name="Other")
    for campaign in (cast.campaign, other):
        member = make_member(campaign, name=f"ada{campaign.pk}")
        work_in(campaign, member)
        skip(campaign, member, SkipReason.NOT_MY_FIELD)
        skip(campaign, member, SkipReason.UNCLEAR, note="Of which law?")
        shared, _ = add_prompt(
            campaign=campaign, messages=[{"role": "user", "content": "In both?"}]
        )
        for answer in ("a", "b", "c", "d"):
            if shared.candidates.count() < 4:
                make_candidate(shared, answer)
        open_tasks(campaign=campaign)
        for days in (0, 2, 9):
            wait(make_task(campaign), days)
        roll_up(campaign=campaign)
    return [cast.campaign, other]


@pytest.fixture(params=["one", "all"])
def here(busy: list[Campaign], request: pytest.FixtureRequest) -> dict[str, str]:
    return {"campaign": str(busy[0].uuid)} if request.param == "one" else {}


def test_who_did_what_leads_to_what_they_did(client: Client, here: dict[str, str]) -> None:
    rows = list(lines(client.get(DASHBOARD, here).context["people"]))

    assert len(rows) == (1 if here else 2)
    for row in rows:
        ranked, written = (listed(client, row[n].link) for n in ("Rankings", "Written answers"))
        both, share = (listed(client, row[n].link) for n in ("Handed in", "Of all"))
        counted = listed(client, row["Comparisons"].link)
        assert len(ranked) == row["Rankings"].said == 3
        assert len(written) == row["Written answers"].said == 2
        assert len(both) == row["Handed in"].said == 5
        assert both == share
        assert [each.at for each in both] == sorted((each.at for each in both), reverse=True)
        assert sum(each.comparisons for each in counted) == row["Comparisons"].said == 11
        assert {str(each.rater) for each in both} == {row["Person"].said}


def test_numbers_beside_the_goals_lead_to_as_many_rows(
    client: Client, here: dict[str, str]
) -> None:
    beside = client.get(DASHBOARD, here).context["beside"]
    # surplus and imports were written past the tallies, ties are of one ranking
    expected = {"Rankings": 2, "Ties": 1, "Surplus": 2, "Skips": 2, "Imported rankings": 1}

    found = {each.label: len(listed(client, each.link)) for each in beside}

    times = 1 if here else 2
    assert found == {name: times * n for name, n in expected.items()}
    shown = {each.label: each.value for each in beside}
    assert {n: shown[n] for n in ("Rankings", "Ties", "Skips")} == {
        n: found[n] for n in ("Rankings", "Ties", "Skips")
    }


def test_goals_lead_to_as_many_rows(client: Client, here: dict[str, str]) -> None:
    goals = {each.name: each for each in client.get(DASHBOARD, here).context["goals"]}
    rows = {name: listed(client, each.link) for name, each in goals.items()}

    assert len(rows["prompts"]) == goals["prompts"].value
    assert len({each.prompt for each in rows["prompts"]}) == len(rows["prompts"])
    assert len(rows["demonstrations"]) == goals["demonstrations"].value
    assert sum(each.comparisons for each in rows["comparisons"]) == goals["comparisons"].value


def test_ideal_answers_are_listed_where_they_are_counted(cast: Cast) -> None:
    """The number of this week holds them, that of a part does not; voided, neither does."""
    turn, person = make_asking_item()
    best, *rest = turn.task.offered
    answer = RankingAnswer(tiers=[[best], rest], ideal="One, and why.")
    submit_ranking(assignment=turn, answer=answer, by=person)
    campaign, admin = turn.task.campaign, make_user("admin", admin=True)
    roll_up(campaign=campaign)
    client, here = cast.client(admin), {"campaign": str(campaign.uuid)}

    def written(**narrowed: str) -> tuple[int, int]:
        goals = client.get(DASHBOARD, {**here, **narrowed}).context["goals"]
        [goal] = [each for each in goals if each.name == "demonstrations"]
        return goal.value, len(listed(client, goal.link))

    assert written() == (1, 1)
    assert written(language="en") == (0, 0)
    long_ago = timezone.now() - timedelta(days=1)
    void_work(campaign=campaign, person=person, since=long_ago, reason="Pasted.", by=admin)
    assert written() == (0, 0)


def test_sums_of_roll_ups_lead_to_as_many_rows(client: Client, here: dict[str, str]) -> None:
    """Narrowed to a language a prompt of two campaigns is counted in each, and what came by a file
    is nobody's work."""
    page = client.get(DASHBOARD, {**here, "language": "en"}).context
    goals = {each.name: each for each in page["goals"]}
    beside = {each.label: each for each in page["beside"]}
    rows = {name: listed(client, each.link) for name, each in goals.items()}

    assert len(rows["prompts"]) == goals["prompts"].value
    assert len(rows["demonstrations"]) == goals["demonstrations"].value
    assert sum(each.comparisons for each in rows["comparisons"]) == goals["comparisons"].value
    for name in ("Rankings", "Surplus", "Ties"):
        assert len(listed(client, beside[name].link)) == beside[name].value


def test_what_waits_leads_to_what_waits_so_long(client: Client, here: dict[str, str]) -> None:
    rows = list(lines(client.get(DASHBOARD, here).context["queue"]))

    assert {row["Work"].said for row in rows} == {Kind.RANK.label, Kind.DEMONSTRATE.label}
    for row in rows:
        found = {name: listed(client, cell.link) for name, cell in row.items() if cell.link}
        assert len(found["Items"]) == row["Items"].said
        assert sum(each.waits.turns for each in found["Turns"] if each.waits) == row["Turns"].said
        assert len(found["Over a day"]) == row["Over a day"].said
        assert len(found["Over a week"]) == row["Over a week"].said
        oldest = min(each.waits.since for each in found["Items"] if each.waits)
        assert oldest in {each.waits.since for each in found["Oldest"] if each.waits}
    [ranked] = [row for row in rows if row["Work"].said == Kind.RANK.label]
    times = 1 if here else 2
    assert [ranked[n].said for n in ("Over a day", "Over a week", "Oldest")] == [
        2 * times,
        times,
        "9 d",
    ]
    assert len(listed(client, ranked["Oldest"].link)) == times


def test_what_waits_for_one_kind_of_work_leads_to_no_other(cast: Cast, client: Client) -> None:
    """One prompt waits to be ranked and for an answer, one for either alone."""
    ranked, written, both = (make_task(cast.campaign) for _ in range(3))
    for task, kind in ((ranked, Kind.DEMONSTRATE), (written, Kind.RANK)):
        Task.objects.filter(prompt=task.prompt, kind=kind).update(free=0)
    wait(Task.objects.get(prompt=both.prompt, kind=Kind.DEMONSTRATE), 2)
    roll_up(campaign=cast.campaign)
    page = client.get(DASHBOARD).context

    rows = {row["Work"].said: row for row in lines(page["queue"])}
    drawn = {line.name.split(" · ")[0]: line for line in page["queue_drawn"].lines}

    def prompts(link: str) -> set[Prompt]:
        return {each.prompt for each in listed(client, link)}

    assert prompts(rows["Rank answers"]["Items"].link) == {ranked.prompt, both.prompt}
    assert prompts(rows["Write an answer"]["Items"].link) == {written.prompt, both.prompt}
    assert prompts(rows["Write an answer"]["Over a day"].link) == {both.prompt}
    assert prompts(drawn["Rank answers"].link) == {ranked.prompt, both.prompt}
    [_all, day] = drawn["Write an answer"].parts
    assert prompts(day.link) == {both.prompt}
    shown = client.get(rows["Rank answers"]["Items"].link).content.decode()
    assert '<option value="waits-rank" selected>Waits to be ranked</option>' in shown


def test_pieces_of_pictures_lead_to_as_many_rows(client: Client, here: dict[str, str]) -> None:
    page = client.get(DASHBOARD, here).context
    everybody = list(lines(page["people"]))

    assert len(page["queue_drawn"].lines) == 2
    for line in page["queue_drawn"].lines:
        assert listed(client, line.link) == listed(client, line.parts[0].link)
        for part in line.parts:
            assert part.words.endswith(f": {len(listed(client, part.link))}")
    assert [each.link for each in page["people_drawn"].parts] == [
        row["Of all"].link for row in everybody
    ]
    for part, row in zip(page["people_drawn"].parts, everybody, strict=True):
        assert part.words == f"{row['Person'].said}: {row['Of all'].text}"


def test_what_came_leads_to_its_prompts_in_a_week(cast: Cast, client: Client) -> None:
    """Without one what came is of five weeks, of which there is no list: a name leads to all."""
    for skill in ("law", "law", "art"):
        make_prompt(cast.campaign, text=f"{skill} {uuid4()}?", skill=skill)
    roll_up(campaign=cast.campaign)
    mix, week = reverse("annotate:mix"), {"week": f"{timezone.now():%G-W%V}"}

    drawn = {
        name: client.get(mix, asked).context["mixed"]
        for name, asked in {"all": {}, "week": week}.items()
    }

    for name, tables in drawn.items():
        skills, drawing = tables[0]
        came = {row["Skills"].said: row for row in lines(skills)}
        assert [line.name for line in drawing.lines] == ["law", "art"]
        for line in drawing.lines:
            [part] = line.parts
            assert line.link == came[line.name]["Skills"].link
            assert len(listed(client, line.link)) == came[line.name]["Came"].said
            assert part.link == (line.link if name == "week" else "")


@pytest.mark.parametrize("few", [0, 2000])
def test_what_waits_is_found_where_much_waits_too(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("annotate.selectors.sought.FEW", few)
    monkeypatch.setattr("annotate.selectors.explore.LOOKED_AT", 3)
    old = [wait(make_task(cast.campaign), 8).prompt for _ in range(3)]
    for _ in range(5):
        make_task(cast.campaign)

    asked = f"{EXPLORE}?campaign={cast.campaign.uuid}&days=7"

    assert {each.prompt for each in listed(client, asked)} == set(old)
    assert client.get(EXPLORE, {"days": "-1"}).status_code == 422


def test_skips_say_who_gave_back_what_and_why(cast: Cast, client: Client) -> None:
    who = make_ranking(cast.campaign, cast.member).rater
    plain = skip(cast.campaign, cast.member, SkipReason.NOT_MY_FIELD)
    unclear = skip(cast.campaign, cast.member, SkipReason.UNCLEAR, note="Of which law?")
    asked = {"show": "skips", "sort": "skip-unclear", "by": str(who.uuid)}

    both = client.get(EXPLORE, {"show": "skips"})
    one = client.get(EXPLORE, asked)

    assert [each.prompt for each in both.context["rows"]] == [unclear.prompt, plain.prompt]
    [row] = one.context["rows"]
    assert (row.why, row.note, str(row.rater)) == (
        "Unclear: ask the lead",
        "Of which law?",
        "member",
    )
    assert "Of which law?" in one.content.decode()
    assert client.get(EXPLORE, {"show": "skips", "week": "2020-W05"}).context["rows"] == []
    assert client.get(EXPLORE, {"show": "skips", "language": "en"}).context["rows"]


def test_skips_are_told_to_leads_of_their_campaign_alone(cast: Cast, client: Client) -> None:
    skip(cast.campaign, cast.member, SkipReason.UNCLEAR, note="Of which law?")
    elsewhere = make_campaign()
    skip(elsewhere, make_member(elsewhere), SkipReason.UNCLEAR, note="Not yours.")
    reviewer = cast.client(make_member(cast.campaign, Role.REVIEWER))

    asked = reviewer.get(EXPLORE, {"show": "skips", "campaign": str(cast.campaign.uuid)})
    led = client.get(EXPLORE, {"show": "skips", "campaign": "led"})

    assert asked.context["sought"] == "prompts"
    assert "Of which law?" not in asked.content.decode()
    assert ">Skips<" not in asked.content.decode()
    assert [each.note for each in led.context["rows"]] == ["Of which law?"]


def test_skips_are_found_behind_those_of_another_campaign(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that ends at a skip of somebody else's campaign goes on from there, and does not name
    that campaign."""
    elsewhere = make_campaign()
    mine = skip(cast.campaign, cast.member, SkipReason.UNCLEAR, note="Of which law?")
    theirs = make_member(elsewhere)
    for _ in range(3):
        skip(elsewhere, theirs, SkipReason.UNCLEAR, note="Not yours.")
    monkeypatch.setattr("annotate.selectors.explore.LOOKED_AT", 2)
    make_campaign(lead=cast.lead, name="Other")

    for named in (str(cast.campaign.uuid), "led"):
        first = client.get(EXPLORE, {"show": "skips", "campaign": named})
        second = client.get(f"{EXPLORE}{first.context['older']}")

        assert first.context["rows"] == []
        assert [each.prompt for each in second.context["rows"]] == [mine.prompt]
        assert second.context["older"] == ""
        assert str(elsewhere.uuid) not in first.content.decode()


def test_all_that_one_leads_is_not_what_one_reviews(cast: Cast, busy: list[Campaign]) -> None:
    reviewer = make_member(busy[0], Role.REVIEWER)
    lead = make_member(busy[1], Role.LEAD)
    add_member(campaign=busy[0], person=lead, role=Role.REVIEWER, by=None)

    nothing = cast.client(reviewer).get(EXPLORE, {"campaign": "led"})
    theirs = listed(cast.client(lead), f"{EXPLORE}?campaign=led&show=judged")

    assert nothing.status_code == 404
    assert {each.campaign_id for each in theirs} == {busy[1].pk}


def test_a_list_of_several_campaigns_names_them_and_looks_no_further_than_one(
    client: Client, busy: list[Campaign], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With four rows that a page looks at, two of each campaign, all is found."""
    whole = listed(client, f"{EXPLORE}?campaign=led&show=judged&sort=handed-in")
    monkeypatch.setattr("annotate.selectors.explore.LOOKED_AT", 4)
    first = client.get(f"{EXPLORE}?campaign=led&show=judged&sort=surplus")

    stretched = listed(client, f"{EXPLORE}?campaign=led&show=judged&sort=handed-in")

    assert stretched == whole
    assert {each.campaign for each in whole} == {"Medicine", "Other"}
    assert first.context["looked_to"]
    assert "all that you lead" in first.content.decode()


def test_what_may_harm_is_covered_in_its_own_campaign_alone(
    client: Client, busy: list[Campaign]
) -> None:
    HarmfulSkill.objects.create(campaign=busy[1], skill="")

    rows = listed(client, f"{EXPLORE}?campaign=led&show=skips")

    assert {each.campaign_id: each.is_covered for each in rows} == {
        busy[0].pk: False,
        busy[1].pk: True,
    }


def test_gold_is_no_work_of_its_person(cast: Cast, client: Client) -> None:
    gold_of(cast.campaign, by=cast.lead)

    assert listed(client, f"{EXPLORE}?show=judged")
    assert not listed(client, f"{EXPLORE}?show=judged&sort=handed-in")


# figures of agreement


@pytest.fixture
def planted(cast: Cast) -> Campaign:
    campaign = plant(Plan(prompts=60, raters=4, each=2), lead=cast.lead)
    measured(campaign)
    return campaign


def test_prompts_of_each_figure_lead_to_their_rankings(
    client: Client, planted: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a week too, in which the later of two ranked a prompt."""
    monkeypatch.setattr("annotate.selectors.explore.PAGE", 200)
    page = client.get(reverse("annotate:quality"), {"campaign": str(planted.uuid)})
    tables = {each.key: each for each in page.context["tables"]}

    for key in ("whole", "skill", "language", "week", "kind"):
        assert tables[key].rows
        for row in lines(tables[key]):
            rows = listed(client, row["Prompts"].link)
            assert len({each.prompt for each in rows}) == row["Prompts"].said


def test_weeks_of_one_rater_lead_to_what_they_shared_in_them(
    client: Client, planted: Campaign
) -> None:
    who = Rater.objects.filter(user__isnull=False, rankings__campaign=planted)[0]
    address = reverse("annotate:rater", args=[who.uuid])

    page = client.get(address, {"campaign": str(planted.uuid)})

    [weeks] = [each for each in page.context["tables"] if each.key == "week"]
    assert weeks.rows
    for row in lines(weeks):
        assert len(listed(client, row["Prompts"].link)) == row["Prompts"].said


def test_leanings_lead_to_what_they_are_fitted_of(
    client: Client, planted: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.selectors.explore.PAGE", 200)
    page = client.get(reverse("annotate:bias"), {"campaign": str(planted.uuid)})
    whole, raters = page.context["tables"]

    assert whole.rows
    assert raters.rows
    for row in lines(whole):
        assert row["Logits that it adds"].link == row["Prompts"].link
        rows = listed(client, row["Prompts"].link)
        assert len({each.prompt for each in rows}) == row["Prompts"].said
    for row in lines(raters):
        rows = listed(client, row["Stands first"].link)
        assert {str(each.rater) for each in rows} == {row["Rater"].said}


def test_kappa_leads_to_the_pairs_that_it_sums_up(client: Client, planted: Campaign) -> None:
    report = planted.quality_reports.latest("pk")
    report.figures["kappas"] = {"depth": {"pairs": 6, "lowest": 0.1, "median": 0.2, "highest": 0.3}}
    report.save()
    here = {"campaign": str(planted.uuid)}

    tables = client.get(reverse("annotate:quality"), here).context["tables"]

    [kappa] = [each for each in tables if each.key == "kappa"]
    [row] = lines(kappa)
    assert {row[n].link for n in ("Pairs of raters", "Lowest", "Median", "Highest")} == {
        f"{reverse('annotate:raters')}?campaign={planted.uuid}#table-pairs"
    }
    assert 'id="table-pairs"' in client.get(row["Lowest"].link).content.decode()
