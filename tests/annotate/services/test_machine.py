"""A machine judges beside people: never in a turn, a count or a number of theirs."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate.enums import CountsAs, Hold, Kind, MachineSilence, MachineWay, Origin, RaterKind
from annotate.errors import (
    IncompleteRanking,
    ItemNotForMachine,
    JudgedAlready,
    KeyReused,
    MachineEnded,
    MachineNameTaken,
    MachineStopped,
    OddVerdictOfMachine,
)
from annotate.models import (
    Assignment,
    Campaign,
    Candidate,
    MachineJudge,
    MachineVerdict,
    Ranking,
    Tally,
    Task,
)
from annotate.selectors.balance import tasks_out_of_balance
from annotate.selectors.machine import items_for
from annotate.services.campaign import Work
from annotate.services.machine import (
    MachineSaid,
    add_machine,
    end_machine,
    keep_verdict,
    start_machine,
    stop_machine,
)
from tests.factories import make_campaign, make_prompt

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(works=[Work(Kind.RANK, answers=3, wanted=2)])


@pytest.fixture
def judge(campaign: Campaign) -> MachineJudge:
    return a_machine(campaign)


def a_machine(campaign: Campaign, *, share: float = 1.0, name: str = "Judge") -> MachineJudge:
    return add_machine(
        campaign=campaign, name=name, way=MachineWay.PROGRAM, share=share, by=campaign.created_by
    )


def a_task(campaign: Campaign) -> Task:
    prompt = make_prompt(campaign, answers=["One.", "Two.", "Three."])
    return Task.objects.get(prompt=prompt, kind=Kind.RANK)


def orders(task: Task) -> MachineSaid:
    """The same order, twice."""
    tiers = [[each] for each in task.offered]
    return MachineSaid(orders=[tiers, tiers], reason="It is true.", made_with={"model": "m"})


def test_what_it_says_is_a_ranking_of_a_machine_that_nobody_counts(campaign, judge):
    task = a_task(campaign)
    before = (task.free, Tally.objects.count(), Assignment.objects.count())

    kept = keep_verdict(judge=judge, task=task, said=orders(task))

    task.refresh_from_db()
    assert (task.free, Tally.objects.count(), Assignment.objects.count()) == before
    ranking = kept.ranking
    assert ranking is not None
    assert (ranking.origin, ranking.counts_as) == (Origin.MACHINE, CountsAs.MACHINE)
    assert (ranking.rater.kind, ranking.assignment) == (RaterKind.MACHINE, None)
    assert ranking.tiers == [[each] for each in task.offered]
    assert ranking.reason == "It is true."
    assert kept.made_with == {"model": "m"}
    assert list(tasks_out_of_balance()) == []


def test_it_is_shown_the_answers_in_an_order_that_is_kept(campaign, judge):
    task = a_task(campaign)
    (item,) = items_for(judge).items

    kept = keep_verdict(judge=judge, task=task, said=orders(task))

    assert kept.seed == item.seed
    assert kept.orders == item.orders
    assert item.orders[1] == item.orders[0][::-1]
    assert [each.id for each in item.answers] == item.orders[0]


def test_orders_that_contradict_each_other_are_a_tie(campaign, judge):
    task = a_task(campaign)
    one, other, third = task.offered
    said = MachineSaid(orders=[[[one], [other], [third]], [[other], [one], [third]]])

    kept = keep_verdict(judge=judge, task=task, said=said)

    assert kept.ranking is not None
    assert kept.ranking.tiers == [sorted([one, other]), [third]]
    assert kept.said == [[[one], [other], [third]], [[other], [one], [third]]]


def test_what_could_not_be_read_is_no_judgement_and_is_not_asked_again(campaign, judge):
    task = a_task(campaign)

    kept = keep_verdict(judge=judge, task=task, said=MachineSaid(silence=MachineSilence.UNREADABLE))

    assert (kept.ranking, kept.silence) == (None, "unreadable")
    assert not Ranking.objects.exists()
    assert items_for(judge).items == []


def test_the_same_said_again_finds_what_was_kept(campaign, judge):
    task, key = a_task(campaign), uuid4()

    first = keep_verdict(judge=judge, task=task, said=orders(task), key=key)
    again = keep_verdict(judge=judge, task=task, said=orders(task), key=key)

    assert again == first
    assert Ranking.objects.count() == 1


def test_something_else_said_of_the_same_item_is_refused(campaign, judge):
    task = a_task(campaign)
    keep_verdict(judge=judge, task=task, said=orders(task))
    other = MachineSaid(orders=[[list(task.offered)]])

    with pytest.raises(JudgedAlready):
        keep_verdict(judge=judge, task=task, said=other)


def test_a_key_serves_one_item(campaign, judge):
    one, other, key = a_task(campaign), a_task(campaign), uuid4()
    keep_verdict(judge=judge, task=one, said=orders(one), key=key)

    with pytest.raises(KeyReused):
        keep_verdict(judge=judge, task=other, said=orders(other), key=key)


def test_an_order_that_leaves_an_answer_out_is_refused(campaign, judge):
    task = a_task(campaign)
    said = MachineSaid(orders=[[[each] for each in task.offered[:2]]])

    with pytest.raises(IncompleteRanking, match="1 candidate"):
        keep_verdict(judge=judge, task=task, said=said)

    assert not MachineVerdict.objects.exists()


@pytest.mark.parametrize("how_many", [0, 3])
def test_one_order_or_both(campaign, judge, how_many):
    task = a_task(campaign)
    said = MachineSaid(orders=[[[each] for each in task.offered]] * how_many)

    with pytest.raises(OddVerdictOfMachine, match="or for both"):
        keep_verdict(judge=judge, task=task, said=said)


def test_judged_and_silent_at_once_is_refused(campaign, judge):
    task = a_task(campaign)
    said = MachineSaid(orders=orders(task).orders, silence=MachineSilence.REFUSED)

    with pytest.raises(OddVerdictOfMachine, match="leave out one"):
        keep_verdict(judge=judge, task=task, said=said)


def test_a_machine_that_was_stopped_says_nothing_more_until_it_is_started(campaign, judge):
    task = a_task(campaign)
    stop_machine(judge=judge, by=campaign.created_by)

    with pytest.raises(MachineStopped):
        keep_verdict(judge=judge, task=task, said=orders(task))

    start_machine(judge=judge, by=campaign.created_by)
    assert keep_verdict(judge=judge, task=task, said=orders(task)).ranking


def test_a_machine_that_has_ended_stays_so(campaign, judge):
    task = a_task(campaign)
    kept = keep_verdict(judge=judge, task=task, said=orders(task))
    end_machine(judge=judge, by=campaign.created_by)

    with pytest.raises(MachineEnded):
        keep_verdict(judge=judge, task=a_task(campaign), said=orders(task))
    with pytest.raises(MachineEnded):
        start_machine(judge=judge, by=campaign.created_by)

    judge.refresh_from_db()
    assert judge.stopped_at == judge.ended_at
    assert list(judge.verdicts.all()) == [kept]


def test_it_judges_what_is_in_its_share_and_a_larger_share_holds_the_smaller(campaign):
    for _ in range(20):
        a_task(campaign)
    judge = a_machine(campaign, share=0.3)
    few = {each.task.pk for each in items_for(judge).items}
    judge.share = 0.8
    many = {each.task.pk for each in items_for(judge).items}

    assert few < many
    assert len(many) < 20


def test_no_more_prompts_are_read_than_a_whole_share_is_shown(campaign):
    tasks = [a_task(campaign) for _ in range(5)]
    judge = a_machine(campaign)

    with CaptureQueriesContext(connection) as asked:
        first = items_for(judge, most=2)
    rest = items_for(judge, after=first.after, most=4)

    assert [each.task for each in first.items] == tasks[:2]
    assert ([each.task for each in rest.items], rest.after) == (tasks[2:], None)
    (texts,) = [each["sql"] for each in asked if '"annotate_task"."id" ASC' in each["sql"]]
    assert texts.endswith("LIMIT 2")


def test_what_is_outside_its_share_is_refused(campaign):
    task = a_task(campaign)
    judge = a_machine(campaign, share=1e-9)

    with pytest.raises(ItemNotForMachine):
        keep_verdict(judge=judge, task=task, said=orders(task))


@pytest.mark.parametrize("why", ["held", "quarantined", "erased"])
def test_what_is_held_quarantined_or_erased_is_not_shown(campaign, judge, why):
    task = a_task(campaign)
    if why == "held":
        Task.objects.filter(pk=task.pk).update(held=Hold.WITHDRAWN)
    elif why == "quarantined":
        task.prompt.quarantined = True
        task.prompt.save()
    else:
        gone = [{"role": "assistant", "content": "[erased]"}]
        Candidate.objects.filter(uuid=task.offered[0]).update(messages=gone)

    assert items_for(judge).items == []
    with pytest.raises(ItemNotForMachine):
        keep_verdict(judge=judge, task=task, said=orders(task))


def test_two_campaigns_may_use_one_name_and_share_no_rater(campaign, judge):
    other = a_machine(make_campaign())

    assert other.rater != judge.rater
    with pytest.raises(MachineNameTaken):
        a_machine(campaign)
