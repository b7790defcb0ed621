"""The board is made of what people ordered, for the leads of the track, and names no person."""

import csv
import math

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.models import Candidate, Ranking, Rejection, Review
from tests.factories import make_ranking
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import make_policy


def page_of(cast: Cast, name: str = "leaderboard") -> str:
    return reverse(f"rewards:{name}", args=[cast.track.uuid])


def contests(cast: Cast, *, won: int, lost: int) -> tuple[str, str]:
    """A policy's answers beside the base's: people put them first ``won`` times of all. They are
    equally long, so that there is no style to be taken out."""
    policy, base = make_policy(cast.track), cast.track.policies.get(number=0)
    names = (f"policy:{policy.uuid}", f"policy:{base.uuid}")
    for number in range(won + lost):
        ranking = make_ranking(cast.campaign, cast.member)
        best = Candidate.objects.get(uuid=ranking.tiers[0][0])
        others = Candidate.objects.filter(prompt=ranking.prompt).exclude(pk=best.pk)
        first, second = names if number < won else names[::-1]
        others.update(source="import")
        Candidate.objects.filter(pk=best.pk).update(source=first, messages=says("One."))
        of_second = Candidate.objects.filter(uuid=ranking.tiers[1][0])
        of_second.update(source=second, messages=says("Two."))
    return names


def says(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


def test_only_the_leads_of_the_track_see_it(cast: Cast):
    assert cast.statuses(page_of(cast)) == ONLY_ITS_LEADS
    assert cast.statuses(page_of(cast, "leaderboard_csv")) == ONLY_ITS_LEADS


def test_without_votes_it_says_what_would_bring_them(cast: Cast):
    client = cast.client(cast.lead)

    assert "No two models have met on two prompts yet." in words(client.get(page_of(cast)))
    assert client.get(page_of(cast, "leaderboard_csv")).content.count(b"\n") == 1


def test_where_one_has_won_all_there_is_no_rating(cast: Cast):
    contests(cast, won=3, lost=0)

    said = words(cast.client(cast.lead).get(page_of(cast)))

    assert "Some model has won, or lost, every comparison so far" in said


def test_votes_become_ratings_with_places_and_pairs(cast: Cast):
    """Six of eight: 75 % against each other, so 63.4 % against the mean (log odds of 3, halved)."""
    names = contests(cast, won=6, lost=2)
    client = cast.client(cast.lead)

    said = words(client.get(page_of(cast)))
    taken = client.get(page_of(cast, "leaderboard_csv")).content.decode()
    rows = list(csv.DictReader(taken.splitlines()))

    assert "8 votes on 8 prompts." in said
    assert "Policy 1 1–2" in said
    assert "6 / 8" in said
    assert "2 / 8" in said
    assert [row["model"] for row in rows] == list(names)
    assert [row["votes"] for row in rows] == ["8", "8"]
    assert "member" not in said


def test_the_resampled_interval_stands_beside_the_other(cast: Cast):
    """Twenty of forty: both intervals are some 0.65 wide, and alike to a fifth of that."""
    contests(cast, won=20, lost=20)
    client = cast.client(cast.lead)

    said = words(client.get(page_of(cast)))
    taken = client.get(page_of(cast, "leaderboard_csv")).content.decode()
    rows = list(csv.DictReader(taken.splitlines()))

    for row in rows:
        low, high = float(row["resampled_low"]), float(row["resampled_high"])
        assert low < 0 < high
        assert [low, high] == pytest.approx([float(row["low"]), float(row["high"])], abs=0.13)
    low, high = (1 / (1 + math.exp(-float(rows[0][f"resampled_{end}"]))) for end in ("low", "high"))
    assert "Interval, resampled" in said
    assert f"{100 * low:.1f} to {100 * high:.1f}" in said


def test_of_few_votes_the_resampled_interval_is_not_defined(cast: Cast):
    contests(cast, won=6, lost=1)
    client = cast.client(cast.lead)

    taken = client.get(page_of(cast, "leaderboard_csv")).content.decode()
    rows = list(csv.DictReader(taken.splitlines()))

    assert "not defined" in words(client.get(page_of(cast)))
    assert [row["resampled_low"] for row in rows] == ["", ""]


def test_what_was_turned_down_is_no_vote(cast: Cast):
    contests(cast, won=6, lost=2)
    first = Ranking.objects.earliest("pk")
    assert first.assignment is not None
    task = first.assignment.task
    review = Review.objects.create(task=task, campaign=cast.campaign, disagrees=True)
    Rejection.objects.create(review=review, root=first.root)

    said = words(cast.client(cast.lead).get(page_of(cast)))

    assert "7 votes on 7 prompts." in said


def test_more_votes_are_no_more_queries(cast: Cast):
    def queries() -> int:
        client = cast.client(cast.lead)
        with CaptureQueriesContext(connection) as seen:
            client.get(page_of(cast))
        return len(seen)

    contests(cast, won=2, lost=1)
    few = queries()
    contests(cast, won=6, lost=2)

    assert queries() == few
