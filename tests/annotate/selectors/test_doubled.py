"""What a ranking counts in agreement: as much as chance alone doubled its task."""

import pytest

from annotate.enums import CountsAs, Kind, MachineWay, Origin
from annotate.models import Campaign, CampaignWork, Ranking, StoppedTask, Task
from annotate.selectors.doubled import agreement_weight
from annotate.selectors.quality_rows import doubled_in
from annotate.selectors.standing import STANDS
from annotate.services.campaign import Work
from annotate.services.machine import MachineSaid, add_machine, keep_verdict
from annotate.services.ranking import RankingAnswer, revise_ranking
from annotate.services.task import open_round
from commons.models import User
from tests.annotate.reviewing import make_ranked_task, rank_as, tiers_of
from tests.annotate.services.test_voiding import void
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db

AGREE, APART = ("abcd", "abcd"), ("abcd", "dcba")


def two_wanted(*, third_below: float | None = None) -> Campaign:
    campaign = make_campaign(works=[Work(Kind.RANK, wanted=2, answers=4)])
    CampaignWork.objects.update(third_below=third_below)
    return campaign


def counts(campaign: Campaign) -> list[float | None]:
    """Of the rankings that stand, in the order in which they were handed in.

    Where any of a task is told of and several are, the page of quality has the very same.
    """
    standing = Ranking.objects.filter(STANDS, campaign=campaign, current=True).annotate(
        counts=agreement_weight([campaign])
    )
    rows = list(standing.values_list("assignment__task", "rater", "counts"))
    told = doubled_in(campaign).doubled.rankings
    page = zip(told.tasks.tolist(), told.raters.tolist(), told.weights.tolist(), strict=True)
    mine = [(task, rater, count) for task, rater, count in rows if count]
    tasks = [task for task, _, _ in mine]
    assert {*page} == {each for each in mine if tasks.count(each[0]) > 1}
    in_order = standing.order_by("assignment__closed_at", "assignment", "pk")
    return list(in_order.values_list("counts", flat=True))


def test_whoever_was_asked_anyhow_counts_once() -> None:
    campaign = two_wanted()
    make_ranked_task(campaign, APART)

    assert counts(campaign) == [1, 1]


def test_a_third_who_was_asked_because_two_disagreed_counts_nothing() -> None:
    campaign = two_wanted(third_below=0.4)
    task = make_ranked_task(campaign, APART)
    rank_as(task, "abcd")

    assert counts(campaign) == [1, 1, 0]


def test_of_three_where_one_is_void_the_first_two_who_stand_count() -> None:
    """The void one was third in no sense; who came for them is."""
    campaign = two_wanted(third_below=0.4)
    task = make_ranked_task(campaign, APART)
    third = rank_as(task, "abcd")
    void(campaign, _first(task))
    fourth = rank_as(task, "abcd")

    assert third.assignment_id != fourth.assignment_id
    assert counts(campaign) == [1, 1, 0]


def test_two_who_disagreed_count_though_the_third_turn_was_given_up() -> None:
    """A lead asks for the item once more: nobody is to judge the older round any longer. Were they
    left out, agreement would be of those who agree."""
    campaign = two_wanted(third_below=0.4)
    task = make_ranked_task(campaign, APART)
    open_round(campaign=campaign, batch=None, seen=0, by=None)
    task.refresh_from_db()

    assert (task.wanted, task.free, task.third_asked) == (2, 0, True)
    assert counts(campaign) == [1, 1]


def test_an_edit_counts_as_what_it_edits() -> None:
    campaign = two_wanted(third_below=0.4)
    task = make_ranked_task(campaign, APART)
    first = task.assignments.order_by("pk")[0]
    rank_as(task, "abcd")
    answer = RankingAnswer(tiers=tiers_of(task, "bacd"))
    revise_ranking(assignment=first, answer=answer, by=first.person)

    assert counts(campaign) == [1, 1, 0]


def test_a_later_round_that_a_lead_asked_for_counts_nothing() -> None:
    campaign = two_wanted()
    task = make_ranked_task(campaign, AGREE)
    open_round(campaign=campaign, batch=None, seen=0, by=None)
    again = Task.objects.exclude(pk=task.pk).get()
    for order in APART:
        rank_as(again, order)

    assert counts(campaign) == [1, 1, 0, 0]


def test_what_one_person_alone_was_to_judge_counts_nothing() -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=4)])
    make_ranked_task(campaign, ["abcd"])

    assert counts(campaign) == [0]


def test_a_second_opinion_that_was_drawn_counts_as_it_was_unlikely() -> None:
    """With 1/4, where everything is judged once. A third is asked there as well."""
    campaign = two_wanted(third_below=0.4)
    task = make_ranked_task(campaign, APART)
    Task.objects.update(second_opinion=True, propensity=0.25)
    rank_as(task, "abcd")

    assert counts(campaign) == [4, 4, 0]


def test_where_two_judge_everything_a_drawn_third_counts_once() -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, wanted=3, answers=4)])
    make_ranked_task(campaign, [*APART, "abcd"])
    Task.objects.update(second_opinion=True, propensity=0.25)

    assert counts(campaign) == [1, 1, 1]


@pytest.mark.parametrize("stops_still", [True, False])
def test_where_votes_stop_early_only_what_was_drawn_counts(stops_still: bool) -> None:
    campaign = two_wanted()
    make_ranked_task(campaign, AGREE)
    drawn = make_ranked_task(campaign, APART)
    Task.objects.filter(pk=drawn.pk).update(second_opinion=True, propensity=0.5)
    if stops_still:
        CampaignWork.objects.update(stops_when_sure=0.9)
    else:
        StoppedTask.objects.create(task=drawn, sure=0.9, votes=2, saved=1)

    assert counts(campaign) == [0, 0, 2, 2]


def test_another_campaign_that_stops_early_changes_nothing_here() -> None:
    campaign, other = two_wanted(), two_wanted()
    make_ranked_task(campaign, AGREE)
    other.works.update(stops_when_sure=0.9)

    weights = Ranking.objects.annotate(counts=agreement_weight([campaign, other]))

    assert list(weights.values_list("counts", flat=True)) == [1, 1]


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ({"origin": Origin.IMPORTED, "assignment": None}, None),
        ({"origin": Origin.RESOLUTION, "assignment": None}, 0),
        ({"origin": Origin.ARENA, "assignment": None}, 0),
        ({"counts_as": CountsAs.SURPLUS}, 0),
        ({"counts_as": CountsAs.PRACTICE}, 0),
        ({"counts_as": CountsAs.HELD_OUT}, 1),
    ],
)
def test_what_was_not_asked_for_by_chance_counts_nothing(
    said: dict[str, object], count: float | None
) -> None:
    """Of an import nobody knows."""
    campaign = two_wanted()
    make_ranked_task(campaign, AGREE)
    last = Ranking.objects.latest("pk")
    Ranking.objects.filter(pk=last.pk).update(**said)

    weights = Ranking.objects.annotate(counts=agreement_weight([campaign]))

    assert weights.get(pk=last.pk).counts == count


def test_what_a_machine_says_is_no_agreement_among_people() -> None:
    campaign = two_wanted()
    task = make_ranked_task(campaign, AGREE)
    judge = add_machine(campaign=campaign, name="one", way=MachineWay.PROGRAM, share=1.0, by=None)
    keep_verdict(
        judge=judge, task=task, said=MachineSaid(orders=[[[each] for each in task.offered]])
    )
    machine = judge.verdicts.get().ranking
    assert machine is not None

    weights = Ranking.objects.annotate(counts=agreement_weight([campaign]))

    assert weights.get(pk=machine.pk).counts == 0


def _first(task: Task) -> User:
    return task.assignments.order_by("closed_at", "pk")[0].person
