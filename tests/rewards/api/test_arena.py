"""Programs take a contest, vote and read how policies stand: each what they may, and no more."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from annotate.models import Candidate
from commons.models import Scope, User
from commons.tokens import Lifetime, make_token
from rewards.models import Arena, Policy
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast
from tests.rewards.views.conftest import cast as cast  # the fixture
from tests.rewards.views.making import make_arena, make_policy
from tests.rewards.views.test_arena import contests, hold
from tests.rewards.views.test_arena import pairs as pairs  # the fixture

pytestmark = pytest.mark.django_db


def address(cast: Cast) -> str:
    return reverse("rewards_api:arena", args=[cast.track.uuid])


def headers(person: User, scope: Scope) -> dict[str, str]:
    made = make_token(by=person, name=uuid4().hex, scopes=[scope], lifetime=Lifetime.WEEK)
    return {"Authorization": f"Bearer {made.key}"}


def send(person: User, path: str, **said: object) -> Any:
    answer = Client().post(
        f"/api/v1/{path}",
        said,
        content_type="application/json",
        headers={**headers(person, Scope.WORK), "Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code < 300, answer.content
    return answer.json()


def standing(cast: Cast) -> Any:
    return Client().get(address(cast), headers=headers(cast.lead, Scope.READ)).json()


def test_it_is_for_the_leads_of_the_track(pairs: Cast) -> None:
    make_arena(pairs.track, pairs.campaign)

    assert pairs.statuses(address(pairs)) == ONLY_ITS_LEADS
    assert Client().get(address(pairs)).status_code == 401


def test_a_token_for_work_alone_reads_nothing(pairs: Cast) -> None:
    answer = Client().get(address(pairs), headers=headers(pairs.lead, Scope.WORK))

    assert answer.status_code == 403


def test_a_member_takes_a_contest_and_votes_blind(pairs: Cast) -> None:
    """Where voters are told afterwards, too: a page tells them, and no answer of the API does."""
    arena, policy = make_arena(pairs.track, pairs.campaign), make_policy(pairs.track)
    Arena.objects.update(tells_voters=True)
    contest = hold(pairs, arena, policy, pairs.track.policies.get(number=0))

    item = send(pairs.member, "tasks/take", kind="rank", campaign=str(pairs.campaign.uuid))
    ours = Candidate.objects.get(source=f"policy:{policy.uuid}").uuid
    order = sorted(item["candidates"], key=lambda each: each["id"] != str(ours))
    tiers = [[each["id"]] for each in order]
    done = send(pairs.member, f"assignments/{item['id']}/submit", tiers=tiers)

    for said in (str(item), str(done)):
        assert not re.search(r"polic(y|ies)\b|arena|contest|propensity", said, re.I)
        assert str(policy.uuid) not in said
        assert str(contest.uuid) not in said
    (pair,) = standing(pairs)["pairs"]
    assert (pair["newer"], pair["votes"], pair["won"]) == (str(policy.uuid), 1, 1.0)


def test_the_numbers_are_those_of_the_page(pairs: Cast) -> None:
    """Six of eight: Wilson's interval is 0.409 to 0.929."""
    policy = contests(pairs, won=6, lost=2)
    base = Policy.objects.get(number=0)

    said = standing(pairs)

    (pair,) = said["pairs"]
    assert (pair["newer"], pair["older"]) == (str(policy.uuid), str(base.uuid))
    assert (pair["answered"], pair["votes"], pair["prompts"], pair["won"]) == (8, 8, 8, 0.75)
    assert (pair["low"], pair["high"]) == (
        pytest.approx(0.409, abs=1e-3),
        pytest.approx(0.929, abs=1e-3),
    )
    assert (said["campaign"], said["waiting"]) == (str(pairs.campaign.uuid), 0)
    assert {each["policy"] for each in said["ratings"]} == {str(policy.uuid), str(base.uuid)}
    assert [(each["best"], each["worst"]) for each in said["ratings"]] == [(1, 2), (1, 2)]


@pytest.mark.parametrize(("won", "lost"), [(6, 2), (20, 20)])
def test_ratings_have_a_second_interval_where_votes_are_enough(
    pairs: Cast, won: int, lost: int
) -> None:
    """Of eight votes with two lost ones some resamplings hold none of those; of forty all do."""
    contests(pairs, won=won, lost=lost)

    ratings = standing(pairs)["ratings"]

    for each in ratings:
        if lost == 2:
            assert (each["resampled_low"], each["resampled_high"]) == (None, None)
        else:
            resampled = [each["resampled_low"], each["resampled_high"]]
            assert resampled == pytest.approx([each["low"], each["high"]], abs=0.13)
            assert not {each["low"], each["high"]} & {*resampled}


def test_without_an_arena_or_votes_there_is_nothing(pairs: Cast) -> None:
    assert standing(pairs) == {
        "track": str(pairs.track.uuid),
        "campaign": None,
        "waiting": None,
        "tells_voters": None,
        "refusal": "",
        "pairs": [],
        "ratings": [],
    }
