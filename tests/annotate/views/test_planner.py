"""The planner counts with what is known already, and in the campaign's own numbers."""

from dataclasses import astuple
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from annotate.enums import Side
from annotate.models import Campaign, Candidate, Prompt, QualityReport
from annotate.selectors.measured import Done
from annotate.selectors.planning import Votes, held_out_in, pay_in, votes_in
from annotate.selectors.quality_meeting import lately_met
from annotate.selectors.tally import week_start
from annotate.services.quality import claim_quality, fit_quality, request_quality
from annotate.services.rollup import roll_up
from annotate.stats.planning import ELO, votes_to_separate
from annotate.views.tables import Cell, Table
from tests.annotate.reviewing import rank_as, write_as
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_ranking, make_task

PLANNER = reverse("annotate:planner")


def amount(cell: Cell) -> float:
    assert isinstance(cell.said, int | float)
    return cell.said


def plan_of(cast: Cast, **asked: str) -> Table:
    found = cast.client(cast.lead).get(PLANNER, {"campaign": str(cast.campaign.uuid), **asked})
    assert found.status_code == 200
    table: Table = found.context["tables"][0]
    return table


def rate_of(campaign: Campaign, *, item: str = "0", hour: str = "0", kind: str = "") -> None:
    campaign.rates.create(
        kind=kind,
        holds_from=week_start() - timedelta(days=400),
        currency="EUR",
        per_item=Decimal(item),
        per_hour=Decimal(hour),
    )


def test_a_judgement_costs_what_the_campaign_pays(cast: Cast) -> None:
    rate_of(cast.campaign, item="0.25")

    table = plan_of(cast)

    row = table.rows[0]
    assert table.columns[4].label == "Cost (EUR)"
    assert amount(row[4]) == pytest.approx(amount(row[1]) * 0.25)
    assert "0.25 EUR an item" in table.about


def test_an_hour_costs_by_what_an_item_took(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """30 EUR an hour, five minutes an item, and a quarter for each: 2.75."""
    rate_of(cast.campaign, item="0.25", hour="30")
    without = pay_in(cast.campaign)
    monkeypatch.setattr(
        "annotate.selectors.planning.done_by_now",
        lambda campaign, since: [done(cast.member.pk, items=2, tenths=6_000)],
    )
    measured = pay_in(cast.campaign)

    assert without is not None
    assert without.an_item is None
    assert measured is not None
    assert (measured.minutes, measured.an_item) == (5.0, Decimal("2.75"))


def test_a_vote_costs_what_ranking_is_paid_and_takes_what_ranking_took(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """30 EUR an hour for all, 12 for ranking; two minutes an item, whatever writing took."""
    rate_of(cast.campaign, hour="30")
    rate_of(cast.campaign, hour="12", kind="rank")
    today = timezone.now().date()
    writing = Done(cast.member.pk, today, "demonstrate", 1, 36_000)
    monkeypatch.setattr(
        "annotate.selectors.planning.done_by_now",
        lambda campaign, since: [done(cast.member.pk, items=2, tenths=2_400), writing],
    )

    pay = pay_in(cast.campaign)

    assert pay is not None
    assert (pay.minutes, pay.an_item) == (2.0, Decimal("0.4"))


def done(person: int, *, items: int, tenths: int) -> Done:
    return Done(person, timezone.now().date(), "rank", items, tenths)


def test_a_dear_rate_of_the_campaigns_own_is_not_refused(cast: Cast) -> None:
    rate_of(cast.campaign, item="150000")

    row = plan_of(cast).rows[0]

    assert amount(row[4]) == pytest.approx(amount(row[1]) * 150_000)


def test_without_a_rate_nothing_is_said_of_the_cost_until_somebody_does(cast: Cast) -> None:
    silent, said = plan_of(cast), plan_of(cast, rate="2")

    assert silent.rows[0][4].said is None
    assert "No rate holds today" in silent.about
    assert amount(said.rows[0][4]) == 2 * amount(said.rows[0][1])


@pytest.mark.parametrize(
    ("least", "most", "wanted"), [(40, 100, "40"), (0, 100, "100"), (0, None, "1000")]
)
def test_the_held_out_set_is_as_large_as_the_campaign_wants(
    cast: Cast, least: int, most: int | None, wanted: str
) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(
        held_out_at_least=least, held_out_at_most=most
    )

    assert f"of {wanted} ranked" in str(plan_of(cast).rows[-1][0].said)


def test_what_was_ranked_fills_the_held_out_set_and_not_what_came(cast: Cast) -> None:
    """Three came on the test side: one is ranked, one is all tied, one waits."""
    ranked = make_ranking(cast.campaign, cast.member).prompt
    tied = rank_as(make_task(cast.campaign), "a=b=c=d").prompt
    train = make_ranking(cast.campaign, cast.member).prompt
    waits = make_task(cast.campaign).prompt
    Prompt.objects.filter(pk__in=[ranked.pk, tied.pk, waits.pk]).update(side=Side.TEST)
    Prompt.objects.filter(pk=train.pk).update(side=Side.TRAIN)

    here = held_out_in(cast.campaign)

    assert (here.came, here.have, here.usable) == (3, 1, 1.0)
    assert "1 of 9 ranked, 3 came" in str(plan_of(cast, held_out="9").rows[-1][0].said)


def test_two_policies_are_separated_by_what_is_known_of_votes(cast: Cast) -> None:
    report = QualityReport.objects.create(
        campaign=cast.campaign,
        state="done",
        finished_at=timezone.now(),
        figures={
            "doubled": 0,
            "meeting": {"votes": 300, "prompts": 90, "tied": 0.2, "error": 0.1, "by_prompt": 1.5},
        },
    )
    for eta, doubled in ((0.9, 30), (0.6, 10)):
        rater = make_ranking(cast.campaign, make_member(cast.campaign)).rater
        report.raters.create(rater=rater, consistency=eta, doubled=doubled)

    found = votes_in(cast.campaign, report)
    table = plan_of(cast, points="40")

    assert astuple(found) == pytest.approx((0.2, 0.825, 300, 0.1, 1.5))
    assert (
        table.rows[0][1].said
        == votes_to_separate(
            40 * ELO, error=0.1 / 0.65, tied=0.2, consistency=0.825, by_prompt=1.5
        ).votes
    )
    for words in ("20.0", "0.82", "300 votes are known", "1.50 times"):
        assert words in table.about


def test_raters_like_coins_show_nothing_however_many_votes(cast: Cast) -> None:
    report = QualityReport.objects.create(
        campaign=cast.campaign, state="done", finished_at=timezone.now(), figures={"doubled": 0}
    )
    rater = make_ranking(cast.campaign, cast.member).rater
    report.raters.create(rater=rater, consistency=0.5, doubled=3)

    assert "no more consistent than coins" in str(plan_of(cast).rows[0][1].said)


def test_ties_are_those_of_all_pairs_where_no_two_sources_met(cast: Cast) -> None:
    """Four answers: six pairs a ranking, of which the second ties one."""
    rank_as(make_task(cast.campaign), "abcd")
    rank_as(make_task(cast.campaign), "a=bcd")
    roll_up(campaign=cast.campaign)

    assert astuple(votes_in(cast.campaign, None)) == pytest.approx(astuple(Votes(1 / 12)))
    assert lately_met(cast.campaign) is None  # all of one source


def test_the_two_sources_that_met_most_are_what_is_known(cast: Cast) -> None:
    """Of each item two answers are of model-a, as made, and one each of b and c, b above c."""
    for order in ("abcd", "bacd", "cdab"):
        task = make_task(cast.campaign)
        for answer, source in zip(task.offered, ("a", "a", "b", "c"), strict=True):
            Candidate.objects.filter(uuid=answer).update(source=source)
        rank_as(task, order)

    met = lately_met(cast.campaign)
    request_quality(campaign=cast.campaign)
    report = claim_quality(cast.campaign)
    assert report is not None
    fit_quality(report=report)
    report.refresh_from_db()

    assert met is not None
    assert sorted(met[0].tolist()) == [0, 0, 1, 1, 1, 1]  # a twice above b, twice; then below
    assert report.figures["meeting"]["votes"] == 6
    assert (report.figures["meeting"]["prompts"], report.figures["meeting"]["tied"]) == (3, 0)


def test_how_long_one_writes_stands_beside_others(cast: Cast) -> None:
    """Six texts of ten words beside six of twenty, of other prompts of the same kind: log 2."""
    terse, wordy = make_member(cast.campaign), make_member(cast.campaign)
    for who, words in ((terse, 10), (wordy, 20)):
        for _ in range(6):
            write_as(cast.campaign, " ".join(["word"] * words), by=who)
    request_quality(campaign=cast.campaign)
    report = claim_quality(cast.campaign)
    assert report is not None
    fit_quality(report=report)

    found = {
        each.rater.user: each.figures["verbosity"]["value"]
        for each in report.raters.select_related("rater__user")
    }
    page = cast.client(cast.lead).get(
        reverse("annotate:rater", args=[wordy.rater.uuid]), {"campaign": str(cast.campaign.uuid)}
    )

    assert found == {terse: pytest.approx(-0.693, abs=1e-3), wordy: pytest.approx(0.693, abs=1e-3)}
    assert "Longer than others write" in page.content.decode()
