"""What is fitted beside the rewards, and what of it never leaves."""

import math

import pytest
import torch

from rewards.engine.batches import Batch, batch_of
from rewards.engine.errors import BadConfig
from rewards.engine.groups import Group
from rewards.engine.objective import Asked, Objective, fitted_coefficients
from rewards.engine.ways import PaddedWay

EVEN = torch.zeros(2)


def pair(
    *, longer: float = 0.0, target: float = 1.0, rater: str = "a", margin: float = 0.0
) -> Group:
    """The first of two answers is the better one, and ``longer`` in log characters."""
    covariates = [[longer, 0.0], [0.0, 0.0]]
    return Group([1], [[2], [3]], [0], [1], [target], [margin], [1.0], rater, covariates)


def batched(*groups: Group) -> Batch:
    raters = {name: at for at, name in enumerate(sorted({g.rater for g in groups}))}
    return batch_of(groups, PaddedWay(0).lay(groups), raters=raters)


def test_plain_bradley_terry_fits_nothing_beside() -> None:
    plain = Objective(Asked(), [pair()], raters=1)

    assert list(plain.parameters()) == []
    assert plain.found() == {}
    assert plain.reliabilities({"a": 0}) == {}
    assert plain.loss(EVEN, batched(pair())).item() == pytest.approx(math.log(2))


def test_what_length_explains_is_known_from_the_first_step_on() -> None:
    """Three of four times the answer longer by 1 wins: b is log 3, but for a little ridge."""
    groups = [pair(longer=1.0)] * 3 + [pair(longer=-1.0)]

    found = fitted_coefficients(groups, torch.ones(2)).tolist()

    assert found == [pytest.approx(math.log(3), abs=0.02), 0.0]


def test_covariates_that_tell_all_have_a_finite_coefficient() -> None:
    found = fitted_coefficients([pair(longer=1.0)] * 4, torch.ones(2))

    assert found.isfinite().all()
    assert found[0] > 3


def test_the_score_that_leaves_has_no_part_of_the_covariates() -> None:
    """The loss takes the longer answer for 3/4 likely where the rewards are even."""
    groups = [pair(longer=1.0)] * 3 + [pair(longer=-1.0)]
    objective = Objective(Asked(drop_covariates=True), groups, raters=1)
    batch = batched(groups[0])

    utility = objective.utility(EVEN, batch)

    assert objective.loss(EVEN, batch).item() == pytest.approx(math.log(4 / 3), abs=0.01)
    assert (utility[0] - utility[1]).item() == pytest.approx(math.log(3), abs=0.02)
    told = objective.found()["covariates"]
    assert told == {
        "log_characters": pytest.approx(math.log(3), abs=0.02),
        "markdown_density": 0.0,
    }


def test_nu_begins_where_as_many_ties_are_expected_as_there_are() -> None:
    """One tie of five pairs, and one of three that are thought of: 1/4 is nu / (2 + nu) at 2/3."""
    groups = [pair(target=0.5), *[pair()] * 4]
    objective = Objective(Asked(ties="davidson"), groups, raters=1)

    tied = objective.loss(EVEN, batched(pair(target=0.5))).item()

    assert objective.found()["tie_nu"] == pytest.approx(2 / 3)
    assert math.exp(-tied) == pytest.approx(1 / 4)


def test_whom_nobody_can_believe_is_found_by_what_was_heard_of_them() -> None:
    """Rewards are given: rater a says what they say, rater c the opposite half of the time.

    With the prior's seven votes of eight, 47 of 48 and 27 of 48.
    """
    honest = [pair(rater="a")] * 40
    careless = [pair(rater="c"), pair(rater="c", target=0.0)] * 20
    groups = honest + careless
    objective = Objective(Asked(reliability=True), groups, raters=2)
    batch = batched(*groups)
    rewards = torch.tensor([9.0, -9.0]).repeat(len(groups))

    objective.heard += objective.heard_in(rewards, batch)

    found = objective.reliabilities({"a": 0, "c": 1})
    assert found == {"a": pytest.approx(47 / 48, abs=0.01), "c": pytest.approx(27 / 48, abs=0.01)}


def test_ties_and_even_rewards_say_nothing_of_a_rater() -> None:
    objective = Objective(Asked(reliability=True, ties="davidson"), [pair()], raters=1)

    tied = objective.heard_in(torch.tensor([3.0, -3.0]), batched(pair(target=0.5)))
    even = objective.heard_in(EVEN, batched(pair()))

    assert tied.abs().max() == 0
    assert (even - even[0, 0]).abs().max() < 1e-6


def test_the_pairs_of_a_ranking_are_as_many_votes_as_it_has_answers_but_one() -> None:
    """Three answers, three pairs, two votes: the same as two pairs that are alone."""
    three = Group([1], [[2], [3], [4]], [0, 0, 1], [1, 2, 2], [1.0] * 3)
    objective = Objective(Asked(reliability=True), [three], raters=1)
    far = torch.tensor([40.0, 0.0, -40.0])

    found = objective.heard_in(far, batched(three))

    alone = objective.heard_in(torch.tensor([40.0, 0.0] * 2), batched(pair(), pair()))
    assert torch.allclose(found, alone, atol=1e-4)


def test_who_is_not_believed_teaches_less() -> None:
    objective = Objective(Asked(reliability=True), [pair()], raters=1)
    batch = batched(*[pair(), pair(target=0.0)] * 20)
    slopes = []
    for _ in range(2):
        rewards = torch.zeros(2, requires_grad=True)
        objective.loss(rewards, batched(pair())).backward()
        assert rewards.grad is not None
        slopes.append(rewards.grad[0].abs().item())
        objective.heard += objective.heard_in(torch.tensor([9.0, -9.0] * 40), batch)

    assert slopes[1] < slopes[0] / 3


def test_held_out_rankings_are_judged_as_if_by_people_who_never_err() -> None:
    objective = Objective(Asked(reliability=True), [pair()], raters=1)
    batch = batched(pair())
    rewards = torch.tensor([math.log(3), 0.0])

    assert objective.unlikelihood(rewards, batch).item() == pytest.approx(math.log(4 / 3))
    assert objective.loss(rewards, batch) > objective.unlikelihood(rewards, batch)


def test_the_batches_of_a_step_add_up_to_it() -> None:
    """The centring counts once a step, however it is cut."""
    groups = [pair(longer=1.0, rater="a"), pair(rater="b", margin=0.5), pair(target=0.5)]
    asked = Asked(ties="davidson", centring=0.1, drop_covariates=True, reliability=True)
    objective, way = Objective(asked, groups, raters=2), PaddedWay(0)
    raters = {"a": 0, "b": 1}
    rewards = torch.tensor([1.0, 0.5, -0.5, 0.25, 2.0, 1.0])

    whole = objective.loss(rewards, batch_of(groups, way.lay(groups), raters=raters))
    parts = [
        objective.loss(
            rewards[start : start + 2 * len(part)],
            batch_of(part, way.lay(part), step=3, raters=raters),
        )
        for start, part in ((0, groups[:1]), (2, groups[1:]))
    ]

    assert sum(part.item() for part in parts) == pytest.approx(whole.item(), abs=1e-6)


def test_a_rater_begins_as_the_prior_has_it() -> None:
    """Beta(8, 2) is highest at 7/8."""
    objective = Objective(Asked(reliability=True), [pair()], raters=1)

    assert objective.reliabilities({"a": 0}) == {"a": pytest.approx(7 / 8, abs=0.01)}


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"loss": "hinge"}, "'loss' must be one of bradley_terry, plackett_luce, not 'hinge'"),
        ({"ties": "win"}, "'ties' must be one of soft, davidson, drop, not 'win'"),
        ({"centring": -1.0}, "'centring' must be 0 or more"),
        ({"loss": "plackett_luce", "reliability": True}, "no margins, no reliability and one way"),
        ({"loss": "plackett_luce", "ties": "davidson"}, "choose bradley_terry"),
    ],
)
def test_what_does_not_go_together_is_refused(asked: dict[str, object], refusal: str) -> None:
    with pytest.raises(BadConfig, match=refusal):
        Asked(**asked)  # type: ignore[arg-type]
