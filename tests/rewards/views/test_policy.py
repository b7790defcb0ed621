"""Policies: promoted, held, rolled back to, each confirmed, with a reason, and recorded."""

import pytest
from django.urls import reverse

from rewards.enums import Act, PolicyState
from rewards.models import Decision, Policy
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import COMPARISON, make_policy


def page_of(policy: Policy) -> str:
    return reverse("rewards:policy", args=[policy.uuid])


def act_on(policy: Policy, act: str) -> str:
    return reverse("rewards:decide", args=[policy.uuid, act])


def states(cast: Cast) -> dict[int, str]:
    return dict(cast.track.policies.values_list("number", "state"))


def test_a_policy_is_there_for_the_leads_of_its_track(cast: Cast):
    policy = make_policy(cast.track)

    assert cast.statuses(page_of(policy)) == ONLY_ITS_LEADS
    assert cast.statuses(act_on(policy, Act.PROMOTE)) == ONLY_ITS_LEADS


def test_a_person_promotes_a_policy_with_a_reason(cast: Cast):
    policy, client = make_policy(cast.track, comparison=COMPARISON), cast.client(cast.lead)
    assert "Promote: policy 1 of “Everyday”?" in words(client.get(act_on(policy, "promote")))

    answer = client.post(act_on(policy, "promote"), {"reason": "I have read its answers."})

    decision = Decision.objects.get()
    assert answer.headers["Location"] == page_of(policy)
    assert states(cast) == {0: PolicyState.RETIRED, 1: PolicyState.PROMOTED}
    assert (decision.act, decision.by, decision.reasons) == (
        Act.PROMOTE,
        cast.lead,
        ["I have read its answers."],
    )
    assert "lead promoted policy 1" in words(client.get(page_of(policy)))


def test_a_decision_wants_a_reason(cast: Cast):
    policy = make_policy(cast.track)

    answer = cast.client(cast.lead).post(act_on(policy, "promote"), {"reason": " "})

    assert answer.status_code == 422
    assert states(cast) == {0: PolicyState.PROMOTED, 1: PolicyState.CANDIDATE}


def test_a_person_holds_a_policy(cast: Cast):
    policy = make_policy(cast.track)

    cast.client(cast.lead).post(act_on(policy, "hold"), {"reason": "It rambles."})

    assert states(cast) == {0: PolicyState.PROMOTED, 1: PolicyState.HELD}


def test_a_person_rolls_back_to_a_retired_policy(cast: Cast):
    policy, client = make_policy(cast.track), cast.client(cast.lead)
    client.post(act_on(policy, "promote"), {"reason": "Better."})
    base = cast.track.policies.get(number=0)

    client.post(act_on(base, "roll-back"), {"reason": "Not better after all."})

    assert states(cast) == {0: PolicyState.PROMOTED, 1: PolicyState.RETIRED}


def test_the_policy_in_service_is_not_held(cast: Cast):
    serving = cast.track.policies.get(number=0)

    answer = cast.client(cast.lead).post(act_on(serving, "hold"), {"reason": "Why not."})

    assert answer.status_code == 422
    assert "It is in service; promote or roll back to another one instead." in words(answer)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_nobody_else_decides(cast: Cast, who: str):
    policy = make_policy(cast.track)

    answer = cast.client(getattr(cast, who)).post(act_on(policy, "promote"), {"reason": "Mine."})

    assert answer.status_code == 404
    assert states(cast) == {0: PolicyState.PROMOTED, 1: PolicyState.CANDIDATE}


def test_an_act_that_is_none_is_not_found(cast: Cast):
    assert cast.client(cast.lead).get(act_on(make_policy(cast.track), "sell")).status_code == 404


def test_a_policy_offers_what_its_state_allows(cast: Cast):
    base, policy = cast.track.policies.get(number=0), make_policy(cast.track)
    client = cast.client(cast.lead)

    offered = [
        [str(act) for act, _ in client.get(page_of(each)).context["acts"]]
        for each in (base, policy)
    ]

    assert offered == [[], ["promote", "hold"]]


def test_a_policy_shows_answers_of_both_side_by_side(cast: Cast):
    policy = make_policy(cast.track, comparison=COMPARISON)

    said = words(cast.client(cast.lead).get(page_of(policy)))

    assert "New policy +1.50 Seven. In service −0.50 Nine." in said


def test_languages_details_and_perplexity_are_told_beside_one_another(cast: Cast):
    """What a small model gains by, and whether it forgets how experts write."""
    told = COMPARISON | {
        "by_language": {
            "de": {"value": 0.4, "error": 0.05, "prompts": 12},
            "": {"value": 0.6, "error": 0.05, "prompts": 68},
        },
        "unsupported": {
            "all": {
                "policy_count": 31,
                "against_count": 19,
                "more": {"value": 0.15, "low": 0.02, "high": 0.28},
            }
        },
        "perplexity": {
            "policy": 9.5,
            "against": 8.25,
            "demonstrations": 40,
            "ratio": {"value": 1.15, "low": 1.05, "high": 1.26},
        },
    }
    policy = make_policy(cast.track, comparison=told)

    said = words(cast.client(cast.lead).get(reverse("rewards:policy", args=[policy.uuid])))

    assert "de 40.0 % 30.2 to 49.8 % 12" in said
    assert "No language named 60.0 % 50.2 to 69.8 % 68" in said
    assert "The new answers name 31 figures, names and links" in said
    assert "hold, the old 19; an answer has +0.02 to +0.28 more of them" in said
    assert "On 40 held-out demonstrations the new policy has 9.50, the old 8.25" in said
