"""The pages behind the dashboard: who sees them, what they say, and their files."""

import csv
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import MachineWay, PauseCause, Taken
from annotate.models import (
    Access,
    AgreementSlice,
    Campaign,
    GoldResult,
    Membership,
    Ranking,
    Rater,
    SmallSlice,
    WantedShare,
)
from annotate.selectors.agreement import change_said
from annotate.selectors.machine import items_for
from annotate.selectors.presence import presence_in
from annotate.services.machine import MachineSaid, add_machine, keep_verdict
from annotate.services.pause import pause_member
from annotate.views.tables import Table
from commons.presence import say_absence, today
from tests.annotate.golden import gold_of
from tests.annotate.views.conftest import Cast
from tests.factories import make_campaign, make_user
from tests.planted import Plan, measured, plant

PAGES = ["quality", "raters", "bias", "mix", "planner", "stopping", "digest"]
SMALL = Plan(prompts=60, raters=4, each=2)


@pytest.fixture
def planted(cast: Cast) -> Campaign:
    campaign = plant(SMALL, lead=cast.lead)
    measured(campaign)
    return campaign


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_there_for_whoever_leads_and_for_nobody_else(
    cast: Cast, planted: Campaign, name: str
) -> None:
    address = reverse(f"annotate:{name}") + f"?campaign={planted.uuid}"

    seen = {
        who: cast.client(person).get(address).status_code
        for who, person in {
            "lead": cast.lead,
            "member": cast.member,
            "lead of another": cast.stranger,
        }.items()
    }

    elsewhere = 200 if name == "digest" else 404  # everybody's own letter
    if name == "digest":
        elsewhere = 404  # the address still names a campaign that is not theirs
    assert seen == {"lead": 200, "member": 404, "lead of another": elsewhere}


def test_a_rater_is_shown_to_their_lead_alone(cast: Cast, planted: Campaign) -> None:
    rater = Rater.objects.filter(rankings__campaign=planted).first()
    assert rater is not None
    address = reverse("annotate:rater", args=[rater.uuid])

    lead = cast.client(cast.lead).get(f"{address}?campaign={planted.uuid}")
    other = cast.client(cast.lead).get(f"{address}?campaign={cast.campaign.uuid}")
    stranger = cast.client(cast.stranger).get(address)
    member = cast.client(cast.member).get(address)

    assert [each.status_code for each in (lead, other, stranger, member)] == [200, 404, 404, 404]
    assert f"by={rater.uuid}" in lead.content.decode()
    assert rater.user is not None
    assert list(Access.objects.values_list("person__username", "taken", "subject", "part")) == [
        ("lead", Taken.ONE, f"user:{rater.user.uuid}", "rater")
    ]


def test_the_address_carries_the_view(cast: Cast, planted: Campaign) -> None:
    client, page = cast.client(cast.lead), reverse("annotate:quality")

    whole = client.get(f"{page}?campaign={planted.uuid}")
    law = client.get(f"{page}?campaign={planted.uuid}&skill=law")
    odd = client.get(f"{page}?campaign={planted.uuid}&skill=nothing&week=2026-W99")

    figures = [each.context["tables"][0].rows[0] for each in (whole, law, odd)]
    assert [row[3].said for row in figures] == [60, 20, 60]  # prompts
    assert "skill=law" in law.context["looking"].query
    assert odd.context["looking"].query == f"?campaign={planted.uuid}"


def test_a_table_is_a_file_too(cast: Cast, planted: Campaign) -> None:
    client, page = cast.client(cast.lead), reverse("annotate:quality")

    shown = client.get(f"{page}?campaign={planted.uuid}").context["tables"][1]
    file = client.get(shown.csv)

    rows = list(csv.reader(StringIO(file.content.decode())))
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert [row[0] for row in rows[1:]] == ["coding", "law", "medicine"]
    assert rows[0][:4] == ["Skill", "Value and 95 % interval", "low", "high"]
    assert [float(row[1]) for row in rows[1:]] == [row[1].found.value for row in shown.rows]


def test_every_measure_stands_beside_agreement_with_its_interval(
    cast: Cast, planted: Campaign
) -> None:
    client, page = cast.client(cast.lead), reverse("annotate:quality")

    tables = {
        each.key: each for each in client.get(f"{page}?campaign={planted.uuid}").context["tables"]
    }
    law = client.get(f"{page}?campaign={planted.uuid}&skill=law").context["tables"]

    report = planted.quality_reports.latest("pk")
    for key, part in (("skill", {"skill": "law"}), ("kind", {"part": "4"})):
        kept = {each.measure: each for each in report.slices.filter(facet=key, **part)}
        cells = dict(
            zip(
                [each.label for each in tables[key].columns],
                tables[key].rows[1 if key == "skill" else 0],
                strict=True,
            )
        )
        for measure, label in {
            "tau": "Kendall's τ-b",
            "alpha": "Krippendorff's α",
            "w": "Kendall's W",
        }.items():
            found = cells[label].found
            assert found is not None
            assert (found.value, found.low, found.high) == (
                kept[measure].value,
                kept[measure].low,
                kept[measure].high,
            )
        assert cells["W by chance"].said == kept["w"].chance == 0.5
    assert [row[0].text for row in law[0].rows] == [
        "Pairwise agreement",
        "Kendall's τ-b",
        "Krippendorff's α",
        "Kendall's W",
    ]


def test_a_slice_of_too_few_prompts_is_listed_as_left_out(cast: Cast) -> None:
    campaign = plant(Plan(prompts=14, raters=4, each=2), lead=cast.lead)
    measured(campaign)
    client, page = cast.client(cast.lead), reverse("annotate:quality")

    shown = client.get(f"{page}?campaign={campaign.uuid}")
    [skill] = [each for each in shown.context["tables"] if each.key == "skill"]
    file = list(csv.reader(StringIO(client.get(skill.csv).content.decode())))

    assert [(row[0].text, row[1].text[:8], row[3].said) for row in skill.rows][2] == (
        "coding",
        "left out",
        4,
    )
    assert file[3][:6] == ["coding", "", "", "", "", "4"]
    assert "fewer than five prompts" in skill.about


def test_of_very_many_slices_a_page_shows_the_first_and_the_file_all(
    cast: Cast, planted: Campaign
) -> None:
    """Skills are whatever a file calls them: there may be thousands, of a prompt or two each."""
    report = planted.quality_reports.latest("pk")
    told = report.slices.filter(measure="agreement", facet="skill").count()
    SmallSlice.objects.bulk_create(
        SmallSlice(report=report, facet="skill", skill=f"rare {n:03}", prompts=1)
        for n in range(300)
    )
    client, here = cast.client(cast.lead), f"?campaign={planted.uuid}"

    page = client.get(reverse("annotate:quality") + here)
    [skills] = [each for each in page.context["tables"] if each.key == "skill"]
    file = list(csv.reader(StringIO(client.get(skills.csv).content.decode())))

    assert f"The first 200 of {300 + told}" in page.content.decode()
    assert "rare 000" in page.content.decode()
    assert "rare 299" not in page.content.decode()
    assert len(file) == 1 + told + 300


def test_a_change_from_week_to_week_is_told_with_its_interval(
    cast: Cast, planted: Campaign
) -> None:
    client, here = cast.client(cast.lead), f"?campaign={planted.uuid}"
    newest = AgreementSlice.objects.filter(measure="change", facet="week").latest("week")

    dashboard = client.get(reverse("annotate:dashboard") + here).content.decode()
    page = client.get(reverse("annotate:quality") + here)
    narrowed = client.get(reverse("annotate:quality") + f"{here}&skill=law").context["change"]

    assert change_said(newest) in dashboard
    assert change_said(newest) in page.content.decode()
    [weeks] = [each for each in page.context["tables"] if each.key == "week"]
    changes = {row[0].said: row[-1].found for row in weeks.rows}
    assert changes[f"{newest.week:%G-W%V}"].low == newest.low
    assert narrowed != change_said(newest)


def test_two_raters_have_every_figure_in_page_and_file(cast: Cast, planted: Campaign) -> None:
    client, page = cast.client(cast.lead), reverse("annotate:raters")

    pairs = client.get(f"{page}?campaign={planted.uuid}").context["tables"][1]
    file = list(csv.reader(StringIO(client.get(pairs.csv).content.decode())))

    kept = planted.quality_reports.latest("pk").pairs.order_by("value", "pk")[0]
    assert [each.label for each in pairs.columns][3:] == [
        "By chance",
        "Prompts",
        "Kendall's τ-b",
        "Krippendorff's α",
        "Kendall's W",
    ]
    assert [float(each) for each in file[1][7:10]] == [
        kept.figures["tau"][name] for name in ("value", "low", "high")
    ]


def test_flags_and_ratings_have_kappa_beside_alpha_with_what_chance_gives(cast: Cast) -> None:
    campaign = plant(Plan(flags=True, by_coin=0.3, prompts=60, raters=4), lead=cast.lead)
    report = measured(campaign)
    rated = report.slices.get(measure="kappa", facet="flag", part="harmful")
    rated.pk, rated.facet, rated.part = None, "rating", "depth"
    alpha = report.slices.get(measure="alpha", facet="flag", part="harmful")
    alpha.pk, alpha.facet, alpha.part = None, "rating", "depth"
    for each in (rated, alpha):
        each.save()
    client, page = cast.client(cast.lead), reverse("annotate:quality")

    tables = {
        each.key: each for each in client.get(f"{page}?campaign={campaign.uuid}").context["tables"]
    }
    pairs = client.get(f"{reverse('annotate:raters')}?campaign={campaign.uuid}").context["tables"]

    [row], columns = tables["flag"].rows, [each.label for each in tables["flag"].columns]
    cells = dict(zip(columns, row, strict=True))
    kappa, (agreed, chance) = cells["κ"].found, report.figures["agreed"]["flag"]["harmful"]
    assert kappa is not None
    assert (kappa.value, kappa.low, kappa.high) == (rated.value, rated.low, rated.high)
    assert (cells["Agree"].said, cells["Agree by chance"].said) == (agreed, chance)
    assert kappa.value == pytest.approx((agreed - chance) / (1 - chance))
    assert cells["Value and 95 % interval"].found.value == alpha.value
    assert "flag=harmful" in cells["Part"].link
    [rating] = tables["rating"].rows
    assert rating[4].found == kappa
    assert [each.text for each in rating[5:]] == ["–", "–"]  # a report from before kept none
    spread = report.figures["flag_kappas"]["harmful"]
    assert [each.said for each in tables["flag_kappa"].rows[0]] == [
        "harmful",
        spread["pairs"],
        spread["lowest"],
        spread["median"],
        spread["highest"],
    ]
    assert pairs[1].columns[-1].label == "κ of a flag: harmful"
    first = report.pairs.order_by("value", "pk")[0]
    assert pairs[1].rows[0][-1].found.value == first.figures["flag_kappa"]["harmful"]["value"]


def test_a_file_holds_no_formula(cast: Cast) -> None:
    """A skill can be called anything, and a spreadsheet computes what begins with =."""
    WantedShare.objects.create(campaign=cast.campaign, facet="skill", value="=1+1", share=0.5)

    address = f"{reverse('annotate:mix')}?campaign={cast.campaign.uuid}&csv=skill"
    file = cast.client(cast.lead).get(address).content.decode()

    assert "'=1+1," in file


def test_a_lead_says_what_mix_is_wanted(cast: Cast) -> None:
    client, page = cast.client(cast.lead), reverse("annotate:mix")
    address = f"{page}?campaign={cast.campaign.uuid}"

    said = client.post(address, {"skills": "law 20\nmedicine: 30 %", "languages": "de 12,5"})
    odd = client.post(address, {"skills": "law\n", "languages": ""})
    too_much = client.post(address, {"skills": "law 60\nchess 50", "languages": ""})
    member = cast.client(cast.member).post(address, {"skills": "law 1", "languages": ""})

    wanted = WantedShare.objects.filter(campaign=cast.campaign).order_by("value")
    assert [(each.facet, each.value, each.share) for each in wanted] == [
        ("language", "de", 0.125),
        ("skill", "law", 0.2),
        ("skill", "medicine", 0.3),
    ]
    assert [each.status_code for each in (said, odd, too_much, member)] == [302, 422, 422, 404]
    assert "Line 1" in odd.content.decode()


def test_a_planner_answers_by_hand(cast: Cast, planted: Campaign) -> None:
    """To halve the interval takes three times as many prompts more; half of it is named here."""
    client, page = cast.client(cast.lead), reverse("annotate:planner")
    alpha = measured_alpha(planted)
    half = (alpha.high - alpha.low) / 4

    address = f"{page}?campaign={planted.uuid}&points=20&half_width={half}&held_out=9&rate=2"
    table = client.get(address).context["tables"][0]
    odd = client.get(f"{page}?campaign={planted.uuid}&points=none")

    rows = {row[0].text.split()[0]: [cell.said for cell in row[1:]] for row in table.rows}
    assert rows["Bring"][:2] == [pytest.approx(360, abs=2), pytest.approx(180, abs=1)]
    assert rows["Bring"][3] == pytest.approx(720, abs=4)
    assert odd.status_code == 422


def test_a_planner_counts_with_who_is_away(cast: Cast, planted: Campaign) -> None:
    """Somebody who did part of this week's work is away from tomorrow on: it takes longer."""
    client, page = cast.client(cast.lead), reverse("annotate:planner")
    address = f"{page}?campaign={planted.uuid}&held_out=900000"
    before = client.get(address).context["tables"]
    busiest = max(presence_in(planted), key=lambda each: each.presence.items)
    assert busiest.presence.items

    say_absence(by=busiest.person, since=today(), until=today() + timedelta(days=300), uuid=uuid4())
    after = client.get(address).context["tables"]

    def days(tables: list[Table]) -> float:
        [row] = [each for each in tables[0].rows if str(each[0].said).startswith("Fill")]
        return float(str(row[3].said).split()[0].replace("∞", "inf"))

    assert days(after) > days(before)
    assert [len(tables[1].rows) for tables in (before, after)] == [0, 1]
    assert "days away" in after[0].about


def measured_alpha(campaign: Campaign) -> AgreementSlice:
    report = campaign.quality_reports.latest("pk")
    return report.slices.get(measure="alpha", facet="overall", part="")


@pytest.mark.parametrize("campaigns", [1, 3])
def test_a_slice_page_asks_the_database_equally_often(
    campaigns: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lead = make_user()
    planted = plant(Plan(prompts=20, raters=4, each=2), lead=lead, name="One")
    measured(planted)
    for _ in range(campaigns - 1):
        make_campaign(lead=lead)
    client = cast.client(lead)

    with django_assert_num_queries(26):
        client.get(f"{reverse('annotate:quality')}?campaign={planted.uuid}")


def test_checks_stand_beside_reliability_and_a_pause_is_named(
    cast: Cast, planted: Campaign
) -> None:
    rater = Rater.objects.filter(rankings__campaign=planted).first()
    assert rater is not None
    assert rater.user is not None
    gold = gold_of(planted, by=cast.lead)
    done = Ranking.objects.filter(rater=rater, campaign=planted)[0]
    assert done.assignment is not None
    GoldResult.objects.create(
        gold=gold, person=rater.user, assignment=done.assignment, agreed=3, compared=6
    )
    pause = pause_member(
        membership=Membership.objects.get(campaign=planted, person=rater.user),
        cause=PauseCause.LEAD,
        reason="Away.",
        by=cast.lead,
    )
    client, here = cast.client(cast.lead), f"?campaign={planted.uuid}"

    everybody = client.get(reverse("annotate:raters") + here).content.decode()
    one = client.get(reverse("annotate:rater", args=[rater.uuid]) + here).content.decode()
    dashboard = client.get(reverse("annotate:dashboard") + here).content.decode()

    there = reverse("annotate:decide_pause", args=[pause.uuid])
    assert "As checks should be" in everybody
    assert "0.50 [" in everybody
    assert "1 silent check." in one
    assert (there in one, there in dashboard) == (True, True)
    assert rater.user.display_name in dashboard
    elsewhere = cast.client(cast.stranger).get(reverse("annotate:dashboard"))
    assert there not in elsewhere.content.decode()


def test_a_machine_has_a_table_of_its_own(cast: Cast, planted: Campaign) -> None:
    address = reverse("annotate:quality") + f"?campaign={planted.uuid}"
    client = cast.client(cast.lead)
    assert "Machines beside people" not in client.get(address).content.decode()
    judge = add_machine(
        campaign=planted, name="Judge 1", way=MachineWay.PROGRAM, share=1.0, by=cast.lead
    )
    for item in items_for(judge).items:
        first = Ranking.objects.filter(assignment__task=item.task).earliest("pk")
        keep_verdict(judge=judge, task=item.task, said=MachineSaid(orders=[first.tiers] * 2))
    measured(planted)

    shown = client.get(address).content.decode()
    rows = list(csv.reader(StringIO(client.get(f"{address}&csv=machines").content.decode("utf-8"))))

    assert "Machines beside people" in shown
    assert "Judge 1" in shown
    assert [row[0] for row in rows[1:]] == ["Judge 1"] * (len(rows) - 1)
    assert len(rows) > 2
