"""What the weekly letter says: whether the week's data is worth training on."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings

from annotate.enums import Kind, PauseCause, Role
from annotate.models import (
    AgreementSlice,
    Campaign,
    DoneRollup,
    Membership,
    QualityReport,
    Rater,
    Snapshot,
    Tally,
    WorkRollup,
)
from annotate.selectors.digest import Letter, letter_of
from annotate.selectors.tally import beginning_of, week_start
from annotate.services.campaign import Work
from annotate.services.pause import appeal_pause, pause_member
from annotate.services.rollup import roll_up
from annotate.stats.quality.findings import Finding, Sort
from commons.letters import Line, Part
from commons.models import User
from commons.stats.bootstrap import Estimate
from tests.annotate.leading import ANSWERS
from tests.factories import make_campaign, make_member, make_prompt, make_user

pytestmark = pytest.mark.django_db

LAST = week_start() - timedelta(days=7)
TARGETS = {"demonstrations": 10, "comparisons": 1000, "prompts": 0}


def said_elsewhere(person: User, since: datetime, until: datetime) -> Part:
    """What another app says: of whom it is asked, and of when."""
    days = (until - since).days
    return Part("Elsewhere", [Line(f"{person.username}, {since:%Y-%m-%d}, {days} days", "/there/")])


@pytest.fixture
def lead(settings: Settings) -> User:
    settings.LETTER_PARTS = []
    settings.WEEKLY_TARGETS = TARGETS
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(name="Medicine", lead=lead, works=[Work(Kind.RANK)])


def the_letter(person: User) -> Letter:
    found = letter_of(person, LAST)
    assert found is not None
    return found


def parts_of(person: User) -> dict[str, list[str]]:
    """Of the one campaign."""
    [told] = the_letter(person).told
    return {part.title: [line.says for line in part.lines] for part in told.parts}


def reported(campaign: Campaign, *findings: Finding) -> QualityReport:
    return QualityReport.objects.create(
        campaign=campaign,
        state="done",
        finished_at=beginning_of(),
        figures={"few_by_week": {}},
        findings=[each.as_json() for each in findings],
    )


def careless(campaign: Campaign, name: str) -> Finding:
    rater, _ = Rater.objects.get_or_create(user=make_member(campaign, name=name), kind="person")
    return Finding(Sort.CARELESS, str(rater.pk), Estimate(0.5, 0.4, 0.6, 0.95, 40), 0.7)


def frozen(campaign: Campaign, at: datetime, **more: object) -> Snapshot:
    found = Snapshot.objects.create(
        kind="ranked",
        state="done",
        digest="d1ge57",
        finished_at=at,
        manifest={"rows": {"train": 1200, "test": 34}},
        **more,
    )
    found.campaigns.add(campaign)
    return found


def worked(campaign: Campaign, comparisons: list[int]) -> None:
    """So many comparisons on each of the days before today, the last one yesterday."""
    today = datetime.now(tz=beginning_of().tzinfo).date()
    for ago, each in enumerate(reversed(comparisons), start=1):
        day = today - timedelta(days=ago)
        Tally.objects.create(campaign=campaign, day=day, slot=0, comparisons=each)


def test_who_leads_nothing_that_runs_is_told_nothing(lead: User, campaign: Campaign) -> None:
    Campaign.objects.update(state="closed")

    assert letter_of(lead, LAST) is None


def test_targets_and_agreement_are_always_told_and_nothing_else_where_there_is_nothing(
    lead: User, campaign: Campaign
) -> None:
    letter = the_letter(lead)
    [told] = letter.told

    assert letter.goals.title == "Against the targets"
    assert letter.goals.lines[0].says.startswith("Demonstrations: 0 of 10 (0.0 %). Since Monday, ")
    assert letter.goals.lines[2].says == "Prompts: 0."  # no target
    assert told.agreement == ["Not measured yet: a worker does so after the first judgements."]
    assert (told.parts, letter.parts) == ([], [])


def test_a_week_is_told_against_its_target_with_why_nothing_is_foretold(
    lead: User, campaign: Campaign
) -> None:
    WorkRollup.objects.create(
        campaign=campaign,
        week=LAST,
        kind="rank",
        language="en",
        person=lead,
        judgements=300,
        comparisons=1250,
    )
    worked(campaign, [30])

    said = the_letter(lead).goals.lines[1].says

    assert said.startswith("Comparisons: 1,250 of 1,000 (125.0 %). Since Monday, ")
    assert said.endswith("No forecast: only 1 day is known; it takes 3.")


def test_the_forecast_is_the_dashboard_s(lead: User, campaign: Campaign) -> None:
    """Days that are all alike foretell a week without doubt."""
    worked(campaign, [50] * 13)
    sunday = week_start() + timedelta(days=6)

    said = the_letter(lead).goals.lines[1].says

    found = said.partition("By the last two weeks ")[2]
    assert f"by Sunday, {sunday.day} {sunday:%B %Y} [" in found
    value, _, interval = found.partition(" by Sunday")
    assert interval.endswith(f" [{value}, {value}].")


def test_a_finding_is_told_in_its_words_with_the_page_of_its_evidence(
    lead: User, campaign: Campaign
) -> None:
    reported(
        campaign,
        careless(campaign, "ann"),
        Finding(Sort.AMBIGUOUS_SKILL, "law", Estimate(0.55, 0.5, 0.6, 0.95, 40), 0.7),
    )
    rater = Rater.objects.get(user__username="ann")

    [told] = the_letter(lead).told
    [part] = told.parts

    assert part.title == "What to look at"
    assert list(part.lines) == [
        Line(
            "ann judges no more like the others than a coin would. Agrees with others by 0.50 "
            "[0.40, 0.60] on 40 items; the campaign's figure is 0.70. Read some of their "
            "judgements, then talk to them.",
            f"{reverse('annotate:rater', args=[rater.uuid])}?campaign={campaign.uuid}",
        ),
        Line(
            "People read the guideline differently: skill “law”. Agreement there is 0.55 "
            "[0.50, 0.60] on 40 items; elsewhere 0.70. Read the items that people see apart, and "
            "say in the guideline what counts.",
            f"{reverse('annotate:quality')}?campaign={campaign.uuid}&skill=law",
        ),
    ]


def test_names_are_read_by_who_leads_the_campaign_alone(lead: User, campaign: Campaign) -> None:
    """A reviewer, an annotator and the lead of another campaign are told nothing of it."""
    reported(campaign, careless(campaign, "ann"))
    other = make_campaign(name="Law", lead=make_user("other"))
    readers = [make_member(campaign, role, name=role) for role in (Role.REVIEWER, Role.ANNOTATOR)]

    [told] = the_letter(User.objects.get(username="other")).told

    assert [letter_of(each, LAST) for each in readers] == [None, None]
    assert (told.campaign, told.parts) == (other, [])


def test_work_that_nobody_can_do_is_told_with_why(lead: User, campaign: Campaign) -> None:
    make_member(campaign, name="ada")
    for _ in range(2):
        make_prompt(campaign, answers=ANSWERS, skill="medicine")

    [told] = the_letter(lead).told

    [part] = told.parts
    assert part == Part(
        "Waiting for nobody",
        [
            Line(
                "Rank answers · medicine · en: 2 tasks. "
                "Nobody of the team holds the skill medicine.",
                f"{reverse('annotate:leases', args=[campaign.uuid])}#stranded-title",
            )
        ],
    )


def test_datasets_of_the_week_are_told_in_the_reader_s_time(lead: User, campaign: Campaign) -> None:
    """Not those of another week, of a check, nor one that holds another's campaign too."""
    User.objects.filter(pk=lead.pk).update(time_zone="Asia/Tokyo")
    lead.refresh_from_db()
    noon = beginning_of(LAST) + timedelta(hours=12)
    mine = frozen(campaign, noon)
    for at in (beginning_of(LAST) - timedelta(seconds=1), beginning_of()):
        frozen(campaign, at)
    frozen(campaign, noon, purpose="check")
    frozen(campaign, noon).campaigns.add(make_campaign(name="Law"))

    [part] = the_letter(lead).parts

    assert part == Part(
        "Datasets",
        [
            Line(
                "Rankings, K-wise of Medicine: 1,234 rows, frozen on "
                f"{LAST.day} {LAST:%B %Y}, 21:00 JST.",
                reverse("annotate:dataset", args=[mine.uuid]),
            )
        ],
    )


def test_a_time_zone_that_no_host_knows_holds_up_no_letter(lead: User, campaign: Campaign) -> None:
    lead.time_zone = "Mars/Olympus"
    frozen(campaign, beginning_of(LAST))

    [part] = the_letter(lead).parts

    assert part.lines[0].says.endswith("00:00 UTC.")


def test_other_apps_are_asked_of_the_same_week(
    lead: User, campaign: Campaign, settings: Settings
) -> None:
    settings.LETTER_PARTS = [f"{__name__}.said_elsewhere"]

    [part] = the_letter(lead).parts

    assert [line.says for line in part.lines] == [f"lead, {LAST}, 7 days"]


def test_many_lines_are_cut_and_say_how_many_more(lead: User, campaign: Campaign) -> None:
    reported(campaign, *(Finding(Sort.AMBIGUOUS_FLAG, f"flag {at}") for at in range(23)))

    said = parts_of(lead)["What to look at"]

    assert (len(said), said[-1]) == (21, "3 more.")


def test_a_letter_is_in_the_reader_s_language(lead: User, campaign: Campaign) -> None:
    reported(campaign, Finding(Sort.AMBIGUOUS_FLAG, "rude"))
    WorkRollup.objects.create(
        campaign=campaign,
        week=LAST,
        kind="rank",
        language="en",
        person=lead,
        judgements=300,
        comparisons=1250,
    )

    with override("de"):
        letter = the_letter(lead)

    assert "1.250" in letter.goals.lines[1].says
    [part] = letter.told[0].parts
    assert not part.lines[0].says.startswith("People read the guideline")


def several_of_everything(campaign: Campaign, n: int) -> None:
    roll_up(campaign=campaign)
    worked(campaign, [50] * 13)
    names = [f"rater-{at}" for at in range(n)]
    report = reported(campaign, *(careless(campaign, each) for each in names))
    for at, name in enumerate(names):
        AgreementSlice.objects.create(
            report=report,
            measure="agreement",
            facet="week",
            week=LAST - at * timedelta(days=7),
            value=0.7,
            low=0.6,
            high=0.8,
            prompts=20,
            chance=0.5,
        )
        make_prompt(campaign, answers=ANSWERS, skill=f"skill {at}")
        person = User.objects.get(username=name)
        membership = Membership.objects.get(campaign=campaign, person=person)
        pause = pause_member(membership=membership, cause=PauseCause.GOLD, by=None)
        appeal_pause(pause=pause, text="No.")
        DoneRollup.objects.create(campaign=campaign, day=LAST, person=person, kind="rank", items=3)
        frozen(campaign, beginning_of(LAST) + timedelta(hours=at))
        WorkRollup.objects.create(
            campaign=campaign,
            week=LAST,
            kind="rank",
            language="en",
            person=person,
            judgements=1,
            comparisons=6,
        )
    campaign.rates.create(holds_from=LAST, currency="EUR", per_item="0.50")


@pytest.mark.parametrize("n", [1, 3])
def test_several_of_everything_cost_no_more_queries(
    lead: User, campaign: Campaign, n: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    several_of_everything(campaign, n)

    with django_assert_num_queries(29):
        letter = the_letter(lead)

    lines = {part.title: len(part.lines) for part in (*letter.told[0].parts, *letter.parts)}
    assert lines == {
        "What to look at": n,
        "Waiting for nobody": n,
        "Beside the counts": 3,  # people paused, appeals, the week's worth
        "Datasets": n,
    }
