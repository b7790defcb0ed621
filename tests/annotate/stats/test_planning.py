import numpy as np
import pytest
from scipy import stats

from annotate.stats.agreement.pairwise import tau_b
from annotate.stats.planning import (
    ELO,
    Forecast,
    Need,
    cost_of,
    days_for,
    forecast,
    votes_to_fill,
    votes_to_narrow,
    votes_to_separate,
)
from commons.stats.bootstrap import Estimate
from commons.stats.errors import InconsistentData, NotEnoughData
from commons.stats.vote_ratings import Contests, rate_votes
from tests.annotate.stats.agreement.judging import rankings_by
from tests.simulating import assert_covers


def test_twenty_points_of_elo_by_hand() -> None:
    """.1151 logits; z are 1.96 and .8416; a vote tells p (1 - p) = .2492: 592.2 / .2492."""
    found = votes_to_separate(20 * ELO)

    assert found == Need(2377, 2377)


def test_what_is_known_already_is_not_asked_for_again() -> None:
    whole = votes_to_separate(0.4).votes
    a_third = votes_to_separate(0.4, error=np.sqrt(3) * 0.4 / 2.80158).votes

    assert a_third == pytest.approx(whole * 2 / 3, abs=2)
    assert votes_to_separate(0.4, error=0.01).votes == 0


def test_careless_raters_and_votes_that_hang_together_cost_votes() -> None:
    sure = votes_to_separate(0.4)

    assert votes_to_separate(0.4, consistency=0.75).votes == pytest.approx(4 * sure.votes, rel=0.06)
    twice = votes_to_separate(0.4, by_prompt=2.0, votes_a_prompt=4.0)
    assert twice.votes == pytest.approx(2 * sure.votes, abs=1)
    assert twice.prompts == -(-twice.votes // 4)


def test_so_many_votes_show_it_with_the_power_that_was_asked(replications: int) -> None:
    """A gap of .5: of all times the interval of the difference leaves out 0, 80 % should."""
    rng, votes = np.random.default_rng(7), votes_to_separate(0.5).votes
    first, second = np.zeros(votes, dtype=np.int64), np.ones(votes, dtype=np.int64)
    shown = 0
    for _ in range(replications):
        won = (rng.random(votes) < 1 / (1 + np.exp(-0.5))).astype(float)
        found = rate_votes(Contests(first, second, won, np.arange(votes)))
        shown += found.limits[0, 0] > 0

    least, most = stats.binom.interval(0.999, replications, 0.8)
    assert least <= shown <= most


def test_so_many_prompts_bring_the_interval_to_the_width_that_was_asked() -> None:
    rng = np.random.default_rng(7)
    now = tau_b(rankings_by(rng, tasks=300)).overall(rng=rng, rounds=1_000)

    need = votes_to_narrow(now, 0.04)
    then = tau_b(rankings_by(rng, tasks=300 + need.prompts)).overall(rng=rng, rounds=1_000)

    assert need.votes == 2 * need.prompts
    assert (then.high - then.low) / 2 == pytest.approx(0.04, rel=0.15)


def test_a_quarter_of_the_width_takes_sixteen_times_the_prompts() -> None:
    now = Estimate(0.5, 0.375, 0.625, 0.95, 100)

    assert votes_to_narrow(now, 0.03125, raters=3) == Need(4500, 1500)
    assert votes_to_narrow(now, 0.2) == Need(0, 0)


def test_the_held_out_set_is_filled_by_what_can_be_used() -> None:
    assert votes_to_fill(1_000, 400, raters=2, usable=0.8) == Need(1_500, 750)
    assert votes_to_fill(1_000, 1_200) == Need(0, 0)


def test_days_at_this_weeks_pace() -> None:
    """80, 120, 100 a day: mean 100, error 20 / √3, t of two degrees 4.3027: 50.3 to 149.7."""
    found = days_for(Need(1_000, 500), np.array([80.0, 120.0, 100.0]))

    reach = stats.t.ppf(0.975, 2) * 20 / np.sqrt(3)
    assert found.value == 10
    assert (found.low, found.high) == pytest.approx((1_000 / (100 + reach), 1_000 / (100 - reach)))


def test_a_pace_that_may_be_none_has_no_last_day() -> None:
    found = days_for(Need(10, 10), np.array([0.0, 10.0]))

    assert (found.value, found.high) == (2.0, None)
    assert found.low == pytest.approx(10 / (5 + stats.t.ppf(0.975, 1) * 5))


@pytest.mark.parametrize("freedom", [1, 2, 3, 6, 7, 30])
def test_students_t_is_that_of_scipy(freedom: int) -> None:
    daily = np.append(np.full(freedom, 100.0), 110.0)
    found = days_for(Need(1_000, 1), daily)

    mean, error = daily.mean(), daily.std(ddof=1) / np.sqrt(len(daily))
    assert found.low == pytest.approx(1_000 / (mean + stats.t.ppf(0.975, freedom) * error))


def test_the_end_of_a_week_by_hand() -> None:
    """80, 120, 100 a day: mean 100, s 20. Two days more: 50 + 200, and 20 √(2 + 4/3) times t of two
    degrees, 4.3027: 157.1 to either side. No less than is done already."""
    found = forecast(50, np.array([80.0, 120.0, 100.0]), 2.0)
    sure = forecast(150, np.array([80.0, 120.0, 100.0]), 2.0)

    assert (found.value, found.low, found.high) == pytest.approx((250, 92.88, 407.12), abs=0.01)
    assert (sure.value, sure.low) == pytest.approx((350, 192.88), abs=0.01)
    assert forecast(240, np.array([0.0, 0.0, 90.0]), 2.0).low == 240


@pytest.mark.parametrize(
    ("daily", "left", "ends"),
    [([], 3.0, 50), ([10.0, 20.0], 2.0, 80), ([10.0, 20.0, 30.0], 0.0, 50)],
)
def test_too_few_days_and_a_week_that_is_over_have_no_interval(
    daily: list[float], left: float, ends: float
) -> None:
    assert forecast(50, np.array(daily), left) == Forecast(ends, None, None)


@pytest.mark.parametrize("left", [1.0, 2.5, 6.0])
def test_the_interval_of_a_week_holds_its_end(replications: int, left: float) -> None:
    """Days are alike and independent, of 1,000 ± 100; a part of a day varies by its root."""
    rng = np.random.default_rng(7)
    whole, part = int(left), left - int(left)
    held = 0
    for _ in range(replications):
        daily = rng.normal(1_000, 100, 14)
        rest = rng.normal(1_000, 100, whole).sum() + rng.normal(1_000 * part, 100 * part**0.5)
        found = forecast(2_000, daily, left)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 2_000 + rest <= found.high

    least, most = stats.binom.interval(0.999, replications, 0.95)
    assert least <= held <= most


def test_cost_by_piece_and_by_hour() -> None:
    assert cost_of(Need(300, 100), rate=0.5) == 150
    assert cost_of(Need(300, 100), rate=24.0, minutes=5.0) == 600


def test_there_is_no_plan_without_a_pace_or_a_width() -> None:
    need = Need(10, 10)
    with pytest.raises(NotEnoughData, match="needs two"):
        days_for(need, np.array([5.0]))
    with pytest.raises(NotEnoughData, match="nothing was judged"):
        days_for(need, np.zeros(7))
    with pytest.raises(NotEnoughData, match="a point"):
        votes_to_narrow(Estimate(1.0, 1.0, 1.0, 0.95, 5), 0.1)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: votes_to_separate(0.0),
        lambda: votes_to_separate(0.1, consistency=0.5),
        lambda: votes_to_narrow(Estimate(0.5, 0.4, 0.6, 0.95, 9), 0.0),
        lambda: votes_to_fill(10, 0, usable=0.0),
        lambda: cost_of(Need(1, 1), rate=-1.0),
    ],
)
def test_what_cannot_be_asked_is_refused(ask) -> None:
    with pytest.raises(InconsistentData):
        ask()


def test_the_interval_of_days_holds_the_truth(replications: int) -> None:
    """10,000 judgements at 1,000 ± 300 a day, of which seven days are known: ten days."""
    rng, need = np.random.default_rng(7), Need(10_000, 5_000)
    found = [days_for(need, rng.normal(1_000, 300, 7)) for _ in range(replications)]

    assert_covers(each.low <= 10 and (each.high is None or each.high >= 10) for each in found)
