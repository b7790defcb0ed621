"""Much work is voided in parts: killed at any of them it goes on, and in the end it is the same."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from annotate.models import Campaign, Ranking, Void, Voided, VoidRun
from annotate.people_errors import AlreadyUndone, NothingToVoid, VoidGoesOn
from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.selectors.tally import week_counts
from annotate.services import voiding_run
from annotate.services.ranking import RankingAnswer, revise_ranking
from annotate.services.voiding_run import (
    begin_undo,
    begin_void,
    claim_void_run,
    go_on_voiding,
    undo_part,
    void_part,
)
from annotate.tasks import void_requested_work
from commons.models import RunState, User
from commons.runs import SILENCE
from tests.annotate.waiting import Beside
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db

EVER = timezone.now() - timedelta(days=400)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voiding_run, "AT_ONCE", 2)
    monkeypatch.setattr(voiding_run, "PART", 2)


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


@pytest.fixture
def person(campaign: Campaign) -> User:
    """Five items of theirs, and one of somebody else's."""
    person = make_member(campaign)
    for _ in range(5):
        make_ranking(campaign, person)
    make_ranking(campaign, make_member(campaign))
    return person


def ask(campaign: Campaign, person: User) -> Void:
    lead = make_user()
    return begin_void(campaign=campaign, person=person, since=EVER, reason="So.", by=lead)


def counted(campaign: Campaign) -> int:
    return week_counts(Campaign.objects.filter(pk=campaign.pk)).rankings


def standing() -> int:
    return Voided.objects.filter(stands=True).count()


def is_in_balance() -> bool:
    return not [*tasks_out_of_balance(), *mismatched_turns()]


def one_part(run: VoidRun) -> None:
    """And then its holder dies: its heart stops."""
    assert void_part(void=run.void, most=2) == 2
    VoidRun.objects.update(heartbeat_at=timezone.now() - 2 * SILENCE)


def test_little_is_voided_at_once(campaign: Campaign) -> None:
    person = make_member(campaign)
    make_ranking(campaign, person)

    void = ask(campaign, person)

    assert (void.counts["judgements"], void.runs.count(), standing()) == (1, 0, 1)


def test_nothing_is_nothing(campaign: Campaign) -> None:
    with pytest.raises(NothingToVoid):
        ask(campaign, make_member(campaign))
    assert not Void.objects.exists()


def test_much_waits_for_a_worker_and_ends_as_at_once(campaign: Campaign, person: User) -> None:
    void = ask(campaign, person)
    before = (standing(), counted(campaign), void.runs.get().total)

    void_requested_work()

    void.refresh_from_db()
    run = void.runs.get()
    assert before == (0, 6, 5)
    assert void.counts == {"judgements": 5, "requeued": 5, "datasets": 0}
    assert (run.state, run.done, standing(), counted(campaign)) == (RunState.DONE, 5, 5, 1)
    assert is_in_balance()


def test_killed_between_two_parts_it_goes_on_where_it_was(campaign: Campaign, person: User) -> None:
    void = ask(campaign, person)
    run = claim_void_run()
    assert run
    one_part(run)
    assert (standing(), counted(campaign), is_in_balance()) == (2, 4, True)

    void_requested_work()

    void.refresh_from_db()
    assert (void.counts["judgements"], standing(), counted(campaign)) == (5, 5, 1)
    assert void.runs.get().attempts == 2
    assert is_in_balance()


def test_whoever_lost_the_claim_stops(campaign: Campaign, person: User) -> None:
    ask(campaign, person)
    late = claim_void_run()
    assert late
    VoidRun.objects.update(heartbeat_at=timezone.now() - 2 * SILENCE)
    assert claim_void_run()

    go_on_voiding(run=late)

    assert standing() == 0


def test_what_is_handed_in_meanwhile_counts_and_a_change_does_not(
    campaign: Campaign, person: User
) -> None:
    void = ask(campaign, person)
    later = make_ranking(campaign, person)
    changed = Ranking.objects.filter(rater__user=person).order_by("pk")[0]
    assert changed.assignment
    turned = RankingAnswer(tiers=list(reversed(changed.tiers)))
    revise_ranking(assignment=changed.assignment, answer=turned, by=person)

    void_requested_work()

    voided = set(void.rows.values_list("root", flat=True))
    assert changed.root in voided
    assert later.root not in voided
    assert len(voided) == 5


def test_undone_half_way_nothing_more_is_voided_and_all_counts_again(
    campaign: Campaign, person: User
) -> None:
    void = ask(campaign, person)
    run = claim_void_run()
    assert run
    one_part(run)

    assert not begin_undo(void=void, by=make_user())
    void_requested_work()

    assert (standing(), counted(campaign)) == (0, 6)
    assert {each.state for each in VoidRun.objects.all()} == {RunState.DONE}
    assert is_in_balance()
    with pytest.raises(AlreadyUndone):
        begin_undo(void=void, by=make_user())


def test_undoing_is_killed_and_goes_on_too(campaign: Campaign, person: User) -> None:
    void = ask(campaign, person)
    void_requested_work()
    begin_undo(void=void, by=make_user())
    assert claim_void_run()
    assert undo_part(void=void, most=2) == 2
    VoidRun.objects.filter(undoes=True).update(heartbeat_at=timezone.now() - 2 * SILENCE)
    assert (standing(), counted(campaign), is_in_balance()) == (3, 3, True)

    void_requested_work()

    assert (standing(), counted(campaign), is_in_balance()) == (0, 6, True)


def test_it_can_be_voided_again_after_that(campaign: Campaign, person: User) -> None:
    first = ask(campaign, person)
    void_requested_work()
    begin_undo(void=first, by=make_user())
    void_requested_work()

    ask(campaign, person)
    void_requested_work()

    assert (standing(), counted(campaign), is_in_balance()) == (5, 1, True)


def test_what_is_handed_in_and_changed_meanwhile_counts(campaign: Campaign, person: User) -> None:
    """The change is no older than its judgement, which came after the void was asked for."""
    void = ask(campaign, person)
    later = make_ranking(campaign, person)
    assert later.assignment
    turned = RankingAnswer(tiers=list(reversed(later.tiers)))
    revise_ranking(assignment=later.assignment, answer=turned, by=person)

    void_requested_work()

    voided = set(void.rows.values_list("root", flat=True))
    assert later.root not in voided
    assert len(voided) == 5


def test_a_second_press_begins_no_second_void(campaign: Campaign, person: User) -> None:
    """Of two that share the work, either undone would leave the other's part void."""
    void = ask(campaign, person)
    with pytest.raises(VoidGoesOn):
        ask(campaign, person)
    void_requested_work()
    begin_undo(void=void, by=make_user())
    with pytest.raises(VoidGoesOn):
        ask(campaign, person)
    void_requested_work()

    assert Void.objects.count() == 1
    assert (standing(), counted(campaign)) == (0, 6)


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_two_who_undo_the_same_part_let_it_count_once(campaign: Campaign, person: User) -> None:
    """Who was taken for dead is in the middle of a part when the next one comes."""
    void = ask(campaign, person)
    void_requested_work()
    begin_undo(void=void, by=make_user())

    with transaction.atomic():
        undo_part(void=void, most=2)
        late = Beside(lambda: undo_part(void=Void.objects.get(pk=void.pk), most=2))
        assert late.waits

    assert late.ended() == []
    assert (standing(), counted(campaign), is_in_balance()) == (1, 5, True)
