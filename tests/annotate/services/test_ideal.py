"""The best answer as its rater would have it stands beside the ranking, or nowhere."""

from dataclasses import replace
from uuid import uuid4

import pytest

from annotate.enums import CountsAs, Origin
from annotate.errors import IncompleteAnswers, KeyReused, StrangeAnswers
from annotate.models import Assignment, Demonstration, Ranking, Tally
from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.selectors.progress import people_of
from annotate.selectors.submission import body_of, current_submission
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.returning import return_turn
from commons.models import User
from tests.annotate.asking import called, make_asking_item

pytestmark = pytest.mark.django_db


def order_of(assignment: Assignment, *, ideal: str = "") -> RankingAnswer:
    """“One.” is best, the others share the second rank."""
    best = called(assignment, "One.")
    others = [name for name in assignment.task.offered if name != best]
    return RankingAnswer(tiers=[[best], others], ideal=ideal)


def chain_of(assignment: Assignment) -> list[tuple[int, bool, str]]:
    rows = Demonstration.objects.filter(assignment=assignment).order_by("revision")
    assert len({row.root for row in rows}) <= 1
    return [(row.revision, row.current, row.text) for row in rows]


def tallied() -> tuple[int, int, int, int]:
    tally = Tally.objects.get()
    return tally.rankings, tally.demonstrations, tally.comparisons, tally.edits


def test_an_ideal_answer_is_a_demonstration_of_the_same_turn():
    assignment, person = make_asking_item()

    kept = submit_ranking(
        assignment=assignment, answer=order_of(assignment, ideal=" One, and why. "), by=person
    )

    ideal = Demonstration.objects.get()
    assert kept.ideal == ideal
    assert ideal.messages == [{"role": "assistant", "content": "One, and why."}]
    assert (ideal.origin, ideal.counts_as, ideal.revision) == (Origin.WORK, CountsAs.WORK, 1)
    assert (ideal.assignment, ideal.prompt, ideal.rater) == (assignment, kept.prompt, kept.rater)
    assert (ideal.campaign, ideal.instructions) == (kept.campaign, kept.instructions)
    assert ideal.started_from is not None
    assert ideal.started_from.text == "One."
    assert tallied() == (1, 1, 3, 0)


def test_it_is_one_item_to_whoever_counts_items():
    assignment, person = make_asking_item()
    submit_ranking(
        assignment=assignment, answer=order_of(assignment, ideal="One, and why."), by=person
    )

    [mate] = [each for each in people_of(assignment.task.campaign) if each.submitted]
    assert (mate.membership.person, mate.submitted, mate.this_week) == (person, 1, 1)
    assert [*tasks_out_of_balance(), *mismatched_turns()] == []
    assert current_submission(assignment) == Ranking.objects.get()


def test_an_unchanged_best_answer_makes_no_demonstration():
    assignment, person = make_asking_item(ideal="required")

    kept = submit_ranking(
        assignment=assignment, answer=order_of(assignment, ideal="One.\r\n"), by=person
    )

    assert (kept.ideal, Demonstration.objects.count()) == (None, 0)
    assert tallied() == (1, 0, 3, 0)


def test_the_same_key_finds_both_and_another_ideal_answer_is_refused():
    assignment, person = make_asking_item()
    answer, key = order_of(assignment, ideal="One, and why."), uuid4()

    first = submit_ranking(assignment=assignment, answer=answer, by=person, key=key)
    again = submit_ranking(assignment=assignment, answer=answer, by=person, key=key)

    assert (again, Demonstration.objects.count()) == (first, 1)
    for other in ("One, differently.", ""):
        with pytest.raises(KeyReused):
            submit_ranking(
                assignment=assignment, answer=replace(answer, ideal=other), by=person, key=key
            )


def test_a_late_ideal_answer_is_surplus_like_its_ranking():
    assignment, person = make_asking_item()
    return_turn(assignment=assignment.pk, task=assignment.task_id, to="expired")
    assignment.task.free = 0
    assignment.task.wanted = 0
    assignment.task.save(update_fields=["free"])

    kept = submit_ranking(
        assignment=assignment, answer=order_of(assignment, ideal="One, and why."), by=person
    )

    assert kept.ideal is not None
    assert (kept.counts_as, kept.ideal.counts_as) == (CountsAs.SURPLUS, CountsAs.SURPLUS)
    assert Tally.objects.get().demonstrations == 0


def test_a_changed_ideal_answer_is_its_next_revision_and_a_kept_one_is_the_same():
    assignment, person = make_asking_item()
    answer = order_of(assignment, ideal="One, and why.")
    first = submit_ranking(assignment=assignment, answer=answer, by=person)

    second = revise(assignment, person, replace(answer, reason="It says why."))
    third = revise(assignment, person, replace(answer, ideal="One, and why not."))

    assert (second.ideal, first.ideal_id) == (first.ideal, second.ideal_id)
    assert chain_of(assignment) == [(1, False, "One, and why."), (2, True, "One, and why not.")]
    assert third.ideal == Demonstration.objects.get(current=True)
    assert tallied() == (1, 1, 3, 2)


def test_an_ideal_answer_may_be_taken_away_and_come_back():
    assignment, person = make_asking_item()
    answer = order_of(assignment, ideal="One, and why.")
    submit_ranking(assignment=assignment, answer=answer, by=person)

    without = revise(assignment, person, replace(answer, ideal=""))
    assert (without.ideal, tallied()) == (None, (1, 0, 3, 1))
    assert chain_of(assignment) == [(1, False, "One, and why.")]

    back = revise(assignment, person, answer)
    assert back.ideal == Demonstration.objects.get(current=True)
    assert chain_of(assignment) == [(1, False, "One, and why."), (2, True, "One, and why.")]
    assert tallied() == (1, 1, 3, 2)


def test_an_ideal_answer_may_be_added_to_what_was_handed_in():
    assignment, person = make_asking_item()
    submit_ranking(assignment=assignment, answer=order_of(assignment), by=person)

    key = uuid4()
    answer = order_of(assignment, ideal="One, and why.")
    changed = revise(assignment, person, answer, key=key)
    again = revise(assignment, person, answer, key=key)

    assert (again, changed.revision) == (changed, 2)
    assert chain_of(assignment) == [(1, True, "One, and why.")]
    with pytest.raises(KeyReused):
        revise(assignment, person, replace(answer, ideal="Something else."), key=key)


def test_an_ideal_answer_of_what_is_best_no_more_is_refused():
    assignment, person = make_asking_item()
    answer = order_of(assignment, ideal="One, and why.")
    answer = replace(answer, ideal_from=answer.tiers[0][0])
    submit_ranking(assignment=assignment, answer=answer, by=person)

    with pytest.raises(StrangeAnswers, match="not made from the best"):
        revise(assignment, person, replace(answer, tiers=list(reversed(answer.tiers))))

    assert Ranking.objects.count() == 1
    assert chain_of(assignment) == [(1, True, "One, and why.")]


@pytest.mark.parametrize("name", ["reason", "ideal"])
def test_what_is_required_is_missed(name: str):
    assignment, person = make_asking_item(**{name: "required"})

    with pytest.raises(IncompleteAnswers) as refused:
        submit_ranking(assignment=assignment, answer=order_of(assignment), by=person)

    assert refused.value.field == name
    assert not Ranking.objects.exists()


def revise(assignment: Assignment, person: User, answer: RankingAnswer, **more) -> Ranking:
    return revise_ranking(assignment=assignment, answer=answer, by=person, **more)


def test_a_page_finds_again_what_was_said_beside_the_order():
    assignment, person = make_asking_item()
    best = called(assignment, "One.")
    answer = replace(
        order_of(assignment, ideal="One, and why."),
        reason="It says why.",
        answers={best: {"ratings": {"helpful": 5}}},
    )

    kept = submit_ranking(assignment=assignment, answer=answer, by=person)

    assert body_of(kept) == {
        "tiers": answer.tiers,
        "unrankable": [],
        "strengths": [None],
        "considered": True,
        "answers": {best: {"ratings": {"helpful": 5}}},
        "reason": "It says why.",
        "ideal": "One, and why.",
        "ideal_from": best,
    }
