"""Whatever people do in whatever order, work is given exactly as often as it is wanted.

A machine takes, shows, submits, repeats, skips, releases, edits, lets leases run out and hands in
late, for four people and two kinds of work, while a lead names people, takes turns back and pauses;
after each step every promise is checked on the rows.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from annotate.enums import AssignmentState, CampaignState, CountsAs, Kind, SkipReason
from annotate.errors import (
    AssignmentClosed,
    ItemHeld,
    NotAskable,
    NothingToDo,
    NoTurnFree,
    SeatsTaken,
)
from annotate.models import Assignment, CampaignWork, Demonstration, Ranking, Tally, Task
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, change_campaign_state
from annotate.services.demonstration import (
    DemonstrationAnswer,
    revise_demonstration,
    submit_demonstration,
)
from annotate.services.draft import save_draft
from annotate.services.lease import reserve_turn, take_back_turn
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.returning import expire_overdue_assignments
from annotate.services.turn import release_assignment, show_assignment, skip_assignment
from commons.stats.pairs import pairs_of, ties_of
from tests.factories import make_campaign, make_candidate, make_member, make_prompt, make_user

WORKS = (Work(Kind.RANK, wanted=2, answers=3), Work(Kind.DEMONSTRATE, wanted=1))
PERSON, TURN = st.integers(0, 3), st.integers(0, 50)
LIVE = (AssignmentState.OPEN, AssignmentState.RESERVED)


class WorkMachine(RuleBasedStateMachine):
    """Four people at the work of one campaign; every rule is one request of one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.keys: dict[int, UUID] = {}  # of the submissions that were acknowledged
        self.typed: dict[int, str] = {}  # what the server said it has kept

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    @initialize(third=st.sampled_from([None, 0.5]))
    def begin(self, third: float | None) -> None:
        self.campaign = make_campaign(works=WORKS)
        CampaignWork.objects.update(third_below=third)
        self.lead = make_user()
        self.people = [make_member(self.campaign) for _ in range(4)]
        for number in range(3):
            make_prompt(self.campaign, answers=[f"{letter}{number}" for letter in "abc"])

    @rule(who=PERSON, kind=st.sampled_from([None, *Kind]), is_shown=st.booleans())
    def take(self, who: int, kind: Kind | None, is_shown: bool) -> None:
        key = uuid4()
        try:
            taken = take_assignment(by=self.people[who], kind=kind, key=key)
        except (NothingToDo, SeatsTaken):
            return
        if is_shown:
            show_assignment(assignment=taken)
            again = take_assignment(by=self.people[who], kind=kind, key=taken.take_key)
            assert again.pk == taken.pk

    @rule(turn=TURN, order=st.permutations(range(3)), ties=st.booleans())
    def submit(self, turn: int, order: list[int], ties: bool) -> None:
        """Of an open turn, or late of an expired one; always twice under the same key."""
        assignment = self.chosen(turn, AssignmentState.OPEN, AssignmentState.EXPIRED)
        if assignment is None:
            return
        key = uuid4()
        first = self.handed_in(assignment, order, ties, key)
        again = self.handed_in(assignment, order, ties, key)
        assert first.pk == again.pk
        self.keys[assignment.pk] = key

    def handed_in(
        self, assignment: Assignment, order: list[int], ties: bool, key: UUID
    ) -> Ranking | Demonstration:
        by = assignment.person
        if assignment.task.kind == Kind.DEMONSTRATE:
            text = DemonstrationAnswer(f"{order}")
            return submit_demonstration(assignment=assignment, answer=text, by=by, key=key)
        answer = self.order_of(assignment, order, ties)
        return submit_ranking(assignment=assignment, answer=answer, by=by, key=key)

    @rule(turn=TURN, order=st.permutations(range(3)), ties=st.booleans())
    def edit(self, turn: int, order: list[int], ties: bool) -> None:
        assignment = self.chosen(turn, AssignmentState.SUBMITTED)
        if assignment is None:
            return
        by, key = assignment.person, uuid4()
        if assignment.task.kind == Kind.DEMONSTRATE:
            revise_demonstration(
                assignment=assignment, answer=DemonstrationAnswer(f"{order}"), by=by, key=key
            )
        else:
            answer = self.order_of(assignment, order, ties)
            revise_ranking(assignment=assignment, answer=answer, by=by, key=key)

    @rule(turn=TURN, text=st.text("ab ", max_size=4))
    def type(self, turn: int, text: str) -> None:
        assignment = self.chosen(turn, AssignmentState.OPEN, AssignmentState.EXPIRED)
        if assignment is None:
            return
        draft = getattr(assignment, "draft", None)
        save_draft(
            assignment=assignment,
            body={"text": text},
            version=draft.version if draft else 0,
            by=assignment.person,
        )
        self.typed[assignment.pk] = text

    @rule(turn=TURN, reason=st.sampled_from(list(SkipReason)))
    def skip(self, turn: int, reason: SkipReason) -> None:
        if assignment := self.chosen(turn, AssignmentState.OPEN):
            key = uuid4()
            for _ in range(2):
                skip_assignment(assignment=assignment, reason=reason, by=assignment.person, key=key)

    @rule(turn=TURN)
    def release(self, turn: int) -> None:
        if assignment := self.chosen(turn, AssignmentState.OPEN):
            release_assignment(assignment=assignment, by=assignment.person)

    @rule(turn=TURN)
    def run_out(self, turn: int) -> None:
        if assignment := self.chosen(turn, AssignmentState.OPEN):
            past = timezone.now() - timedelta(seconds=1)
            Assignment.objects.filter(pk=assignment.pk).update(expires_at=past)
            expire_overdue_assignments()

    @rule(turn=TURN, who=PERSON)
    def meddle(self, turn: int, who: int) -> None:
        """Somebody acts on an item of another: refused, whatever its state."""
        assignment = self.chosen(turn, *AssignmentState)
        if assignment is None or assignment.person_id == self.people[who].pk:
            return
        for act in (release_assignment, self.skip_it):
            try:
                act(assignment=assignment, by=self.people[who])
            except AssignmentClosed:
                continue
            raise AssertionError(f"{act.__name__} let a stranger in")

    def skip_it(self, *, assignment: Assignment, by: object) -> None:
        skip_assignment(assignment=assignment, reason=SkipReason.BROKEN, by=by)  # type: ignore[arg-type]

    @rule(number=st.integers(0, 10**6))
    def arrive(self, number: int) -> None:
        prompt = make_prompt(self.campaign, text=f"New {number} {uuid4()}?")
        for letter in "abc":
            make_candidate(prompt, f"{letter} {number}")
        make_prompt(self.campaign)

    @rule()
    def decide(self) -> None:
        """A lead gives held tasks back."""
        Task.objects.update(held="")

    @rule(who=PERSON, number=TURN)
    def name(self, who: int, number: int) -> None:
        """A lead sets a turn aside for somebody, where that can be done."""
        tasks = list(Task.objects.order_by("pk"))
        try:
            reserve_turn(task=tasks[number % len(tasks)], person=self.people[who], by=self.lead)
        except (ItemHeld, NoTurnFree, NotAskable):
            return

    @rule(turn=TURN)
    def take_back(self, turn: int) -> None:
        if assignment := self.chosen(turn, *LIVE):
            take_back_turn(assignment=assignment, by=self.lead)

    @rule()
    def pause(self) -> None:
        for state in (CampaignState.PAUSED, CampaignState.RUNNING):
            change_campaign_state(campaign=self.campaign, to=state, by=self.lead)

    def chosen(self, turn: int, *states: AssignmentState) -> Assignment | None:
        rows = list(
            Assignment.objects.filter(state__in=states)
            .select_related("task", "person", "draft")
            .order_by("pk")
        )
        return rows[turn % len(rows)] if rows else None

    def order_of(self, assignment: Assignment, order: list[int], ties: bool) -> RankingAnswer:
        names = [sorted(assignment.task.offered)[place] for place in order]
        tiers = [names[:2], names[2:]] if ties else [[name] for name in names]
        return RankingAnswer(tiers=tiers)

    @invariant()
    def live_leases_and_counted_submissions_are_never_more_than_wanted(self) -> None:
        for task in Task.objects.all():
            live = task.assignments.filter(state__in=LIVE).count()
            counted = self.counted(task)
            assert live + counted + task.free == task.wanted, (live, counted, task.free)

    def counted(self, task: Task) -> int:
        kept = Ranking if task.kind == Kind.RANK else Demonstration
        return (
            kept.objects.filter(assignment__task=task, current=True)
            .exclude(counts_as=CountsAs.SURPLUS)
            .count()
        )

    @invariant()
    def nobody_has_a_task_twice_or_more_than_two_items(self) -> None:
        assert (
            not Assignment.objects.values("person", "task").annotate(n=Count("pk")).filter(n__gt=1)
        )
        held = Assignment.objects.filter(state=AssignmentState.OPEN).values("person")
        assert not held.annotate(n=Count("pk")).filter(n__gt=2)

    @invariant()
    def nobody_is_about_to_see_what_is_held(self) -> None:
        unseen = Assignment.objects.filter(state=AssignmentState.OPEN, shown_at__isnull=True)
        assert not unseen.exclude(task__held="").exists()

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        for pk in self.keys:
            assignment = Assignment.objects.get(pk=pk)
            kept = (
                assignment.rankings
                if assignment.task.kind == Kind.RANK
                else assignment.demonstrations
            )
            revisions = list(kept.order_by("revision").values_list("revision", "current"))
            last = len(revisions)
            assert revisions == [(n, n == last) for n in range(1, last + 1)]
            assert assignment.closing_key == self.keys[pk]

    @invariant()
    def what_was_typed_is_there(self) -> None:
        for pk, text in self.typed.items():
            assert Assignment.objects.get(pk=pk).draft.body == {"text": text}

    @invariant()
    def the_counts_are_those_of_the_rows(self) -> None:
        names = ("rankings", "demonstrations", "comparisons", "ties", "surplus", "edits", "skips")
        sums = Tally.objects.aggregate(**{name: Sum(name, default=0) for name in names})
        current = list(Ranking.objects.filter(current=True).exclude(counts_as=CountsAs.SURPLUS))
        written = Demonstration.objects.filter(current=True)
        both = (Ranking, Demonstration)
        assert sums == {
            "rankings": len(current),
            "demonstrations": written.exclude(counts_as=CountsAs.SURPLUS).count(),
            "comparisons": sum(len(pairs_of(each.tiers)) for each in current),
            "ties": sum(len(ties_of(each.tiers)) for each in current),
            "surplus": sum(
                kept.objects.filter(current=True, counts_as=CountsAs.SURPLUS).count()
                for kept in both
            ),
            "edits": sum(kept.objects.filter(revision__gt=1).count() for kept in both),
            "skips": Assignment.objects.filter(state=AssignmentState.SKIPPED).count(),
        }


@pytest.mark.django_db
def test_every_promise_holds_after_every_step() -> None:
    run_state_machine_as_test(
        WorkMachine,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
