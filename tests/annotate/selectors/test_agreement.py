"""How far people agreed in a week, in sentences."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from annotate.models import AgreementSlice, Campaign, QualityReport
from annotate.selectors.agreement import agreement_in, change_said
from annotate.selectors.tally import week_start
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db

LAST = week_start() - timedelta(days=7)
BEFORE = LAST - timedelta(days=7)
AT = "Measured on 23 November 2026, 05:12 UTC."


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


@pytest.fixture
def report(campaign: Campaign) -> QualityReport:
    return QualityReport.objects.create(
        campaign=campaign,
        state="done",
        finished_at=datetime(2026, 11, 23, 5, 12, tzinfo=UTC),
        figures={"few_by_week": {}},
    )


def measured(report: QualityReport, facet: str, value: float, **more: object) -> None:
    AgreementSlice.objects.create(
        report=report,
        measure="agreement",
        facet=facet,
        value=value,
        low=value - 0.05,
        high=value + 0.05,
        prompts=1212,
        chance=0.5,
        **more,
    )


def test_what_was_never_measured_is_said_so(campaign: Campaign) -> None:
    assert agreement_in(campaign, None, LAST) == [
        "Not measured yet: a worker does so after the first judgements."
    ]


@pytest.mark.parametrize(("before", "change"), [(0.68, "+0.03"), (0.75, "−0.04"), (0.712, "±0.00")])
def test_a_week_stands_beside_the_one_before(
    campaign: Campaign, report: QualityReport, before: float, change: str
) -> None:
    measured(report, "overall", 0.5)
    measured(report, "week", 0.71, week=LAST)
    measured(report, "week", before, week=BEFORE)

    assert agreement_in(campaign, report, LAST) == [
        "People agreed by 0.71 [0.66, 0.76] on 1,212 prompts; chance gives 0.50.",
        f"The week before it was {before:.2f} [{before - 0.05:.2f}, {before + 0.05:.2f}]: "
        f"a change of {change}.",
        AT,
    ]


@pytest.mark.parametrize(
    ("low", "high", "letter", "page"),
    [
        (
            0.01,
            0.05,
            "a change beyond chance, +0.03 [+0.01, +0.05].",
            "Agreement rose from {before} to {last}, beyond chance: +0.03 [+0.01, +0.05].",
        ),
        (
            -0.02,
            0.08,
            "a change within chance, +0.03 [−0.02, +0.08].",
            "From {before} to {last} agreement changed within chance: +0.03 [−0.02, +0.08].",
        ),
        (
            -0.09,
            -0.001,
            "a change beyond chance, +0.03 [−0.09, ±0.00].",
            "Agreement fell from {before} to {last}, beyond chance: +0.03 [−0.09, ±0.00].",
        ),
    ],
)
def test_a_change_says_whether_it_is_more_than_chance(
    campaign: Campaign, report: QualityReport, low: float, high: float, letter: str, page: str
) -> None:
    measured(report, "week", 0.71, week=LAST)
    measured(report, "week", 0.68, week=BEFORE)
    change = AgreementSlice.objects.create(
        report=report,
        measure="change",
        facet="week",
        week=LAST,
        part=BEFORE.isoformat(),
        value=0.03,
        low=low,
        high=high,
        prompts=1212,
        chance=0,
    )

    said = agreement_in(campaign, report, LAST)

    assert said[1].endswith(letter)
    weeks = {"before": f"{BEFORE:%G-W%V}", "last": f"{LAST:%G-W%V}"}
    assert change_said(change) == page.format(**weeks)


def test_no_agreement_at_all_is_a_figure(campaign: Campaign, report: QualityReport) -> None:
    """Zero is told, and is not taken for missing."""
    measured(report, "week", 0.0, week=LAST)

    [agreed, before, _at] = agreement_in(campaign, report, LAST)

    assert agreed.startswith("People agreed by 0.00 [")
    assert before == "No change is told. The week before: Too few doubled items: 0 of 5."


def test_a_week_of_too_few_items_says_how_many(campaign: Campaign, report: QualityReport) -> None:
    report.figures = {"few_by_week": {LAST.isoformat(): 3}}
    measured(report, "overall", 0.5)
    measured(report, "week", 0.68, week=BEFORE)

    assert agreement_in(campaign, report, LAST) == [
        "Too few doubled items: 3 of 5.",
        "In all weeks people agree by 0.50 [0.45, 0.55].",
        AT,
    ]


def test_a_report_that_did_not_count_them_says_what_it_takes(
    campaign: Campaign, report: QualityReport
) -> None:
    report.figures = {}

    assert agreement_in(campaign, report, LAST) == ["Too few doubled items: it takes 5.", AT]


def test_figures_and_times_are_the_reader_s(campaign: Campaign, report: QualityReport) -> None:
    measured(report, "week", 0.71, week=LAST)

    with override("de"), timezone.override("Europe/Berlin"):
        said = agreement_in(campaign, report, LAST)

    assert "0,71 [0,66, 0,76]" in said[0]
    assert "06:12 CET" in said[-1]
