"""What a person judged since a day counts for nothing, and counts again when that is undone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from annotate.enums import CampaignState, Kind, ReviewState, Role, SnapshotKind
from annotate.export.policy import Policy
from annotate.models import (
    Campaign,
    Ranking,
    Rater,
    Review,
    Snapshot,
    SnapshotMember,
    Tally,
    Task,
    Void,
    Voided,
    WorkRollup,
)
from annotate.people_errors import AlreadyUndone, NothingToVoid
from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.selectors.contest import orders_of_people
from annotate.selectors.conversation import last_turn_of
from annotate.selectors.judgement import count_work_since
from annotate.selectors.quality_lately import lately_ranked
from annotate.selectors.quality_rows import doubled_in
from annotate.selectors.snapshot import demonstrations_to_freeze, rankings_to_freeze
from annotate.selectors.tally import week_counts
from annotate.selectors.voiding import reach_of, voids_in
from annotate.services.campaign import Work, change_campaign_state
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.freezing import claim_snapshot
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.reviewing import find_reviews
from annotate.services.rollup import roll_up
from annotate.services.snapshot import request_snapshot
from annotate.services.snapshot_member import freeze_members
from annotate.services.stopping import stop_sure_tasks
from annotate.services.voiding import undo_void, void_work
from commons.models import AuditEvent, User
from tests.annotate.golden import gold_of
from tests.annotate.reviewing import (
    make_ranked_task,
    make_reviewed_campaign,
    rank_as,
    write_as,
)
from tests.annotate.waiting import held_up
from tests.conversations import answer, judge, said, talking_campaign
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
from tests.planted import Plan, plant

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=400)


def void(campaign: Campaign, person: User, since: object = LONG_AGO) -> Void:
    return void_work(
        campaign=campaign,
        person=person,
        since=since,  # type: ignore[arg-type]
        reason="Pasted.",
        by=make_user(),
    )


def is_in_balance() -> bool:
    return not [*tasks_out_of_balance(), *mismatched_turns()]


def to_train(campaign: Campaign) -> set[int]:
    return set(rankings_to_freeze([campaign], Policy()).values_list("pk", flat=True))


def tallied(campaign: Campaign) -> tuple[int, int, int]:
    counts = week_counts(Campaign.objects.filter(pk=campaign.pk))
    return counts.rankings, counts.comparisons, counts.demonstrations


def test_it_counts_for_nothing_and_somebody_else_is_asked() -> None:
    campaign = make_campaign()
    careless, careful = make_member(campaign), make_member(campaign)
    theirs, other = make_ranking(campaign, careless), make_ranking(campaign, careful)
    assert tallied(campaign) == (2, 12, 0)

    made = void(campaign, careless)

    assert to_train(campaign) == {other.pk}
    assert tallied(campaign) == (1, 6, 0)
    assert count_work_since([campaign.uuid], None) == 1
    assert made.counts == {"judgements": 1, "requeued": 1, "datasets": 0}
    assert is_in_balance()
    again = take_and_show(careful, campaign, kind=Kind.RANK)
    assert theirs.assignment is not None
    assert again.task_id == theirs.assignment.task_id


def test_undone_it_counts_as_before() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    kept = make_ranking(campaign, person)
    made = void(campaign, person)

    undo_void(void=made, by=make_user())

    assert to_train(campaign) == {kept.pk}
    assert tallied(campaign) == (1, 6, 0)
    assert is_in_balance()
    with pytest.raises(AlreadyUndone):
        undo_void(void=made, by=make_user())
    verbs = AuditEvent.objects.filter(verb__startswith="work.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["work.voided", "work.void-undone"]


def test_undone_after_somebody_else_was_asked_both_count() -> None:
    campaign = make_campaign()
    careless = make_member(campaign)
    kept = make_ranking(campaign, careless)
    made = void(campaign, careless)
    assert kept.assignment is not None
    rank_as(kept.assignment.task, "abcd")

    undo_void(void=made, by=make_user())

    assert len(to_train(campaign)) == 2
    assert Task.objects.get(pk=kept.assignment.task_id).wanted == 2
    assert is_in_balance()


def test_what_was_judged_before_the_day_stays() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    old, new = make_ranking(campaign, person), make_ranking(campaign, person)
    since = new.created_at

    void(campaign, person, since)

    assert to_train(campaign) == {old.pk}


def test_it_can_be_voided_again_after_an_undo() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    make_ranking(campaign, person)
    undo_void(void=void(campaign, person), by=make_user())

    void(campaign, person)

    assert not to_train(campaign)
    assert Voided.objects.filter(stands=True).count() == 1


def test_nothing_is_voided_twice() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    make_ranking(campaign, person)
    void(campaign, person)

    with pytest.raises(NothingToVoid, match="earlier day"):
        void(campaign, person)


def test_written_answers_go_as_well() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    turn = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    submit_demonstration(assignment=turn, answer=DemonstrationAnswer("Whole."), by=person)

    void(campaign, person)

    assert not demonstrations_to_freeze([campaign], Policy()).exists()
    assert tallied(campaign) == (0, 0, 0)
    assert is_in_balance()


def test_of_a_closed_campaign_nobody_is_asked() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    kept = make_ranking(campaign, person)
    change_campaign_state(campaign=campaign, to=CampaignState.CLOSED, by=None)

    made = void(campaign, person)

    assert kept.assignment is not None
    task = Task.objects.get(pk=kept.assignment.task_id)
    assert (task.wanted, task.free, made.counts["requeued"]) == (0, 0, 0)
    assert is_in_balance()


def test_what_checks_people_by_now_is_asked_of_nobody() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    kept = make_ranking(campaign, person)
    assert kept.assignment is not None
    gold_of(campaign, task=kept.assignment.task)

    reach = reach_of(campaign, person, LONG_AGO)
    made = void(campaign, person)

    task = Task.objects.get(pk=kept.assignment.task_id)
    assert (task.wanted, task.free) == (0, 0)
    assert (reach.requeued, made.counts["requeued"]) == (0, 0)
    undo_void(void=made, by=make_user())
    assert is_in_balance()


def test_a_turn_of_a_conversation_is_asked_of_nobody() -> None:
    """Its lane is its person's alone: they would be given their own voided turn again."""
    campaign = talking_campaign()
    person = make_member(campaign)
    conversation = said(campaign, person)
    answer(campaign)
    kept = judge(last_turn_of(conversation), person)
    assert kept.assignment is not None

    reach = reach_of(campaign, person, LONG_AGO)
    made = void(campaign, person)

    task = Task.objects.get(pk=kept.assignment.task_id)
    assert (task.wanted, task.free) == (0, 0)
    assert (reach.requeued, made.counts["requeued"]) == (0, 0)
    assert is_in_balance()


def test_a_change_of_what_is_voided_counts_once_it_is_undone() -> None:
    """Six comparisons at first; four answers in one tier are none, and six ties."""
    campaign = make_campaign()
    person = make_member(campaign)
    kept = make_ranking(campaign, person)
    made = void(campaign, person)

    tie_all(kept, person)

    assert tallied(campaign) == (0, 0, 0)
    assert Tally.objects.aggregate(edits=Sum("edits"), ties=Sum("ties")) == {"edits": 1, "ties": 0}
    undo_void(void=made, by=make_user())
    assert tallied(campaign) == (1, 0, 0)
    assert Tally.objects.aggregate(ties=Sum("ties")) == {"ties": 6}


def tie_all(kept: Ranking, person: User) -> None:
    assert kept.assignment is not None
    answer = RankingAnswer(tiers=[kept.assignment.task.offered])
    revise_ranking(assignment=kept.assignment, answer=answer, by=person, key=uuid4())


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_undone", [False, True])
def test_who_voids_or_undoes_waits_for_a_change_and_counts_it(is_undone: bool) -> None:
    campaign, lead = make_campaign(), make_user()
    person = make_member(campaign)
    kept = make_ranking(campaign, person)
    made = void(campaign, person) if is_undone else None

    def act() -> None:
        if made is None:
            void_work(campaign=campaign, person=person, since=LONG_AGO, reason="Pasted.", by=lead)
        else:
            undo_void(void=made, by=lead)

    with transaction.atomic():
        tie_all(kept, person)
        other = held_up(act)
        assert other.is_alive()
    other.join()

    assert Void.objects.filter(undone_at__isnull=not is_undone).count() == 1
    assert tallied(campaign) == ((1, 0, 0) if is_undone else (0, 0, 0))
    ties = Tally.objects.aggregate(ties=Sum("ties"))["ties"]
    assert ties == (6 if is_undone else 0)


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_who_voids_waits_for_members_that_are_being_written_and_finds_them() -> None:
    campaign, lead = make_campaign(), make_user()
    person = make_member(campaign)
    make_ranking(campaign, person)
    request_snapshot(kind=SnapshotKind.RANKED, campaigns=[campaign], by=None)
    under_way = claim_snapshot()
    assert under_way is not None

    def act() -> None:
        void_work(campaign=campaign, person=person, since=LONG_AGO, reason="Pasted.", by=lead)

    with transaction.atomic():
        freeze_members(snapshot=under_way)
        other = held_up(act)
        assert other.is_alive()
    other.join()

    assert list(Void.objects.get().snapshots.all()) == [under_way]


def test_who_disagreed_with_them_alone_needs_no_review() -> None:
    campaign = make_reviewed_campaign()
    task = make_ranked_task(campaign, ["abcd", "dcba"])
    find_reviews()
    review = Review.objects.get(task=task)
    careless = task.assignments.order_by("pk").last()
    assert careless is not None

    void(campaign, careless.person)

    review.refresh_from_db()
    assert review.state == ReviewState.VOID


def test_datasets_that_hold_some_of_it_are_marked() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    kept = make_ranking(campaign, person)
    holds, other = (Snapshot.objects.create(kind="preference") for _ in range(2))
    SnapshotMember.objects.create(snapshot=holds, position=0, side="train", ranking=kept)
    other_ranking = make_ranking(campaign, make_member(campaign))
    SnapshotMember.objects.create(snapshot=other, position=0, side="train", ranking=other_ranking)

    made = void(campaign, person)

    assert [list(voids_in(each)) for each in (holds, other)] == [[made], []]
    undo_void(void=made, by=make_user())
    assert not voids_in(holds).exists()


def test_the_preview_says_what_voiding_does() -> None:
    campaign = make_reviewed_campaign()
    person = make_member(campaign, Role.ANNOTATOR)
    task = make_task(campaign)
    rank_as(task, "abcd", person)

    reach = reach_of(campaign, person, LONG_AGO)
    made = void(campaign, person)

    assert (reach.rankings, reach.demonstrations, reach.requeued) == (1, 0, 1)
    assert reach.judgements == made.counts["judgements"]
    assert reach.requeued == made.counts["requeued"]


def test_other_people_and_other_campaigns_are_left_alone() -> None:
    campaign, elsewhere = make_campaign(), make_campaign()
    person = make_member(campaign)
    elsewhere.memberships.create(person=person)
    make_ranking(campaign, person)
    there = make_ranking(elsewhere, person)

    void(campaign, person)

    assert to_train(elsewhere) == {there.pk}
    assert Ranking.objects.count() == 2  # nothing is deleted


def test_counts_that_are_kept_are_without_it_and_with_it_again() -> None:
    """Step by step as anew: a void changes the mark of its weeks, and so does undoing it."""
    campaign = make_campaign()
    careless, careful = make_member(campaign), make_member(campaign)
    make_ranking(campaign, careless)
    make_ranking(campaign, careful)
    write_as(campaign, "A tube.", careless)
    roll_up(campaign=campaign)
    before = rolled_up(campaign)

    made = void(campaign, careless)

    assert roll_up(campaign=campaign) == 2  # rankings of the week, and written answers
    assert rolled_up(campaign) == [("rank", careful.pk, 1, 6)]
    assert roll_up(campaign=campaign) == 0
    roll_up(campaign=campaign, whole=True)
    assert rolled_up(campaign) == [("rank", careful.pk, 1, 6)]
    undo_void(void=made, by=make_user())
    assert roll_up(campaign=campaign) == 2
    assert rolled_up(campaign) == before


def rolled_up(campaign: Campaign) -> list[tuple[str, int, int, int]]:
    kept = WorkRollup.objects.filter(campaign=campaign).order_by("kind", "person")
    return list(kept.values_list("kind", "person", "judgements", "comparisons"))


def test_agreement_is_told_without_it_and_with_it_again() -> None:
    campaign = plant(Plan(prompts=12, raters=4, each=3), lead=make_user())
    careless = Rater.objects.filter(rankings__campaign=campaign).order_by("pk")[0]
    assert careless.user is not None
    before = doubled_in(campaign).doubled.rankings.raters.tolist()

    made = void(campaign, careless.user)

    others = [each for each in before if each != careless.pk]
    assert doubled_in(campaign).doubled.rankings.raters.tolist() == others
    lately = lately_ranked(campaign)
    assert lately is not None
    assert careless.pk not in lately.raters
    undo_void(void=made, by=make_user())
    assert doubled_in(campaign).doubled.rankings.raters.tolist() == before


def test_models_are_rated_without_it_and_with_it_again() -> None:
    campaign = make_campaign()
    careless, careful = make_member(campaign), make_member(campaign)
    for person in (careless, careful):
        make_ranking(campaign, person)
    before = orders_of_people([campaign.uuid], limit=9)

    made = void(campaign, careless)

    assert orders_of_people([campaign.uuid], limit=9) == before[:1]
    undo_void(void=made, by=make_user())
    assert orders_of_people([campaign.uuid], limit=9) == before


def test_no_vote_is_saved_on_its_strength() -> None:
    """One vote of an unknown is sure by 0.61, two that agree by 0.72."""
    campaign = make_campaign(works=[Work(Kind.RANK, wanted=4, answers=2, strengths=False)])
    campaign.works.update(stops_when_sure=0.7)
    make_prompt(campaign, answers=["One.", "Two."])
    careless = make_member(campaign)
    for person in (careless, make_member(campaign)):
        turn = take_and_show(person, campaign, kind=Kind.RANK)
        order = RankingAnswer(tiers=[[each] for each in turn.task.offered])
        submit_ranking(assignment=turn, answer=order, by=person)

    made = void(campaign, careless)

    assert stop_sure_tasks(campaign=campaign) == 0
    undo_void(void=made, by=make_user())
    assert stop_sure_tasks(campaign=campaign) == 1
