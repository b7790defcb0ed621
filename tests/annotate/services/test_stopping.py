"""Votes that need not be asked for are given up, and those that are measured never."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from django.db.models import F

from annotate.enums import Kind, Role
from annotate.models import Campaign, StoppedTask, Task
from annotate.selectors.balance import tasks_out_of_balance
from annotate.selectors.quality import Savings, savings_of
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.stopping import Orders, stop_sure_tasks, surest
from annotate.services.turn import show_assignment
from annotate.stats.stopping import first_better
from commons.models import User
from tests.factories import make_campaign, make_member, make_prompt

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    campaign = make_campaign(works=[Work(Kind.RANK, wanted=4, answers=2, strengths=False)])
    make_prompt(campaign, answers=["One.", "Two."])
    return campaign


def vote(campaign: Campaign, *, turned: bool = False) -> User:
    person = make_member(campaign, Role.ANNOTATOR)
    turn = take_assignment(by=person, campaign=campaign)
    show_assignment(assignment=turn)
    order = turn.task.offered[::-1] if turned else turn.task.offered
    answer = RankingAnswer(tiers=[[each] for each in order], unrankable=[])
    submit_ranking(assignment=turn, answer=answer, by=person, key=turn.uuid)
    return person


def stop_at(campaign: Campaign, sure: float) -> None:
    campaign.works.update(stops_when_sure=sure)


def test_it_is_off_until_a_campaign_asks(campaign: Campaign) -> None:
    vote(campaign)
    vote(campaign)

    assert stop_sure_tasks(campaign=campaign) == 0
    assert Task.objects.get().free == 2


def test_a_sure_task_gives_up_its_free_turns_and_says_what_was_saved(campaign: Campaign) -> None:
    """Two people of unknown consistency who agree; the posterior of two such votes is the bar."""
    stop_at(campaign, 0.6)
    vote(campaign)
    vote(campaign)

    stopped = [stop_sure_tasks(campaign=campaign), stop_sure_tasks(campaign=campaign)]

    task = Task.objects.get()
    assert (stopped, task.wanted, task.free) == ([1, 0], 2, 0)
    assert savings_of(campaign) == Savings(tasks=1, votes=2, saved=2)
    assert list(tasks_out_of_balance()) == []


def test_an_undecided_task_goes_on(campaign: Campaign) -> None:
    stop_at(campaign, 0.6)
    vote(campaign)
    vote(campaign, turned=True)

    assert stop_sure_tasks(campaign=campaign) == 0


def test_what_is_in_somebodys_hands_is_handed_in(campaign: Campaign) -> None:
    stop_at(campaign, 0.6)
    vote(campaign)
    vote(campaign)
    holder = make_member(campaign, Role.ANNOTATOR)
    held = take_assignment(by=holder, campaign=campaign)

    stop_sure_tasks(campaign=campaign)

    task = Task.objects.get()
    assert (task.wanted, task.free, held.state) == (3, 0, "open")
    assert list(tasks_out_of_balance()) == []


@pytest.mark.parametrize("why", ["second_opinion", "third_asked"])
def test_what_is_measured_is_never_stopped(campaign: Campaign, why: str) -> None:
    stop_at(campaign, 0.6)
    vote(campaign)
    vote(campaign)
    Task.objects.update(**{why: True})

    assert stop_sure_tasks(campaign=campaign) == 0
    assert not StoppedTask.objects.exists()


@pytest.mark.parametrize("why", ["second_opinion", "third_asked"])
def test_what_is_measured_meanwhile_is_never_stopped(
    campaign: Campaign, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was drawn, or asked for, after the list of tasks was read."""
    stop_at(campaign, 0.6)
    vote(campaign)
    vote(campaign)
    meanwhile(monkeypatch, lambda: Task.objects.update(**{why: True}))

    assert stop_sure_tasks(campaign=campaign) == 0
    assert not StoppedTask.objects.exists()


def test_a_vote_that_comes_meanwhile_is_heard(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two agree, and while that is found a third and a fourth say the contrary."""
    Task.objects.update(wanted=5, free=5)
    stop_at(campaign, 0.6)
    vote(campaign)
    vote(campaign)
    meanwhile(monkeypatch, lambda: [vote(campaign, turned=True) for _ in range(2)])

    assert stop_sure_tasks(campaign=campaign) == 0
    assert (Task.objects.get().free, StoppedTask.objects.count()) == (1, 0)


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Between the first look at an item and the second one something happens."""
    looked = []

    def look(orders: Orders, trust: Mapping[int, float]) -> float | None:
        found = surest(orders, trust)
        looked.append(found)
        if len(looked) == 1:
            happens()
        return found

    monkeypatch.setattr("annotate.services.stopping.surest", look)


def test_what_is_saved_twice_adds_up(campaign: Campaign) -> None:
    """Of four votes two are saved; a lead asks for three more, of which none is needed either."""
    stop_at(campaign, 0.6)
    vote(campaign)
    vote(campaign)
    stop_sure_tasks(campaign=campaign)
    Task.objects.update(wanted=F("wanted") + 3, free=F("free") + 3)

    stop_sure_tasks(campaign=campaign)

    assert savings_of(campaign) == Savings(tasks=1, votes=2, saved=5)


def test_the_least_sure_pair_decides() -> None:
    """Both put a first; of b and c they say the contrary of each other: 1/2."""
    orders = [(1, [["a"], ["b"], ["c"]]), (2, [["a"], ["c"], ["b"]])]
    trust = {1: 0.9, 2: 0.9}

    two = first_better(np.zeros((1, 2), np.int64), np.full((1, 2), 0.9))[0]
    assert surest(orders, trust) == pytest.approx(0.5)
    assert surest([(1, [["a"], ["b"]]), (2, [["a"], ["b"]])], trust) == pytest.approx(two)
    assert surest([(1, [["a"]]), (2, [["b"]])], trust) is None
