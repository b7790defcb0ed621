"""What a campaign asks of each answer is kept as it was said, or refused with its field."""

from uuid import uuid4

import pytest

from annotate.errors import KeyReused, StrangeAnswers
from annotate.models import Ranking
from annotate.services.queue import close_and_keep
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from tests.annotate.asking import called, make_asking_item
from tests.factories import make_assignment, make_campaign, make_member

pytestmark = pytest.mark.django_db

SPAN = {"name": "wrong", "start": 0, "end": 3, "quote": "Two"}


def test_answers_are_kept_without_what_was_not_answered():
    assignment, person = make_asking_item()
    one, two = called(assignment, "One."), called(assignment, "Two.")
    said = {
        one: {"ratings": {"helpful": 7}, "flags": {"harmful": False}, "spans": []},
        two: {"ratings": {"helpful": None}, "spans": [SPAN | {"why": "There are three."}]},
    }
    order = RankingAnswer(tiers=[assignment.task.offered], answers=said)

    kept = submit_ranking(assignment=assignment, answer=order, by=person)

    kept.refresh_from_db()
    assert kept.answers == {
        one: {"ratings": {"helpful": 7}, "flags": {"harmful": False}},
        two: {"spans": [SPAN | {"why": "There are three."}]},
    }


def test_a_quote_that_does_not_stand_there_is_refused_with_its_field():
    assignment, person = make_asking_item()
    one = called(assignment, "One.")
    order = RankingAnswer(tiers=[assignment.task.offered], answers={one: {"spans": [SPAN]}})

    with pytest.raises(StrangeAnswers) as refused:
        submit_ranking(assignment=assignment, answer=order, by=person)

    assert refused.value.field == f"answers.{one}.spans.0.quote"
    assert not Ranking.objects.exists()


def test_nothing_is_asked_of_work_without_instructions():
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    one = called(assignment, "One.")
    tiers, rated = [assignment.task.offered], {one: {"ratings": {"helpful": 5}}}

    with pytest.raises(StrangeAnswers, match="Nobody asked"):
        submit_ranking(assignment=assignment, answer=RankingAnswer(tiers, answers=rated), by=person)
    with pytest.raises(StrangeAnswers, match="Nobody asked for an ideal"):
        submit_ranking(assignment=assignment, answer=RankingAnswer(tiers, ideal="No."), by=person)

    kept = submit_ranking(
        assignment=assignment, answer=RankingAnswer(tiers, reason="They agree."), by=person
    )
    assert (kept.answers, kept.reason) == ({}, "They agree.")


def test_changed_answers_are_a_revision_and_the_same_ones_are_none():
    assignment, person = make_asking_item()
    one, tiers = called(assignment, "One."), [assignment.task.offered]

    def rated(points: int | None) -> RankingAnswer:
        return RankingAnswer(tiers=tiers, answers={one: {"ratings": {"helpful": points}}})

    key = uuid4()
    submit_ranking(assignment=assignment, answer=rated(5), by=person, key=key)
    submit_ranking(assignment=assignment, answer=rated(5), by=person, key=key)
    with pytest.raises(KeyReused):
        submit_ranking(assignment=assignment, answer=rated(6), by=person, key=key)

    same = revise_ranking(assignment=assignment, answer=rated(5), by=person)
    changed = revise_ranking(assignment=assignment, answer=rated(None), by=person)

    assert (same.revision, changed.revision, changed.answers) == (1, 2, {})


@pytest.mark.postgresql
def test_a_ranking_with_answers_is_kept_in_the_one_statement_that_closes_its_turn(monkeypatch):
    at_once = []

    def seen(*args, **kwargs) -> bool:
        at_once.append(close_and_keep(*args, **kwargs))
        return at_once[-1]

    monkeypatch.setattr("annotate.services.judgement.close_and_keep", seen)
    for ideal in ("", "One, and why."):
        assignment, person = make_asking_item()
        one, *others = [called(assignment, text) for text in ("One.", "Two.", "Three.", "Four.")]
        answers = {one: {"ratings": {"helpful": 5}}}
        order = RankingAnswer(tiers=[[one], others], answers=answers, ideal=ideal)
        submit_ranking(assignment=assignment, answer=order, by=person)

    assert at_once == [True]  # an ideal answer takes a transaction
    assert [each.answers == {} for each in Ranking.objects.all()] == [False, False]
