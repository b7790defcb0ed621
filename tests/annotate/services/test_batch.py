"""One arrival of prompts is withdrawn, restored, or comes earlier or later."""

import pytest

from annotate.enums import Hold, Kind, SkipReason
from annotate.errors import BatchMoved
from annotate.models import Batch, Campaign, CampaignPrompt, Lane, Task
from annotate.services.assignment import take_assignment
from annotate.services.batch import reprioritise_batch, restore_batch, withdraw_batch
from annotate.services.campaign import Work
from annotate.services.hold import return_to_queue, withdraw_task
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.turn import skip_assignment
from commons.models import AuditEvent, User
from tests.annotate.leading import ANSWERS, make_batch, make_report
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    make_user,
    take_and_show,
)


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(works=[Work(Kind.RANK)], lead=lead)


def held_in(batch: Batch) -> list[str]:
    tasks = Task.objects.filter(prompt__intake__batch=batch).order_by("pk")
    return list(tasks.values_list("held", flat=True))


def test_nothing_more_of_a_withdrawn_batch_is_handed_out(campaign: Campaign, lead: User) -> None:
    batch, other = make_batch(campaign), make_task(campaign)

    stopped = withdraw_batch(batch=batch, by=lead)

    batch.refresh_from_db()
    assert (stopped, held_in(batch)) == (1, [Hold.WITHDRAWN])
    assert batch.withdrawn_at is not None
    person = make_member(campaign)
    assert take_assignment(by=person).task == other


def test_the_same_prompt_in_another_campaign_goes_on(campaign: Campaign, lead: User) -> None:
    elsewhere = make_campaign(works=[Work(Kind.RANK)])
    prompt = make_prompt(campaign, text="Why?", answers=ANSWERS)
    make_prompt(elsewhere, text="Why?")

    withdraw_batch(batch=make_batch(campaign, prompt), by=lead)

    assert take_assignment(by=make_member(elsewhere)).task.prompt == prompt


def test_what_is_out_of_a_withdrawn_batch_may_be_handed_in(campaign: Campaign, lead: User) -> None:
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    withdraw_batch(batch=make_batch(campaign, assignment.task.prompt), by=lead)

    kept = submit_ranking(
        assignment=assignment,
        answer=RankingAnswer(tiers=[assignment.task.offered]),
        by=person,
    )

    assert kept.counts_as == "work"


def test_a_batch_is_withdrawn_once_and_restored_once(campaign: Campaign, lead: User) -> None:
    batch = make_batch(campaign)

    with pytest.raises(BatchMoved, match="not withdrawn"):
        restore_batch(batch=batch, by=lead)
    withdraw_batch(batch=batch, by=lead)
    with pytest.raises(BatchMoved, match="withdrawn already"):
        withdraw_batch(batch=batch, by=lead)

    assert restore_batch(batch=batch, by=lead) == 1
    batch.refresh_from_db()
    assert (batch.withdrawn_at, held_in(batch)) == (None, [""])


def test_a_restored_batch_leaves_out_what_a_report_took_out(campaign: Campaign, lead: User) -> None:
    by_report = make_report(campaign, make_member(campaign))
    withdraw_task(task=by_report, seen=Hold.UNCLEAR, by=lead)
    batch = make_batch(campaign, by_report.prompt, make_task(campaign).prompt)
    withdraw_batch(batch=batch, by=lead)

    restored = restore_batch(batch=batch, by=lead)

    assert (restored, held_in(batch)) == (1, [Hold.WITHDRAWN, ""])


def test_what_was_returned_before_a_withdrawal_is_back_with_its_batch(
    campaign: Campaign, lead: User
) -> None:
    task = make_report(campaign, make_member(campaign))
    return_to_queue(task=task, seen=Hold.UNCLEAR, by=lead)
    batch = make_batch(campaign, task.prompt)
    withdraw_batch(batch=batch, by=lead)

    assert (restore_batch(batch=batch, by=lead), held_in(batch)) == (1, [""])


def test_an_undecided_report_outlives_a_withdrawal(campaign: Campaign, lead: User) -> None:
    """One report stood before the batch was withdrawn; the other came from a lease still out."""
    before = make_report(campaign, make_member(campaign))
    person = make_member(campaign)
    out = make_assignment(campaign, person)
    batch = make_batch(campaign, before.prompt, out.task.prompt)

    stopped = withdraw_batch(batch=batch, by=lead)
    skip_assignment(assignment=out, reason=SkipReason.BROKEN, by=person)
    assert (stopped, held_in(batch)) == (1, [Hold.UNCLEAR, Hold.WITHDRAWN])
    restore_batch(batch=batch, by=lead)

    assert held_in(batch) == [Hold.UNCLEAR, Hold.BROKEN]


def test_a_batch_moves_to_the_tail_of_the_lane_with_its_new_band(
    campaign: Campaign, lead: User
) -> None:
    waits_there = make_task(campaign)
    early = make_batch(campaign, waits_there.prompt, name="first")
    reprioritise_batch(batch=early, band=2, by=lead)
    batch = make_batch(campaign)
    task = Task.objects.get(prompt__intake__batch=batch)

    moved = reprioritise_batch(batch=batch, band=2, by=lead)

    was, place = task.lane, task.place
    task.refresh_from_db()
    waits_there.refresh_from_db()
    assert moved == 1
    assert (task.lane, task.lane.band, was.band) == (waits_there.lane, 2, 5)
    assert task.place > waits_there.place
    assert task.place % 2**32 == place % 2**32  # the shuffle is kept
    assert task.lane.batch == task.place >> 32
    assert CampaignPrompt.objects.get(batch=batch).priority == 2


def test_a_batch_keeps_the_lanes_it_is_spread_over(campaign: Campaign, lead: User) -> None:
    prompts = [make_prompt(campaign, answers=ANSWERS, skill=each) for each in ("law", "medicine")]
    batch = make_batch(campaign, *prompts)

    reprioritise_batch(batch=batch, band=1, by=lead)

    lanes = Lane.objects.filter(band=1).order_by("skill")
    assert [(lane.skill, lane.tasks.get().prompt) for lane in lanes] == [
        ("law", prompts[0]),
        ("medicine", prompts[1]),
    ]


def test_an_urgent_batch_comes_first_even_for_who_has_passed_its_place(
    campaign: Campaign, lead: User
) -> None:
    person = make_member(campaign)
    batch = make_batch(campaign)
    Task.objects.update(free=0)  # out of the way while others are done
    for _ in range(2):
        make_ranking(campaign, person)
    Task.objects.filter(prompt__intake__batch=batch).update(free=1)
    make_task(campaign)

    reprioritise_batch(batch=batch, band=1, by=lead)

    assert take_assignment(by=person).task.prompt.intake.get().batch == batch


def test_what_is_done_stays_where_it_is_and_what_is_out_moves(
    campaign: Campaign, lead: User
) -> None:
    make_ranking(campaign, make_member(campaign))
    done = Task.objects.get()
    out = make_assignment(campaign, make_member(campaign)).task
    batch = make_batch(campaign, done.prompt, out.prompt)

    moved = reprioritise_batch(batch=batch, band=1, by=lead)

    done.refresh_from_db()
    out.refresh_from_db()
    assert (moved, done.lane.band, out.lane.band) == (1, 5, 1)


def test_every_act_is_recorded_with_how_many(campaign: Campaign, lead: User) -> None:
    assignment = make_assignment(campaign, make_member(campaign))
    batch = make_batch(campaign, assignment.task.prompt, make_task(campaign).prompt)

    reprioritise_batch(batch=batch, band=1, by=lead)
    withdraw_batch(batch=batch, by=lead)
    restore_batch(batch=batch, by=lead)

    events = AuditEvent.objects.filter(subject=f"batch:{batch.uuid}", actor=lead).order_by("pk")
    assert [(event.verb, event.detail) for event in events] == [
        ("batch.reprioritised", {"band": 1, "prompts": 2, "tasks": 2}),
        ("batch.withdrawn", {"tasks": 2, "leases": 1}),
        ("batch.restored", {"tasks": 2}),
    ]


def test_a_restored_batch_waits_at_the_tail_for_whoever_has_passed_it(
    campaign: Campaign, lead: User
) -> None:
    person = make_member(campaign)
    batch = make_batch(campaign)
    withdraw_batch(batch=batch, by=lead)
    make_task(campaign)
    take_and_show(person)  # and so goes past it

    restore_batch(batch=batch, by=lead)
    make_task(campaign)

    assert take_and_show(person).task.prompt.intake.get().batch == batch
