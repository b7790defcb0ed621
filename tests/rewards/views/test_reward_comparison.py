"""Two reward models side by side: who may ask, what is seen on the way, what it says."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from commons.models import RunState
from rewards.models import EngineRun, RewardComparison, RewardModel
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import BESIDE, make_comparison, make_reward_model, make_run


@pytest.fixture
def two(cast: Cast) -> tuple[RewardModel, RewardModel]:
    """Two trained models of the track."""
    first, second = (make_reward_model(cast.campaign, track=cast.track) for _ in range(2))
    return first, second


def page_of(two: tuple[RewardModel, RewardModel], name: str = "reward_comparison") -> str:
    return reverse(f"rewards:{name}", args=[two[0].uuid, two[1].uuid])


@pytest.mark.parametrize("name", ["reward_comparison", "comparison_progress"])
def test_a_comparison_is_for_the_leads_of_the_track(
    cast: Cast, two: tuple[RewardModel, RewardModel], name: str
):
    make_comparison(*two)

    assert cast.statuses(page_of(two, name)) == ONLY_ITS_LEADS


def test_a_model_that_one_may_not_see_is_not_compared_nor_shown(cast: Cast):
    mine = make_reward_model(cast.campaign, by=cast.stranger)
    theirs = make_reward_model(cast.campaign, track=cast.track)
    make_comparison(mine, theirs)
    client = cast.client(cast.stranger)

    asked = client.post(
        reverse("rewards:compare_rewards", args=[mine.uuid]), {"against": str(theirs.uuid)}
    )

    assert asked.status_code == 404
    assert client.get(page_of((mine, theirs))).status_code == 404


def test_asking_leads_to_a_page_that_waits(cast: Cast, two: tuple[RewardModel, RewardModel]):
    client = cast.client(cast.lead)

    answer = client.post(
        reverse("rewards:compare_rewards", args=[two[0].uuid]), {"against": str(two[1].uuid)}
    )

    page = client.get(page_of(two))
    found = RewardComparison.objects.get()
    assert answer.headers["Location"] == page_of(two)
    assert (found.run.module, found.run.requested_by) == ("compare_rewards", cast.lead)
    assert "Being compared" in words(page)
    assert 'hx-trigger="every 2s"' in page.content.decode()


def test_members_and_strangers_cannot_ask(cast: Cast, two: tuple[RewardModel, RewardModel]):
    asked = reverse("rewards:compare_rewards", args=[two[0].uuid])

    for person in (cast.member, cast.stranger):
        answer = cast.client(person).post(asked, {"against": str(two[1].uuid)})
        assert answer.status_code == 404
    assert not RewardComparison.objects.exists()


@pytest.mark.parametrize("against", ["", "no id", "1d6f1b52-6d1a-4d5a-9a39-2a8d5b2f6c11"])
def test_what_is_no_model_is_not_found(
    cast: Cast, two: tuple[RewardModel, RewardModel], against: str
):
    asked = reverse("rewards:compare_rewards", args=[two[0].uuid])

    assert cast.client(cast.lead).post(asked, {"against": against}).status_code == 404


def test_a_refusal_is_said_on_the_model_s_page(cast: Cast):
    mine = make_reward_model(cast.campaign, track=cast.track)
    other = make_reward_model(cast.campaign, by=cast.lead)
    client = cast.client(cast.lead)

    answer = client.post(
        reverse("rewards:compare_rewards", args=[mine.uuid]),
        {"against": str(other.uuid)},
        follow=True,
    )

    assert "These two cannot be compared" in answer.content.decode()


def test_the_page_says_which_is_better_and_what_changed(
    cast: Cast, two: tuple[RewardModel, RewardModel]
):
    make_comparison(*two)

    said = words(cast.client(cast.lead).get(page_of(two)))

    assert "The first is better." in said
    assert "ahead by +5.0 points of accuracy, between +1.0 and +9.0, on 240 pairs" in said
    assert "First 70.0 % 64.0 to 76.0 %" in said
    assert "Only the first is right 30" in said
    assert "Only the second is right 18" in said
    assert "law 70.0 % 65.0 % +5.0 (−2.0 … +12.0) 15 9 120" in said
    assert "The difference lies in −0.01 to +0.13." in said
    assert "first +1.50, second −0.50" in said


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [(-0.09, -0.01, "The second is better."), (-0.01, 0.02, "They cannot be told apart")],
)
def test_the_verdict_follows_the_interval(
    cast: Cast, two: tuple[RewardModel, RewardModel], low: float, high: float, says: str
):
    difference = {"value": (low + high) / 2, "low": low, "high": high}
    make_comparison(*two, make_run(result={**BESIDE, "difference": difference}))

    assert says in words(cast.client(cast.lead).get(page_of(two)))


def test_one_that_failed_says_why_and_is_asked_for_again(
    cast: Cast, two: tuple[RewardModel, RewardModel]
):
    failed = make_run("compare_rewards", state=RunState.FAILED, columns={"error": "no room"})
    make_comparison(*two, failed)
    client = cast.client(cast.lead)

    said = words(client.get(page_of(two)))
    client.post(
        reverse("rewards:compare_rewards", args=[two[0].uuid]), {"against": str(two[1].uuid)}
    )

    assert "no room" in said
    assert EngineRun.objects.get(pk=failed.pk).state == RunState.REQUESTED


def test_progress_loads_the_page_anew_once_it_has_ended(
    cast: Cast, two: tuple[RewardModel, RewardModel]
):
    make_comparison(*two)

    answer = cast.client(cast.lead).get(page_of(two, "comparison_progress"))

    assert answer.headers["HX-Refresh"] == "true"


def test_the_page_asks_as_much_however_much_changed(
    cast: Cast,
    two: tuple[RewardModel, RewardModel],
    django_assert_num_queries: DjangoAssertNumQueries,
):
    many = {**BESIDE, "gained": [dict(one) for one in BESIDE["gained"] for _ in range(9)]}  # type: ignore[attr-defined]  # a list
    found = make_comparison(*two)
    client = cast.client(cast.lead)
    for result in (BESIDE, many):
        EngineRun.objects.filter(pk=found.run.pk).update(result=result)
        with django_assert_num_queries(10):
            client.get(page_of(two))
