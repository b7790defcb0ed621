"""Each slice has the figures that its rankings have alone, and says what chance gives there."""

import numpy as np
import pytest

from annotate.stats.agreement.alpha import Metric, krippendorff_alpha, units_of_choices
from annotate.stats.agreement.concordance import concordance
from annotate.stats.agreement.pairwise import chance_of, pairwise, tau_b, tie_share
from annotate.stats.agreement.rankings import Rankings, doubles_of
from annotate.stats.arrays import Flags
from annotate.stats.quality import parts
from annotate.stats.quality.doubled import Doubled
from annotate.stats.quality.facets import TIES, ByFacet, Slice, SmallSlice, by_facet
from annotate.stats.quality.pairs import pairs_of_raters
from annotate.stats.quality.parts import rater_parts
from commons.stats.bootstrap import Estimate
from commons.stats.cutting import Before, Summed, cuts_of, ratio
from tests.annotate.stats.agreement.judging import rankings_by, rows
from tests.simulating import assert_covers


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def doubled_of(rankings: Rankings, *, weeks: int = 3) -> Doubled:
    """Skills in turn, languages in two halves, weeks one after the other."""
    task = rankings.tasks
    return Doubled(
        rankings,
        task % 2,
        task // 7 % 2,
        task * weeks // (int(task.max()) + 1),
        (rankings.tiers >= -1).sum(axis=1),
    )


def cut(doubled: Doubled) -> ByFacet:
    return by_facet(doubled, doubles_of(doubled.rankings), rng=generator())


def alone(measure: str, rankings: Rankings) -> tuple[Estimate, float]:
    """A figure by the function that tells it overall, and what chance gives."""
    rng = generator()
    if measure == "agreement":
        whole = pairwise(rankings, ties=TIES).overall(rng=rng)
        return whole, chance_of(tie_share(rankings), TIES)
    if measure == "tau":
        return tau_b(rankings).overall(rng=rng), 0.0
    if measure == "alpha":
        units = units_of_choices(rankings)
        return krippendorff_alpha(units, metric=Metric.ORDINAL, rng=rng), 0.0
    found = concordance(rankings, rng=rng)
    return found.estimate, found.chance


def rows_of(each: Slice, doubled: Doubled) -> Flags:
    named = {"skill": doubled.skills, "language": doubled.languages, "week": doubled.weeks}
    kept = np.ones(len(doubled), dtype=np.bool_)
    for facet, at in zip(each.facet.split("+"), each.at, strict=True):
        kept &= named[facet] == at
    return kept


@pytest.mark.parametrize("raters", [2, 3])
def test_a_slice_has_the_figures_of_its_rankings_alone(raters: int) -> None:
    """Rankings are weighted: half of all tasks had a chance of one half to be doubled."""
    plain = rankings_by(generator(), tasks=240, raters=raters, answers=4)
    weighted = Rankings(
        plain.tasks,
        plain.prompts,
        plain.raters,
        plain.tiers,
        plain.tasks // 3 % 2 + np.ones(240 * raters),
    )
    doubled = doubled_of(weighted)

    found = [each for each in cut(doubled).slices if each.facet != "kind"]

    assert len(found) == 4 * (2 + 2 + 3 + 4 + 6 + 6 + 12)
    for each in found:
        whole, chance = alone(each.measure, doubled.where(rows_of(each, doubled)).rankings)
        assert each.estimate.value == pytest.approx(whole.value)
        assert each.estimate.n == whole.n
        assert each.chance == pytest.approx(chance)
        wide = whole.high - whole.low
        assert each.estimate.low == pytest.approx(whole.low, abs=0.05 + wide / 3)
        assert each.estimate.high == pytest.approx(whole.high, abs=0.05 + wide / 3)


def test_every_measure_is_told_by_how_many_answers_were_offered() -> None:
    doubled = doubled_of(rankings_by(generator(), tasks=60, answers=4))

    found = [each for each in cut(doubled).slices if each.facet == "kind"]

    assert [(each.measure, each.part) for each in found] == [
        (measure, "4") for measure in ("agreement", "tau", "alpha", "w")
    ]


def test_a_slice_of_too_few_prompts_has_no_figure_and_is_listed() -> None:
    """Twenty tasks of one skill, four of another."""
    rankings = rankings_by(generator(), tasks=24, unplaced=0.0)
    skill = (rankings.tasks >= 20).astype(np.int64)
    none = np.zeros(48, dtype=np.int64)

    found = cut(Doubled(rankings, skill, none, none, none + 3))

    told = {each.at for each in found.slices if each.facet == "skill"}
    assert told == {(0,)}
    assert [each for each in found.left_out if each.facet == "skill"] == [
        SmallSlice("skill", (1,), "", 4)
    ]


def test_what_is_judged_over_two_weeks_is_of_the_later_one() -> None:
    """Twelve tasks with a first judgement in one week and a second in the next; alike, always."""
    rankings = rows(*[[0, 1]] * 24, tasks=[*range(12), *range(12)])
    none, weeks = np.zeros(24, dtype=np.int64), np.repeat([5, 6], 12)

    found = cut(Doubled(rankings, none, none, weeks, none + 2))

    by_week = {
        (each.measure, each.at): each.estimate.n for each in found.slices if each.facet == "week"
    }
    assert by_week == {
        (measure, (6,)): 12 for measure in ("agreement", "tau", "alpha", "w")
    }  # each answer is as often the better one, by which way round a pair may stand: α is 1


def test_a_week_is_laid_beside_the_one_before_it_that_has_a_figure() -> None:
    """Weeks 0, 1 and 3; all alike but in the last, in which all differ. Week 2 has two prompts."""
    tasks = np.repeat(np.arange(32), 2)
    week = np.repeat(np.repeat([0, 1, 2, 3], [10, 10, 2, 10]), 2)
    second = (np.arange(64) % 2 == 1) & (week == 3)
    tiers = np.where(second[:, None], [1, 0], [0, 1])
    rankings = rows(*tiers.tolist(), tasks=tasks.tolist())
    none = np.zeros(64, dtype=np.int64)

    found = cut(Doubled(rankings, none, none, week, none + 2))

    assert [
        (each.at, each.since, each.estimate.value) for each in found.changes if each.facet == "week"
    ] == [((1,), 0, 0.0), ((3,), 1, -1.0)]


def test_intervals_of_a_change_hold_the_truth(replications: int) -> None:
    """Three raters of a task, the third a week late for a third of them, so that weeks share
    prompts; in the second week people see less well."""
    rng = generator()

    def change(tasks: int) -> Estimate:
        first = rankings_by(rng, tasks=tasks, raters=3, signal=2.0)
        second = rankings_by(rng, tasks=tasks, raters=3, signal=1.0)
        task = np.concatenate([first.tasks, second.tasks + tasks])
        rater = np.concatenate([first.raters, second.raters])
        tiers = np.concatenate([first.tiers, second.tiers])
        rankings = Rankings(task, task, rater, tiers, np.ones(len(task)))
        doubles = doubles_of(rankings)
        late = (rater == 2) & (task % 3 == 0) | (task >= tasks)
        week = np.maximum(late[doubles.one], late[doubles.other]).astype(np.int64)
        found = pairwise(rankings, ties=TIES, doubles=doubles)
        told = found.counts > 0
        sums = np.column_stack([found.sums, found.counts])[told]
        weeks = {"week": np.arange(2)}
        before = Before("agreement", "week", np.zeros(2, np.int64), np.arange(2))
        measured = {"agreement": Summed(sums, found.prompts[told], week[told], ratio)}
        [each] = cuts_of(measured, weeks, rng=rng, before=(before,)).changes["week"]
        return each.estimate

    truth = change(100_000).value

    held = [
        found.low <= truth <= found.high for found in (change(120) for _ in range(replications))
    ]

    assert_covers(held)


def test_intervals_of_a_slice_hold_the_truth(replications: int) -> None:
    """Of one of two skills, with what is cut of two weeks beside it."""
    rng = generator()
    large = rankings_by(rng, tasks=100_000)
    truth = {measure: alone(measure, large)[0].value for measure in ("alpha", "w", "tau")}

    held: dict[str, list[bool]] = {measure: [] for measure in truth}
    for _ in range(replications):
        for each in cut(doubled_of(rankings_by(rng, tasks=300), weeks=2)).slices:
            if each.measure in truth and (each.facet, each.at) == ("skill", (0,)):
                low, high = each.estimate.low, each.estimate.high
                held[each.measure].append(low <= truth[each.measure] <= high)

    for found in held.values():
        assert len(found) == replications
        assert_covers(found)


def of_two(rankings: Rankings, one: int, other: int) -> Rankings:
    kept = (rankings.raters == one) | (rankings.raters == other)
    return Rankings(
        rankings.tasks[kept],
        rankings.prompts[kept],
        rankings.raters[kept],
        rankings.tiers[kept],
        rankings.weights[kept],
    )


def test_two_raters_have_the_figures_of_what_they_judged_alone() -> None:
    rankings = rankings_by(generator(), tasks=40, raters=3, answers=4)

    found = pairs_of_raters(doubled_of(rankings), rng=generator())

    assert [(each.one, each.other) for each in found] == [(0, 1), (0, 2), (1, 2)]
    for each in found:
        mine = of_two(rankings, each.one, each.other)
        agreement, chance = alone("agreement", mine)
        assert each.agreement.value == pytest.approx(agreement.value)
        assert each.agreement.n == agreement.n
        assert each.chance == pytest.approx(chance)
        for measure in ("tau", "alpha", "w"):
            whole, _ = alone(measure, mine)
            assert each.figures[measure].value == pytest.approx(whole.value)
            assert each.figures[measure].n == whole.n


def test_two_who_share_nine_prompts_have_no_figure() -> None:
    rankings = rankings_by(generator(), tasks=9, unplaced=0.0)

    assert pairs_of_raters(doubled_of(rankings), rng=generator()) == []


def test_a_rater_agrees_in_each_part_as_with_what_they_judged_there() -> None:
    """Of rater 0 everything that they share with somebody."""
    doubled = doubled_of(rankings_by(generator(), tasks=120, raters=3, unplaced=0.0))

    found = {
        (each.rater, each.facet, each.at): each
        for each in rater_parts(doubled, rng=generator()).told
    }

    skill = found[0, "skill", (1,)]
    both = found[0, "skill+language", (1, 0)]
    inside = (doubled.skills == 1) & (doubled.languages == 0)
    assert skill.agreement.value == pytest.approx(with_others(doubled.where(doubled.skills == 1)))
    assert skill.agreement.n == 60
    assert both.agreement.value == pytest.approx(with_others(doubled.where(inside)))
    assert all(each.agreement.n >= 10 for each in found.values())


def test_of_very_many_parts_all_from_so_many_prompts_on_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three raters who judge all: 120 prompts in three weeks are 40 each, of each skill 60."""
    doubled = doubled_of(rankings_by(generator(), tasks=120, raters=3, unplaced=0.0))
    monkeypatch.setattr(parts, "MOST_PARTS", 14)

    found = rater_parts(doubled, rng=generator())

    kept = [(each.facet, each.agreement.n) for each in found.told]
    assert {facet for facet, _ in kept} == {"skill", "language"}
    assert (len(kept), found.least) == (12, 41)
    monkeypatch.undo()
    assert rater_parts(doubled, rng=generator()).least == 10


def with_others(doubled: Doubled, rater: int = 0) -> float:
    doubles, raters = doubles_of(doubled.rankings), doubled.rankings.raters
    found = pairwise(doubled.rankings, ties=TIES, doubles=doubles)
    mine = (raters[doubles.one] == rater) | (raters[doubles.other] == rater)
    return float(found.sums[mine].sum() / found.counts[mine].sum())
