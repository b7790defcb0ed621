"""What is fitted beside the rewards, and what of it never leaves."""

import math

import pytest
import torch

from rewards.engine.batches import Batch, batch_of
from rewards.engine.errors import BadConfig
from rewards.engine.groups import Group
from rewards.engine.objective import PRIOR, Asked, Objective, fitted_coefficients
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
    assert plain(EVEN, batched(pair())).item() == pytest.approx(math.log(2))


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

    assert objective(EVEN, batch).item() == pytest.approx(math.log(4 / 3), abs=0.01)
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

    tied = objective(EVEN, batched(pair(target=0.5))).item()

    assert objective.found()["tie_nu"] == pytest.approx(2 / 3)
    assert math.exp(-tied) == pytest.approx(1 / 4)


def test_whom_nobody_can_believe_is_found_by_descent() -> None:
    """Rewards are given: rater a says what they say, rater c the opposite half of the time."""
    honest = [pair(rater="a")] * 40
    careless = [pair(rater="c"), pair(rater="c", target=0.0)] * 20
    groups = honest + careless
    objective = Objective(Asked(reliability=True), groups, raters=2)
    batch = batched(*groups)
    rewards = torch.tensor([3.0, -3.0]).repeat(len(groups))
    descent = torch.optim.Adam(objective.parameters(), lr=0.1)

    for _ in range(300):
        descent.zero_grad()
        objective(rewards, batch).backward()
        descent.step()

    found = objective.reliabilities({"a": 0, "c": 1})
    assert found["a"] > 0.98
    assert found["c"] == pytest.approx(29 / 49, abs=0.01)  # 20 of 40, and nine honest votes before


def test_held_out_rankings_are_judged_as_if_by_people_who_never_err() -> None:
    objective = Objective(Asked(reliability=True), [pair()], raters=1)
    batch = batched(pair())
    rewards = torch.tensor([math.log(3), 0.0])

    assert objective.unlikelihood(rewards, batch).item() == pytest.approx(math.log(4 / 3))
    assert objective(rewards, batch) > objective.unlikelihood(rewards, batch)


def test_the_batches_of_a_step_add_up_to_it() -> None:
    """The prior and the centring count once a step, however it is cut."""
    groups = [pair(longer=1.0, rater="a"), pair(rater="b", margin=0.5), pair(target=0.5)]
    asked = Asked(ties="davidson", centring=0.1, drop_covariates=True, reliability=True)
    objective, way = Objective(asked, groups, raters=2), PaddedWay(0)
    raters = {"a": 0, "b": 1}
    rewards = torch.tensor([1.0, 0.5, -0.5, 0.25, 2.0, 1.0])

    whole = objective(rewards, batch_of(groups, way.lay(groups), raters=raters))
    parts = [
        objective(
            rewards[start : start + 2 * len(part)],
            batch_of(part, way.lay(part), step=3, raters=raters),
        )
        for start, part in ((0, groups[:1]), (2, groups[1:]))
    ]

    assert sum(part.item() for part in parts) == pytest.approx(whole.item(), abs=1e-6)


def test_a_rater_begins_as_the_prior_has_it() -> None:
    objective = Objective(Asked(reliability=True), [pair()], raters=1)

    assert objective.reliabilities({"a": 0}) == {"a": pytest.approx(PRIOR[0] / sum(PRIOR))}


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"loss": "hinge"}, "'loss' must be bradley_terry or plackett_luce, not 'hinge'"),
        ({"ties": "win"}, "'ties' must be soft or davidson or drop, not 'win'"),
        ({"centring": -1.0}, "'centring' must be 0 or more"),
        ({"loss": "plackett_luce", "reliability": True}, "no margins, no reliability and one way"),
        ({"loss": "plackett_luce", "ties": "davidson"}, "choose bradley_terry"),
    ],
)
def test_what_does_not_go_together_is_refused(asked: dict[str, object], refusal: str) -> None:
    with pytest.raises(BadConfig, match=refusal):
        Asked(**asked)  # type: ignore[arg-type]
