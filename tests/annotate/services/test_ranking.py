"""One row of truth per ranking; pairs are derived."""

from uuid import uuid4

import pytest

from annotate.enums import AssignmentState, CountsAs, Kind, Origin
from annotate.errors import (
    AlreadySubmitted,
    IncompleteRanking,
    KeyReused,
    NotYours,
    StrangeRanking,
)
from annotate.models import Draft, Ranking, Tally
from annotate.services.campaign import Work
from annotate.services.draft import save_draft
from annotate.services.ranking import RankingAnswer, check_ranking, submit_ranking
from annotate.services.rater import rater_id_of
from tests.factories import make_assignment, make_campaign, make_member

OFFERED = ["a", "b", "c", "d"]


@pytest.mark.django_db
def test_submit_ranking_keeps_tiers_ties_unrankable_and_strengths_as_given() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    a, b, c, d = assignment.task.offered
    answer = RankingAnswer(tiers=[[c], [a, b]], unrankable=[d], strengths=[2])

    kept = submit_ranking(assignment=assignment, answer=answer, by=person)

    assignment.refresh_from_db()
    assert (kept.tiers, kept.unrankable, kept.strengths) == ([[c], [a, b]], [d], [2])
    assert (kept.rater_id, kept.origin, kept.counts_as) == (
        rater_id_of(person),
        Origin.WORK,
        CountsAs.WORK,
    )
    assert (kept.root, kept.revision, kept.current) == (kept.uuid, 1, True)
    assert assignment.state == AssignmentState.SUBMITTED
    tally = Tally.objects.get()
    assert (tally.rankings, tally.comparisons, tally.ties) == (1, 2, 1)


@pytest.mark.django_db
def test_the_same_key_finds_the_row_that_the_first_click_made() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    answer = RankingAnswer(tiers=[assignment.task.offered])
    key = uuid4()

    first = submit_ranking(assignment=assignment, answer=answer, by=person, key=key)
    again = submit_ranking(assignment=assignment, answer=answer, by=person, key=key)

    assert again == first
    assert Ranking.objects.count() == 1
    other = RankingAnswer(tiers=[[each] for each in assignment.task.offered])
    with pytest.raises(KeyReused):
        submit_ranking(assignment=assignment, answer=other, by=person, key=key)


@pytest.mark.django_db
def test_a_second_tab_with_another_key_is_told_that_it_is_already_submitted() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    answer = RankingAnswer(tiers=[assignment.task.offered])
    submit_ranking(assignment=assignment, answer=answer, by=person, key=uuid4())

    with pytest.raises(AlreadySubmitted):
        submit_ranking(assignment=assignment, answer=answer, by=person, key=uuid4())

    assert Ranking.objects.count() == 1


@pytest.mark.django_db
def test_nobody_submits_for_another() -> None:
    campaign = make_campaign()
    person, other = make_member(campaign), make_member(campaign)
    assignment = make_assignment(campaign, person)
    answer = RankingAnswer(tiers=[assignment.task.offered])

    with pytest.raises(NotYours):
        submit_ranking(assignment=assignment, answer=answer, by=other)

    assert not Ranking.objects.exists()


@pytest.mark.django_db
def test_submit_ranking_refuses_to_leave_a_candidate_out_and_keeps_the_draft() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    save_draft(assignment=assignment, body={"tiers": []}, version=0, by=person)

    answer = RankingAnswer(tiers=[assignment.task.offered[:1]])

    with pytest.raises(IncompleteRanking, match="3 candidate"):
        submit_ranking(assignment=assignment, answer=answer, by=person)

    assert not Ranking.objects.exists()
    assert Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (RankingAnswer(tiers=[["a", "b", "c", "d", "x"]]), "1 answer.* never offered"),
        (RankingAnswer(tiers=[["a", "b"], ["b", "c", "d"]]), "two places"),
        (RankingAnswer(tiers=[["a", "b", "c", "d"], []]), "rank is empty"),
        (RankingAnswer(tiers=[["a"], ["b", "c", "d"]], strengths=[1, 2]), "1 gaps"),
        (RankingAnswer(tiers=[["a"], ["b", "c", "d"]], strengths=[0]), "strength is 1"),
    ],
)
def test_an_odd_order_is_refused_in_words(answer: RankingAnswer, words: str) -> None:
    with pytest.raises(StrangeRanking, match=words):
        check_ranking(answer, offered=OFFERED)


def test_all_unrankable_is_an_answer() -> None:
    check_ranking(RankingAnswer(tiers=[], unrankable=OFFERED), offered=OFFERED)


@pytest.mark.django_db
def test_a_held_out_raters_judgement_is_told_apart() -> None:
    campaign = make_campaign(works=(Work(Kind.RANK, answers=4),))
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    person.memberships.update(pool="held-out")

    answer = RankingAnswer(tiers=[assignment.task.offered])
    kept = submit_ranking(assignment=assignment, answer=answer, by=person)

    assert kept.counts_as == CountsAs.HELD_OUT
