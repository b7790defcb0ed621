"""What was handed in may be changed for a while: a new revision, the old one kept."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice, permutations
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection
from django.db.models import Sum
from django.utils import timezone

from annotate.enums import Kind
from annotate.errors import DraftConflict, EditTimeOver, KeyReused, NotSubmitted, NotYours
from annotate.models import Assignment, Campaign, Demonstration, Ranking, Tally
from annotate.services.campaign import Work
from annotate.services.demonstration import (
    DemonstrationAnswer,
    revise_demonstration,
    submit_demonstration,
)
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from commons.models import User
from tests.factories import make_assignment, make_campaign, make_member

pytestmark = pytest.mark.django_db


def handed_in() -> tuple[Campaign, User, Assignment, Ranking]:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=4)])
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    kept = submit_ranking(assignment=assignment, answer=strict(assignment), by=person)
    assignment.refresh_from_db()
    return campaign, person, assignment, kept


def strict(assignment: Assignment) -> RankingAnswer:
    return RankingAnswer(tiers=[[name] for name in assignment.task.offered])


def all_tied(assignment: Assignment) -> RankingAnswer:
    return RankingAnswer(tiers=[assignment.task.offered])


def test_an_edit_is_a_new_revision_of_the_same_root() -> None:
    _, person, assignment, first = handed_in()

    second = revise_ranking(assignment=assignment, answer=all_tied(assignment), by=person)

    rows = list(
        Ranking.objects.order_by("revision").values_list("root", "revision", "current", "rater")
    )
    rater = first.rater_id
    assert rows == [(first.root, 1, False, rater), (first.root, 2, True, rater)]
    assert (second.tiers, second.counts_as) == ([assignment.task.offered], first.counts_as)


def test_counts_follow_an_edit() -> None:
    """Four answers in strict order are six comparisons; all tied they are six ties."""
    _, person, assignment, _ = handed_in()

    revise_ranking(assignment=assignment, answer=all_tied(assignment), by=person)

    sums = Tally.objects.aggregate(
        **{name: Sum(name) for name in ("rankings", "comparisons", "ties", "edits")}
    )
    assert sums == {"rankings": 1, "comparisons": 0, "ties": 6, "edits": 1}


def test_an_edit_that_changes_nothing_makes_no_revision() -> None:
    _, person, assignment, first = handed_in()

    same = revise_ranking(assignment=assignment, answer=strict(assignment), by=person)

    assert same == first
    assert Ranking.objects.count() == 1


def test_the_same_key_finds_the_same_edit() -> None:
    _, person, assignment, _ = handed_in()
    key = uuid4()

    first = revise_ranking(assignment=assignment, answer=all_tied(assignment), by=person, key=key)
    again = revise_ranking(assignment=assignment, answer=all_tied(assignment), by=person, key=key)

    assert again == first
    assert Ranking.objects.count() == 2
    with pytest.raises(KeyReused):
        revise_ranking(assignment=assignment, answer=strict(assignment), by=person, key=key)


def test_an_edit_comes_too_late_in_words() -> None:
    _, person, assignment, _ = handed_in()
    long_ago = timezone.now() - timedelta(minutes=61)
    Assignment.objects.update(closed_at=long_ago)
    assignment.refresh_from_db()

    with pytest.raises(EditTimeOver, match="60 minutes"):
        revise_ranking(assignment=assignment, answer=all_tied(assignment), by=person)

    assert Ranking.objects.count() == 1


def test_nobody_changes_what_another_handed_in_or_what_is_still_open() -> None:
    campaign, person, assignment, _ = handed_in()
    mine = make_assignment(campaign, person)

    with pytest.raises(NotYours):
        revise_ranking(assignment=assignment, answer=all_tied(assignment), by=make_member(campaign))
    with pytest.raises(NotSubmitted):
        revise_ranking(assignment=mine, answer=all_tied(mine), by=person)


def test_a_written_answer_may_be_changed_too() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    submit_demonstration(assignment=assignment, answer=DemonstrationAnswer("Frist."), by=person)
    assignment.refresh_from_db()

    revise_demonstration(assignment=assignment, answer=DemonstrationAnswer("First."), by=person)

    texts = [row.text for row in Demonstration.objects.order_by("revision")]
    assert texts == ["Frist.", "First."]
    assert Tally.objects.aggregate(n=Sum("demonstrations"), edits=Sum("edits")) == {
        "n": 1,
        "edits": 1,
    }


def test_a_key_that_handed_something_in_does_not_serve_for_a_change() -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=4)])
    person, key = make_member(campaign), uuid4()
    assignment = make_assignment(campaign, person)
    submit_ranking(assignment=assignment, answer=strict(assignment), by=person, key=key)
    assignment.refresh_from_db()

    with pytest.raises(KeyReused):
        revise_ranking(assignment=assignment, answer=all_tied(assignment), by=person, key=key)

    assert Ranking.objects.count() == 1


def test_a_change_made_from_an_older_revision_is_a_conflict_that_brings_the_newer() -> None:
    _, person, assignment, _ = handed_in()
    revise_ranking(assignment=assignment, answer=all_tied(assignment), by=person, seen=1)

    with pytest.raises(DraftConflict) as conflict:
        revise_ranking(assignment=assignment, answer=backwards(assignment), by=person, seen=1)

    newest = Ranking.objects.get(current=True)
    assert (conflict.value.version, conflict.value.theirs["tiers"]) == (2, newest.tiers)
    assert conflict.value.facts["saved_at"] == newest.created_at


def test_a_change_that_was_made_is_found_by_its_key_after_another_was_made() -> None:
    _, person, assignment, _ = handed_in()
    key = uuid4()
    mine = revise_ranking(
        assignment=assignment, answer=all_tied(assignment), by=person, key=key, seen=1
    )
    revise_ranking(assignment=assignment, answer=backwards(assignment), by=person, seen=2)

    again = revise_ranking(
        assignment=assignment, answer=all_tied(assignment), by=person, key=key, seen=1
    )

    assert again == mine


def backwards(assignment: Assignment) -> RankingAnswer:
    return RankingAnswer(tiers=[[name] for name in reversed(assignment.task.offered)])


@pytest.mark.django_db(transaction=True)
def test_changes_at_once_come_one_after_the_other() -> None:
    """Each of six finds what stands by then: revisions 2 to 7, whoever comes first."""
    _, person, assignment, _ = handed_in()
    orders = list(islice(permutations(assignment.task.offered), 1, 7))

    def change(order: Sequence[str]) -> int:
        close_old_connections()
        try:
            answer = RankingAnswer(tiers=[[name] for name in order])
            return revise_ranking(assignment=assignment, answer=answer, by=person).revision
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        revisions = sorted(pool.map(change, orders))

    assert revisions == [2, 3, 4, 5, 6, 7]
    assert Ranking.objects.filter(current=True).count() == 1
