"""Old and new answers side by side, put before a person who decides."""

from django.urls import reverse

from rewards.enums import Act
from rewards.models import Policy
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import COMPARISON, make_policy


def page_of(policy: Policy) -> str:
    return reverse("rewards:answers", args=[policy.uuid])


def compared_with(**sample: object) -> dict[str, object]:
    standing = {
        "prompt": [{"role": "user", "content": "When was it?"}],
        "policy": "In 1891, says Marie Curie.",
        "against": "I'm sorry, but I cannot help with that.",
        "policy_score": 1.5,
        "against_score": -0.5,
    }
    return {**COMPARISON, "samples": [{**standing, **sample}]}


def test_answers_are_there_for_the_leads_of_their_track(cast: Cast):
    assert cast.statuses(page_of(make_policy(cast.track))) == ONLY_ITS_LEADS


def test_either_answer_stands_with_what_stands_out_in_it(cast: Cast):
    policy = make_policy(cast.track, comparison=compared_with())

    said = words(cast.client(cast.lead).get(page_of(policy)))

    assert "1 of 1" in said
    assert (
        "New policy +1.50 In 1891, says Marie Curie. Not in the prompt: 1891, Marie Curie" in said
    )
    assert "In service −0.50 declines I'm sorry, but I cannot help with that." in said


def test_a_policy_that_was_not_compared_has_none_and_says_so(cast: Cast):
    policy = make_policy(cast.track)

    assert "No answers yet" in words(cast.client(cast.lead).get(page_of(policy)))


def test_what_a_model_wrote_is_never_markup(cast: Cast):
    policy = make_policy(cast.track, comparison=compared_with(policy="<script>alert(1)</script>"))

    page = cast.client(cast.lead).get(page_of(policy)).content.decode()

    assert "<script>alert(1)" not in page


def test_who_promotes_is_shown_where_to_read_first(cast: Cast):
    policy, client = make_policy(cast.track, comparison=compared_with()), cast.client(cast.lead)

    def asked(act: Act) -> str:
        return client.get(reverse("rewards:decide", args=[policy.uuid, act])).content.decode()

    assert page_of(policy) in asked(Act.PROMOTE)
    assert page_of(policy) not in asked(Act.HOLD)
    assert (
        page_of(policy)
        in client.get(reverse("rewards:policy", args=[policy.uuid])).content.decode()
    )
