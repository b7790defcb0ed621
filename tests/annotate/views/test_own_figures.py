"""Each person reads what was found of them, and nobody else's; nothing of silent checks."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotate.enums import CountsAs, RaterKind
from annotate.models import (
    AgreementSlice,
    Campaign,
    GoldResult,
    QualityReport,
    Rater,
    RaterPair,
    RaterPart,
    RaterQuality,
)
from annotate.services.gold import set_gold_rules
from annotate.services.ranking import RankingAnswer, submit_ranking
from commons.models import RunState, User
from tests.annotate.golden import check_taken, gold_of
from tests.annotate.reviewing import make_reviewed_campaign, rank_as
from tests.annotate.teaming import a_mate, a_part
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_task, make_user
from tests.planted import measured

pytestmark = pytest.mark.django_db

STORED = reverse("annotate:stored")
DESK = reverse("annotate:desk")


def estimate(value: float, n: int = 40, **more: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "level": 0.95, "n": n, **more}


FIGURES: dict[str, Any] = {
    "agreement": estimate(0.74),
    "hurried": estimate(0.31, n=47),
    "pasted": estimate(0.22, n=6),
    "verbosity": estimate(0.45, n=6),
    "leans_position": estimate(0.63, chance=0.004),
    "leans_length": estimate(0.18, chance=0.4),
    "flags": {"harmful": estimate(0.88)},
    "alike": {"written": 6, "alike": 1, "prompts": [["5e1fca11-0000", 0.83]]},
    "shown": {"capital": 12.5, "after": 37},
}


def report_of(campaign: Campaign, **more: Any) -> QualityReport:
    return QualityReport.objects.create(
        campaign=campaign,
        state=RunState.DONE,
        finished_at=timezone.now(),
        figures={"parts_from": 10, "doubled": 400},
        **more,
    )


def rater_of(person: User) -> Rater:
    return Rater.objects.get_or_create(user=person, kind=RaterKind.PERSON)[0]


def row_of(report: QualityReport, person: User, **more: Any) -> RaterQuality:
    found = {
        "consistency": 0.81,
        "consistency_low": 0.72,
        "consistency_high": 0.91,
        "verdict": "weak",
        "doubled": 47,
        "figures": FIGURES,
    }
    return RaterQuality.objects.create(report=report, rater=rater_of(person), **{**found, **more})


def without_times(page: str) -> str:
    return re.sub(r"<time.*?</time>", "", page)


def figures_in(client: Any) -> str:
    """The page between its first panel and the judgements."""
    page = " ".join(client.get(STORED).content.decode().split())
    return page[page.index('id="why-title"') : page.index('id="untold-title"')]


def test_a_person_reads_their_own_figures_with_intervals_meanings_and_doubts(cast: Cast) -> None:
    report = report_of(cast.campaign)
    row_of(report, cast.member)
    AgreementSlice.objects.create(
        report=report,
        measure="agreement",
        facet="overall",
        value=0.79,
        low=0.7,
        high=0.85,
        prompts=150,
        chance=0.52,
    )

    seen = figures_in(cast.client(cast.member))

    for said in (
        "Your figures in Medicine",
        "from at least 40 items of yours that others judged too",
        "0.81 [0.72, 0.91]",  # consistency
        "0.74 [0.64, 0.84]",  # agreement
        "All people of the campaign reach 0.79, and coins would reach 0.52.",
        "below what others reach",
        "31 % [21, 41]",  # haste
        "22 % [12, 32]",  # pasted
        "0.45 [0.35, 0.55]",  # longer
        "0.63 [0.53, 0.73]",
        "by chance alone with 0.004",
        "Takes longer answers, beyond the others",
        "Flag: harmful",
        "0.88 [0.78, 0.98]",
        "1 of 6",  # like a model's
    ):
        assert said in seen
    assert seen.count("Do not trust it") + seen.count("It is no ") == seen.count("<dt>") == 10
    assert f'<time datetime="{report.finished_at:%Y-%m-%dT%H:%M}' in seen


def test_what_gives_away_checks_texts_or_others_is_named_and_not_told(cast: Cast) -> None:
    """Exact numbers of items, the stake, which text is like a model's, and whom one agrees with."""
    report, other = report_of(cast.campaign), make_member(cast.campaign, name="somebody-else")
    row_of(report, cast.member)
    row_of(report, other, consistency=0.66)
    RaterPair.objects.create(
        report=report,
        one=rater_of(cast.member),
        other=rater_of(other),
        value=0.57,
        low=0.5,
        high=0.6,
        prompts=23,
    )

    page = without_times(cast.client(cast.member).get(STORED).content.decode())

    for silent in ("somebody-else", "0.66", "0.57", "5e1fca11", "12.5", ">47<", " 47 ", " 37 "):
        assert silent not in page
    assert "What is kept and not shown here" in page
    assert "a check that is known for one checks nobody" in page


def test_nobody_else_sees_anything_of_it(cast: Cast) -> None:
    """Neither a stranger, nor a member beside them, nor one of their team, nor its lead there."""
    part = a_part(cast.campaign)
    mate, owner = a_mate(part), a_mate(part)
    row_of(report_of(cast.campaign), owner)

    others = [mate, cast.member, cast.lead, cast.stranger, make_user("nobody")]
    seen = [cast.client(who).get(STORED).content.decode() for who in others]

    assert "0.81 [0.72, 0.91]" in cast.client(owner).get(STORED).content.decode()
    assert ["0.81 [" in each or "Your figures" in each for each in seen] == [False] * len(others)
    assert ["74 %" in cast.client(who).get(DESK).content.decode() for who in [owner, *others]] == [
        True,
        *[False] * len(others),
    ]


def test_a_silent_check_moves_nothing_on_the_page() -> None:
    campaign = make_reviewed_campaign()
    ada, bert, lead = make_member(campaign), make_member(campaign), make_user("lead", admin=True)
    for _ in range(10):
        task = make_task(campaign)
        rank_as(task, "abcd", by=ada)
        rank_as(task, "abcd", by=bert)
    client = Cast(campaign, lead, ada, bert).client(ada)
    measured(campaign)
    before = figures_in(client)

    set_gold_rules(campaign=campaign, by=lead, share=0.5)
    gold = gold_of(campaign, "abcd")
    turn = check_taken(campaign, ada)
    wrong = [[each] for each in reversed(gold.task.offered)]
    checked = submit_ranking(assignment=turn, answer=RankingAnswer(tiers=wrong), by=ada)
    measured(campaign)

    assert (checked.counts_as, GoldResult.objects.count()) == (CountsAs.GOLD, 1)
    assert without_times(figures_in(client)) == without_times(before)
    assert "1.00 [1.00, 1.00]" in before


@pytest.mark.parametrize(
    ("measured_there", "said"),
    [
        (False, "Medicine: nothing has been measured there yet."),
        (True, "has none of you. It needs work of yours that counts"),
    ],
)
def test_who_has_no_figures_reads_why(cast: Cast, measured_there: bool, said: str) -> None:
    if measured_there:
        row_of(report_of(cast.campaign), make_member(cast.campaign))

    assert said in figures_in(cast.client(cast.member))


def test_who_belongs_to_no_campaign_reads_why(cast: Cast) -> None:
    seen = figures_in(cast.client(make_user("nobody")))

    assert "You belong to no campaign, so nothing is found of you." in seen


def test_a_figure_that_is_missing_says_what_it_needs(cast: Cast) -> None:
    """Haste of five rankings is known, and not told: it would move with each item."""
    few = {"hurried": estimate(0.6, n=19), "alike": {"written": 0, "alike": 0, "prompts": []}}
    empty = {"consistency_low": None, "consistency_high": None, "verdict": "", "doubled": 3}
    row_of(report_of(cast.campaign), cast.member, consistency=None, figures=few, **empty)

    seen = figures_in(cast.client(cast.member))

    assert "from fewer than 10 items of yours" in seen
    for why in (
        "<li>Consistency: it needs items of yours that others judged too.</li>",
        "<li>Agrees with others: it needs 10 prompts that somebody else ranked too",
        "<li>Faster than one reads: it needs 20 rankings of which time was measured.</li>",
        "<li>Pasted of what was written: it needs five written answers",
        "<li>Leanings: they need 20 prompts",
    ):
        assert why in seen
    assert "60 %" not in seen


def test_parts_of_the_work_stand_by_skill_language_and_week_and_in_a_file(cast: Cast) -> None:
    report, other = report_of(cast.campaign), make_member(cast.campaign)
    row_of(report, cast.member)
    row_of(report, other)
    for who, value in ((cast.member, 0.70449), (other, 0.3)):
        found = {"rater": rater_of(who), "value": value, "low": 0.6, "high": 0.8, "prompts": 27}
        for facet in ({"facet": "skill", "skill": "law"}, {"facet": "language", "language": "en"}):
            RaterPart.objects.create(report=report, **found, **facet)

    client = cast.client(cast.member)
    page = figures_in(client)
    file = client.get(STORED, {"csv": f"parts-{cast.campaign.uuid}"})

    assert "Skill: law" in page
    assert "Language: en" in page
    assert "0.70 [0.60, 0.80]" in page
    assert "0.30" not in page
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert file.content.decode().splitlines() == [
        "Part of the work,Agrees with others,low,high,Prompts",
        "Language: en,0.7,0.6,0.8,at least 20",
        "Skill: law,0.7,0.6,0.8,at least 20",
    ]
    assert cast.client(other).get(STORED, {"csv": "parts-of-nothing"}).status_code == 200


def test_the_page_asks_the_database_as_often_for_three_campaigns_as_for_one(cast: Cast) -> None:
    client, counts = cast.client(cast.member), []
    campaigns = [cast.campaign, *(make_reviewed_campaign() for _ in range(2))]
    for campaign in campaigns:
        campaign.memberships.get_or_create(person=cast.member, role="annotator")
        row_of(report_of(campaign), cast.member)
        with CaptureQueriesContext(connection) as asked:
            client.get(STORED)
        counts.append(len(asked))

    assert counts[0] == counts[2]


def test_a_desk_tells_agreement_of_three_campaigns_and_leads_to_the_others(cast: Cast) -> None:
    for at in range(4):
        campaign = cast.campaign if at == 0 else make_reviewed_campaign()
        campaign.memberships.get_or_create(person=cast.member, role="annotator")
        figures = {"agreement": estimate(0.71 + at / 100)}
        row_of(report_of(campaign), cast.member, figures=figures)

    page = cast.client(cast.member).get(DESK).content.decode()

    assert [f"{each} %" in page for each in (71, 72, 73, 74)] == [False, True, True, True]
    assert "62 to 82 %" in page
    assert "The other campaigns, and all else that is found of you" in page
    assert STORED in page
