"""One resampling, many slices and figures: what each alone would give, and what changes."""

import numpy as np
import pytest

from commons.stats.cutting import Before, Cuts, Summed, cuts_of, ratio
from commons.stats.resampling import ratios_by_slice
from tests.simulating import assert_covers


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def test_a_slice_has_the_figure_that_it_has_alone() -> None:
    """Six cells in two rows of three; facets are the rows, the columns and the cells."""
    rng = generator()
    cells, prompts = rng.integers(0, 6, 4_000), rng.integers(0, 900, 4_000)
    below = rng.random(4_000) + 0.5
    above = below * (rng.random(4_000) < 0.2 + cells / 10)
    facets = {"row": np.arange(6) // 3, "column": np.arange(6) % 3, "cell": np.arange(6)}

    cuts = cuts_of(
        {"share": Summed(np.column_stack([above, below]), prompts, cells, ratio)},
        facets,
        rng=rng,
        rounds=400,
    )

    for name, slices in facets.items():
        found = cuts.of["share", name]
        alone = ratios_by_slice(
            above, below, slices=slices[cells], prompts=prompts, rng=rng, rounds=400
        )
        assert found.keys.tolist() == alone.keys.tolist()
        assert found.n.tolist() == alone.n.tolist()
        assert found.values == pytest.approx(alone.values)
        assert found.lows == pytest.approx(alone.lows, abs=0.02)
        assert found.highs == pytest.approx(alone.highs, abs=0.02)


def test_a_slice_of_too_few_prompts_is_left_out_and_says_how_many() -> None:
    """Nine observations of nine prompts, seven in one slice; two observations of one prompt."""
    cells, prompts = np.repeat([0, 1, 2], [7, 2, 2]), np.array([*range(9), 9, 9])
    rows = np.ones((11, 2))

    cut = cuts_of(
        {"share": Summed(rows, prompts, cells, ratio)}, {"": np.arange(3)}, rng=generator()
    ).of["share", ""]

    assert (cut.keys.tolist(), cut.n.tolist()) == ([0], [7])
    assert (cut.left_out.tolist(), cut.left_out_n.tolist()) == ([1, 2], [2, 1])


def test_what_is_undefined_has_no_figure_and_is_not_left_out_for_its_size() -> None:
    rows = np.zeros((6, 2))

    cut = cuts_of(
        {"share": Summed(rows, np.arange(6), np.zeros(6, np.int64), ratio)},
        {"": np.zeros(1, np.int64)},
        rng=generator(),
    ).of["share", ""]

    assert (cut.keys.tolist(), cut.left_out.tolist()) == ([], [])


def changes(
    rng: np.random.Generator, *, prompts: int, shared: float, rise: float, rounds: int
) -> Cuts:
    """Two weeks; of each prompt two observations, both of one week or one of each; how hard a
    prompt is moves both. Three of four come out well in the first week, and by ``rise`` more often
    in the second."""
    at = np.repeat(np.arange(prompts), 2)
    apart = rng.random(prompts) < shared
    week = np.repeat((rng.random(prompts) < 0.5).astype(np.int64), 2)
    week[1::2] = np.where(apart, 1 - week[::2], week[1::2])
    hard = rng.choice([-0.2, 0.2], prompts)
    well = rng.random(len(at)) < 0.7 + rise * week + hard[at] / 2
    rows = np.column_stack([well, np.ones(len(at))])
    before = Before("share", "week", np.zeros(2, np.int64), np.arange(2))
    return cuts_of(
        {"share": Summed(rows, at, week, ratio)},
        {"week": np.arange(2)},
        rng=rng,
        rounds=rounds,
        before=(before,),
    )


def test_a_change_is_of_the_slice_before_it_on_its_line() -> None:
    """Cells are (line, time): (0, 3), (0, 1), (1, 2), (0, 9), which is too small, and (1, 5)."""
    cells = np.repeat(np.arange(5), [6, 6, 6, 2, 6])
    rows = np.column_stack([np.repeat([0.9, 0.4, 0.5, 1.0, 0.1], [6, 6, 6, 2, 6]), np.ones(26)])
    before = Before("share", "", np.array([0, 0, 1, 0, 1]), np.array([3, 1, 2, 9, 5]))

    found = cuts_of(
        {"share": Summed(rows, np.arange(26), cells, ratio)},
        {"": np.arange(5)},
        rng=generator(),
        before=(before,),
    ).changes[""]

    told = sorted((each.since, each.key, round(each.estimate.value, 6)) for each in found)
    assert told == [(1, 0, 0.5), (2, 4, -0.4)]
    assert all(each.estimate.low == pytest.approx(each.estimate.value) for each in found)


def test_what_a_prompt_has_in_common_with_itself_cancels_out_of_a_change() -> None:
    """Each prompt stands in both weeks with the same value: no change, whatever is drawn."""
    value = generator().random(50)
    rows = np.column_stack([np.tile(value, 2), np.ones(100)])
    before = Before("share", "", np.zeros(2, np.int64), np.arange(2))

    [found] = cuts_of(
        {"share": Summed(rows, np.tile(np.arange(50), 2), np.repeat([0, 1], 50), ratio)},
        {"": np.arange(2)},
        rng=generator(),
        before=(before,),
    ).changes[""]

    assert found.estimate.low == pytest.approx(0, abs=1e-6)
    assert found.estimate.high == pytest.approx(0, abs=1e-6)
    assert found.estimate.n == 50


@pytest.mark.parametrize("shared", [0.0, 0.6])
@pytest.mark.parametrize("rise", [0.0, 0.1])
def test_intervals_of_a_change_hold_the_truth(
    shared: float, rise: float, replications: int
) -> None:
    rng = generator()

    held = []
    for _ in range(replications):
        cuts = changes(rng, prompts=300, shared=shared, rise=rise, rounds=300)
        [found] = cuts.changes["week"]
        held.append(found.estimate.low <= rise <= found.estimate.high)

    assert_covers(held)
