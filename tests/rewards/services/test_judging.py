"""A reward model judges what it has not judged yet, and nothing that it learned from."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from annotate.enums import CountsAs, Kind, MachineWay, Side
from annotate.models import (
    Campaign,
    Candidate,
    MachineJudge,
    MachineVerdict,
    Ranking,
    SnapshotMember,
    Task,
)
from annotate.services.campaign import Work
from annotate.services.machine import change_share, end_machine, start_machine, stop_machine
from commons.models import RunState, User
from commons.runs import SILENCE, cancel_run, seize_run
from commons.sweeping import swept_kinds
from rewards.enums import Purpose
from rewards.errors import FilesGone, ModelNotReady, NothingToScoreWith
from rewards.models import EngineRun, Judging, RewardModel
from rewards.selectors.judging import a_judging_waits
from rewards.services import judging
from rewards.services.judging import judge_requested, tiers_by
from rewards.services.judging_request import request_judging
from rewards.services.keeping import needed_runs
from rewards.services.scored import Score
from rewards.tasks import advance_open_cycles
from tests.factories import make_campaign, make_member, make_prompt, make_ranking
from tests.rewards.scoring import LetterEngine
from tests.rewards.views.making import make_reward_model, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(name="Medicine", works=[Work(Kind.RANK, answers=3)])


@pytest.fixture
def model(campaign: Campaign) -> RewardModel:
    return make_reward_model(campaign)


def an_item(campaign: Campaign, *answers: str) -> Task:
    prompt = make_prompt(campaign, answers=list(answers) or ["a", "bb", "ccc"])
    return Task.objects.get(prompt=prompt, kind=Kind.RANK)


def ask(model: RewardModel, campaign: Campaign, most: int | None = None) -> Judging:
    return request_judging(
        reward_model=model, campaign=campaign.uuid, by=campaign.created_by, most=most
    )


def work(goes_on: Callable[[], bool] = lambda: True) -> None:
    judge_requested(goes_on=goes_on)


def said_of(task: Task) -> list[list[str]]:
    ranking = Ranking.objects.get(machine_verdict__task=task)
    texts = {str(each.uuid): each.text for each in Candidate.objects.all()}
    return [[texts[name] for name in tier] for tier in ranking.tiers]


def learned(model: RewardModel, campaign: Campaign, by: User, side: Side, position: int) -> Task:
    """A ranking of a person that stands in the model's dataset."""
    ranking = make_ranking(campaign, by)
    SnapshotMember.objects.create(
        snapshot=model.snapshot, position=position, side=side, ranking=ranking
    )
    return Task.objects.get(prompt=ranking.prompt, kind=Kind.RANK)


def test_it_orders_answers_by_their_scores_as_a_machine_beside_people(
    campaign: Campaign, model: RewardModel, letter_engine: LetterEngine
) -> None:
    task = an_item(campaign, "a", "ccc", "bb")
    an_item(make_campaign(name="Elsewhere", works=[Work(Kind.RANK, answers=3)]))

    row = ask(model, campaign)
    work()

    row.refresh_from_db()
    assert said_of(task) == [["ccc"], ["bb"], ["a"]]
    assert (row.state, row.done, row.total, row.left_out) == (RunState.DONE, 1, 1, 0)
    machine = MachineJudge.objects.get()
    assert (machine.campaign, machine.way, machine.share) == (campaign, MachineWay.REWARD, 1.0)
    assert machine.setup == {
        "model": str(model.uuid),
        "learned_from": str(model.snapshot.uuid),
    }
    verdict = MachineVerdict.objects.get()
    assert verdict.ranking is not None
    assert verdict.ranking.counts_as == CountsAs.MACHINE
    assert len(verdict.said) == len(verdict.orders) == 1  # no order is shown to it


def test_answers_of_one_score_are_tied():
    scores = {"a": Score(1.0), "b": Score(2.0), "c": Score(1.0)}

    assert tiers_by(scores) == [["b"], ["a", "c"]]


def test_asked_again_it_judges_what_is_new_and_nothing_twice(
    campaign: Campaign, model: RewardModel, letter_engine: LetterEngine
) -> None:
    an_item(campaign)
    first = ask(model, campaign)
    assert ask(model, campaign) == first
    work()
    an_item(campaign, "x", "yy", "zzz")
    again = ask(model, campaign)
    work()
    work()

    again.refresh_from_db()
    assert again == first
    assert (again.done, again.total) == (1, 1)
    assert len(letter_engine.texts) == 2
    assert MachineVerdict.objects.count() == 2
    assert MachineJudge.objects.count() == 1


def test_so_many_items_and_no_more(
    campaign: Campaign, model: RewardModel, letter_engine: LetterEngine
) -> None:
    for _ in range(3):
        an_item(campaign)

    row = ask(model, campaign, most=2)
    work()

    row.refresh_from_db()
    assert (row.state, row.done, row.total) == (RunState.DONE, 2, 2)
    assert MachineVerdict.objects.count() == 2


def test_what_it_learned_from_is_left_out_and_counted(
    campaign: Campaign, model: RewardModel, letter_engine: LetterEngine
) -> None:
    """Train and validation sides were read; the test side was not, and another's dataset not."""
    person = make_member(campaign)
    for position, side in enumerate((Side.TRAIN, Side.VALIDATION)):
        learned(model, campaign, person, side, position)
    test = learned(model, campaign, person, Side.TEST, 2)
    other = learned(make_reward_model(campaign), campaign, person, Side.TRAIN, 0)
    unread = an_item(campaign)

    row = ask(model, campaign)
    work()

    row.refresh_from_db()
    judged = set(MachineVerdict.objects.values_list("task", flat=True))
    assert judged == {test.pk, other.pk, unread.pk}
    assert (row.done, row.total, row.left_out) == (3, 3, 2)


def test_it_keeps_to_its_share(
    campaign: Campaign, model: RewardModel, letter_engine: LetterEngine
) -> None:
    for _ in range(12):
        an_item(campaign)
    row = ask(model, campaign, most=1)
    work()
    machine = MachineJudge.objects.get()
    change_share(judge=machine, share=0.5, by=None)

    ask(model, campaign)
    work()

    row.refresh_from_db()
    assert row.done == row.total < 11
    assert MachineVerdict.objects.count() == 1 + row.done


def test_whoever_waits_is_let_past_after_a_part_and_it_goes_on_later(
    campaign: Campaign,
    model: RewardModel,
    letter_engine: LetterEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "PART", 1)
    for answers in (("a", "bb", "ccc"), ("d", "ee", "fff")):
        an_item(campaign, *answers)
    row = ask(model, campaign)

    work(goes_on=lambda: not letter_engine.texts)

    row.refresh_from_db()
    assert (row.state, row.done, row.token) == (RunState.REQUESTED, 1, None)
    assert a_judging_waits()
    work()
    row.refresh_from_db()
    assert (row.state, row.done, row.total) == (RunState.DONE, 2, 2)
    assert not a_judging_waits()


def test_a_part_whose_worker_died_is_judged_by_the_next(
    campaign: Campaign,
    model: RewardModel,
    letter_engine: LetterEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "PART", 1)
    for answers in (("a", "bb", "ccc"), ("d", "ee", "fff")):
        an_item(campaign, *answers)
    row = ask(model, campaign)

    def die() -> None:
        if len(letter_engine.texts) == 2:
            raise KeyboardInterrupt

    letter_engine.during = die
    with pytest.raises(KeyboardInterrupt):
        work()
    work()
    assert MachineVerdict.objects.count() == 1  # its heart may still beat

    Judging.objects.update(heartbeat_at=timezone.now() - 2 * SILENCE)
    work()

    row.refresh_from_db()
    assert (row.state, row.done, row.total, row.attempts) == (RunState.DONE, 2, 2, 2)
    assert MachineVerdict.objects.count() == 2
    assert Judging in swept_kinds()


@pytest.mark.parametrize("lose", [cancel_run, seize_run])
def test_who_has_lost_the_claim_stops_its_engine_and_says_nothing(
    campaign: Campaign,
    model: RewardModel,
    letter_engine: LetterEngine,
    lose: Callable[[Judging], object],
) -> None:
    an_item(campaign)
    row = ask(model, campaign)

    def lost() -> None:
        lose(Judging.objects.get())

    letter_engine.during = lost

    work(goes_on=lambda: not letter_engine.texts)

    row.refresh_from_db()
    assert not MachineVerdict.objects.exists()
    assert row.error == ""
    assert row.state in (RunState.CANCELLED, RunState.RUNNING)


@pytest.mark.parametrize("stop", [stop_machine, end_machine])
def test_a_machine_that_is_paused_or_ended_says_no_more(
    campaign: Campaign,
    model: RewardModel,
    letter_engine: LetterEngine,
    stop: Callable[..., None],
) -> None:
    an_item(campaign)
    row = ask(model, campaign)
    machine = MachineJudge.objects.get()
    letter_engine.during = lambda: stop(judge=machine, by=None)

    work()

    row.refresh_from_db()
    assert (row.state, row.done) == (RunState.FAILED, 0)
    assert row.error.startswith("The machine was paused or ended meanwhile")
    with pytest.raises(ModelNotReady):
        ask(model, campaign)


def test_started_again_it_is_asked_again(
    campaign: Campaign, model: RewardModel, letter_engine: LetterEngine
) -> None:
    an_item(campaign)
    ask(model, campaign)
    machine = MachineJudge.objects.get()
    stop_machine(judge=machine, by=None)
    work()
    start_machine(judge=machine, by=None)

    ask(model, campaign)
    work()

    assert MachineVerdict.objects.count() == 1


def test_what_the_engine_cannot_do_is_said_and_asked_for_again(
    campaign: Campaign, model: RewardModel, letter_engine: LetterEngine
) -> None:
    an_item(campaign)
    row = ask(model, campaign)
    letter_engine.fails = True
    work()
    row.refresh_from_db()
    assert (row.state, row.error) == (
        RunState.FAILED,
        "the engine ended with code 1:\nno memory",
    )

    letter_engine.fails = False
    ask(model, campaign)
    work()

    row.refresh_from_db()
    assert (row.state, row.done, row.error) == (RunState.DONE, 1, "")


def test_who_is_not_asked(campaign: Campaign, model: RewardModel) -> None:
    untrained = make_reward_model(campaign, run=make_run(state=RunState.RUNNING))
    gate = make_reward_model(campaign, purpose=Purpose.JUDGE)
    gone = make_reward_model(campaign)
    EngineRun.objects.filter(pk=gone.run.pk).update(files_gone_at=timezone.now())
    gone.refresh_from_db()

    for odd, why in ((untrained, NothingToScoreWith), (gate, ModelNotReady), (gone, FilesGone)):
        with pytest.raises(why):
            ask(odd, campaign)

    assert not Judging.objects.exists()
    assert not MachineJudge.objects.exists()


def test_its_files_stay_while_it_is_asked(
    campaign: Campaign, model: RewardModel, letter_engine: LetterEngine
) -> None:
    assert model.run.uuid not in needed_runs()
    ask(model, campaign)
    assert model.run.uuid in needed_runs()
    work()
    assert model.run.uuid not in needed_runs()


def test_the_train_worker_judges_once_all_else_is_done(
    campaign: Campaign, model: RewardModel, letter_engine: LetterEngine
) -> None:
    an_item(campaign)
    ask(model, campaign)

    advance_open_cycles()

    assert MachineVerdict.objects.count() == 1
