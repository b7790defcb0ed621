"""Who gives the first opinion decides how likely a second one is, and the chance is kept."""

from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from annotate.enums import Kind
from annotate.models import Campaign, QualityReport, RaterQuality, Task
from annotate.selectors.balance import tasks_out_of_balance
from annotate.services import second
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.rater import rater_id_of
from annotate.stats.second_opinion import LEAST
from commons.models import RunState, User
from tests.factories import make_campaign, make_member, make_prompt, take_and_show

pytestmark = pytest.mark.django_db

ANSWERS = ["One.", "Two."]


def asking(**terms: float | None) -> Campaign:
    return make_campaign(works=[Work(Kind.RANK, answers=2, **terms)])  # type: ignore[arg-type]


def drawing(monkeypatch: pytest.MonkeyPatch, fraction: float) -> None:
    """Chance says this of every task."""

    def is_drawn(task: UUID, *, share: float) -> bool:
        return fraction < share

    monkeypatch.setattr(second, "is_drawn_for_second", is_drawn)


def known(campaign: Campaign, person: User, low: float) -> None:
    report = QualityReport.objects.create(
        campaign=campaign, state=RunState.DONE, finished_at=timezone.now()
    )
    RaterQuality.objects.create(
        report=report,
        rater_id=rater_id_of(person),
        consistency=(low + 1) / 2,
        consistency_low=low,
        consistency_high=1.0,
    )


def rank_one(campaign: Campaign, by: User) -> Task:
    turn = take_and_show(by, campaign, kind=Kind.RANK)
    answer = RankingAnswer(tiers=[[each] for each in turn.task.offered])
    submit_ranking(assignment=turn, answer=answer, by=by, key=uuid4())
    return Task.objects.get(pk=turn.task_id)


def said(task: Task) -> tuple[int, int, bool, float | None]:
    return task.wanted, task.free, task.second_opinion, task.propensity


def test_it_is_off_until_a_campaign_asks_for_it() -> None:
    campaign = asking()
    make_prompt(campaign, answers=ANSWERS)

    assert said(rank_one(campaign, make_member(campaign))) == (1, 0, False, None)


def test_nothing_is_drawn_before_the_first_is_in() -> None:
    campaign = asking(second_up_to=0.5, second_opinion_share=1.0)
    make_prompt(campaign, answers=ANSWERS)

    assert said(Task.objects.get()) == (1, 1, False, None)


@pytest.mark.parametrize(
    ("low", "chance"), [(0.95, 0.1), (0.5, 0.5), (0.725, 0.3)], ids=["sure", "coin", "between"]
)
@pytest.mark.parametrize("is_drawn", [True, False])
def test_the_chance_is_the_raters_and_is_kept_whatever_comes_of_it(
    monkeypatch: pytest.MonkeyPatch, low: float, chance: float, is_drawn: bool
) -> None:
    drawing(monkeypatch, 0.0 if is_drawn else 0.99)
    campaign = asking(second_up_to=0.5, second_opinion_share=0.1)
    member = make_member(campaign)
    known(campaign, member, low)
    make_prompt(campaign, answers=ANSWERS)

    wanted, free, second_opinion, propensity = said(rank_one(campaign, member))

    assert (wanted, free, second_opinion) == ((2, 1, True) if is_drawn else (1, 0, False))
    assert propensity == pytest.approx(chance)
    assert list(tasks_out_of_balance()) == []


def test_whoever_is_unknown_is_taken_for_middling_and_without_a_share_there_is_a_least(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Halfway and a ninth between sure and a coin: (0.95 - 0.7) / 0.45 = 5/9."""
    drawing(monkeypatch, 0.99)
    campaign = asking(second_up_to=0.5)
    make_prompt(campaign, answers=ANSWERS)

    propensity = rank_one(campaign, make_member(campaign)).propensity

    assert propensity == pytest.approx(LEAST + (0.5 - LEAST) * 5 / 9)


def test_a_second_opinion_draws_no_third_and_a_change_draws_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawing(monkeypatch, 0.0)
    campaign = asking(second_up_to=0.5)
    make_prompt(campaign, answers=ANSWERS)
    one, other = make_member(campaign), make_member(campaign)
    rank_one(campaign, one)

    task = rank_one(campaign, other)
    turn = other.assignments.get()
    turned = RankingAnswer(tiers=[[each] for each in reversed(task.offered)])
    revise_ranking(assignment=turn, answer=turned, by=other)

    assert said(Task.objects.get())[:3] == (2, 0, True)


def test_what_was_drawn_when_it_was_made_keeps_its_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """A campaign that turns it on draws anew for what comes from then on."""
    drawing(monkeypatch, 0.0)
    campaign = asking(second_opinion_share=0.000001)
    make_prompt(campaign, answers=ANSWERS)
    campaign.works.update(second_up_to=0.5)

    assert said(rank_one(campaign, make_member(campaign))) == (1, 0, False, 0.000001)


def test_where_two_are_asked_anyway_chance_draws_when_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawing(monkeypatch, 0.0)
    campaign = asking(second_up_to=0.5, wanted=2, second_opinion_share=1.0)
    make_prompt(campaign, answers=ANSWERS)

    assert said(Task.objects.get()) == (3, 3, True, 1.0)
    assert said(rank_one(campaign, make_member(campaign)))[0] == 3
    assert take_assignment(by=make_member(campaign)).pk
