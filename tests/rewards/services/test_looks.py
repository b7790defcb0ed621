"""A year's comparisons are counted, whoever began their cycles: each might have promoted."""

from datetime import timedelta

import pytest
from django.db.models import F

from rewards.enums import Outcome
from rewards.models import Cycle, Evaluation, Policy, Track
from rewards.services.cycle import open_cycle
from tests.rewards.services.conftest import FakeEngine
from tests.rewards.services.test_cycle import go_round

SECOND_OF_ONE = (
    "it is comparison 2 of this track within a year, and the intervals are made for 1: one more "
    "may promote by chance; a person may read the answers and promote it"
)


def let_pass(days: int) -> None:
    earlier = F("created_at") - timedelta(days=days)
    Evaluation.objects.filter(policy__isnull=False).update(created_at=earlier)


@pytest.fixture
def first(track: Track, engine: FakeEngine) -> Cycle:
    """A cycle that promoted, by intervals that are made for a single look."""
    engine.results["evaluate_policy"]["looks"] = 1
    cycle = go_round(open_cycle(track=track))
    assert cycle.outcome == Outcome.PROMOTED
    return cycle


@pytest.mark.django_db
def test_a_look_more_than_the_intervals_are_made_for_is_held_in_words(
    track: Track, first: Cycle
) -> None:
    let_pass(days=360)

    second = go_round(open_cycle(track=track))

    assert (second.outcome, second.reasons) == (Outcome.HELD, [SECOND_OF_ONE])
    kept = Policy.objects.get(track=track, number=2).decisions.get().evidence
    assert (kept["look"], kept["looks"]) == (2, 1)


@pytest.mark.django_db
def test_a_look_of_a_year_ago_counts_no_more(track: Track, first: Cycle) -> None:
    let_pass(days=362)

    assert go_round(open_cycle(track=track)).outcome == Outcome.PROMOTED


@pytest.mark.django_db
def test_looks_of_other_tracks_and_report_cards_do_not_count(track: Track, first: Cycle) -> None:
    other = Track.objects.create(name="Another", base_model=track.base_model)
    theirs = Policy.objects.create(track=other, number=0, folder=track.base_model)
    Evaluation.objects.filter(policy__isnull=False).update(policy=theirs)

    assert go_round(open_cycle(track=track)).outcome == Outcome.PROMOTED
