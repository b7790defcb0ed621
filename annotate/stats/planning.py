"""How much more work it takes to be sure, how long that is at this week's pace, and what it costs.

Every plan takes the figures that are known now for the truth; it is as rough as they are, and is
made anew each week.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from annotate.stats.arrays import Floats
from commons.sentences import sentence as _
from commons.stats.bootstrap import Estimate
from commons.stats.errors import InconsistentData, NotEnoughData

ELO = math.log(10) / 400  # logits: 400 points are odds of 10 to 1
FEWEST_DAYS = 3  # from which a forecast has an interval
AS_COINS = _("raters are no more consistent than coins; no number of votes shows a difference.")


@dataclass(frozen=True, slots=True)
class Need:
    """``votes`` (or judgements) that are still to be given, on ``prompts`` prompts."""

    votes: int
    prompts: int


def votes_to_separate(
    gap: float,
    *,
    error: float | None = None,
    tied: float = 0.0,
    consistency: float = 1.0,
    by_prompt: float = 1.0,
    votes_a_prompt: float = 1.0,
    power: float = 0.8,
    level: float = 0.95,
) -> Need:
    """Votes between two policies until a true difference of ``gap`` logits is shown (``ELO`` logits
    make a point) with the chance ``power``, by an interval at ``level``.

    The error must come down to gap / (z of the level + z of the power) (Lachin 1981, "Introduction
    to Sample Size Determination and Power Analysis for Clinical Trials"). One vote tells of d as
    much as the expected information of a Bradley-Terry vote, (2 η - 1)² σ'² / (p (1 - p)), at the
    gap; ties are taken for lost, which is careful. ``error`` is that of the present
    difference, whose information is not asked for again; ``by_prompt`` is how much wider the
    sandwich is than independent votes would be, squared (1 where every vote has its own prompt).
    """
    if not gap > 0:
        raise InconsistentData("a difference of 0 is never shown; name the least that matters.")
    if not (0 <= tied < 1 and 0.5 < consistency <= 1 and 0 < power < 1):
        raise InconsistentData("ties are 0 to 1, consistency above 1/2, power between 0 and 1.")
    normal = NormalDist()
    aim = gap / (normal.inv_cdf(0.5 + level / 2) + normal.inv_cdf(power))
    missing = aim**-2 - (error**-2 if error else 0.0)
    toward = 1 / (1 + math.exp(-gap))
    trust = 2 * consistency - 1
    chance = 0.5 + trust * (toward - 0.5)
    one = (trust * toward * (1 - toward)) ** 2 / (chance * (1 - chance)) * (1 - tied)
    votes = max(0, math.ceil(missing * by_prompt / one))
    return Need(votes, math.ceil(votes / votes_a_prompt))


def votes_to_narrow(found: Estimate, half_width: float, *, raters: float = 2.0) -> Need:
    """Judgements, ``raters`` on each new prompt, until the interval is ± ``half_width``.

    For any figure whose interval resamples prompts (α, τ, W, agreement): its width goes with
    1 / root of the prompts. An interval that is a point says that too little was seen.
    """
    if not half_width > 0:
        raise InconsistentData("an interval is never of no width; name one above 0.")
    now = (found.high - found.low) / 2
    if not now > 0:
        raise NotEnoughData(_("the interval is a point; some prompts must differ to plan by it."))
    prompts = max(0, math.ceil(found.n * (now / half_width) ** 2) - found.n)
    return Need(math.ceil(prompts * raters), prompts)


def votes_to_fill(wanted: int, have: int, *, raters: float = 1.0, usable: float = 1.0) -> Need:
    """Judgements until ``wanted`` prompts are held out, of which a share ``usable`` can be used
    (not skipped, void or all tied)."""
    if not 0 < usable <= 1:
        raise InconsistentData("a share of usable prompts lies above 0 and is at most 1.")
    prompts = math.ceil(max(0, wanted - have) / usable)
    return Need(math.ceil(prompts * raters), prompts)


@dataclass(frozen=True, slots=True)
class Days:
    """``high`` is None where the pace may be so low that it never ends."""

    value: float
    low: float
    high: float | None


def days_for(need: Need, daily: Floats, *, level: float = 0.95) -> Days:
    """Days at the pace of ``daily``, the judgements of each day of this week, idle days with them.

    The interval is that of the mean of so few days (Student's t: a day is not like another); it
    knows nothing of holidays.
    """
    if len(daily) < 2:
        raise NotEnoughData(f"{len(daily)} day(s) of work; a pace needs two.")
    pace = float(np.mean(daily))
    if not pace > 0:
        raise NotEnoughData("nothing was judged this week; there is no pace to plan by.")
    reach = _student(level, len(daily) - 1) * float(np.std(daily, ddof=1)) / math.sqrt(len(daily))
    slowest = pace - reach
    last = need.votes / slowest if slowest > 0 else None
    return Days(need.votes / pace, need.votes / (pace + reach), last)


def cost_of(need: Need, *, rate: float, minutes: float | None = None) -> float:
    """``rate`` a judgement, or an hour where ``minutes`` says how long a judgement takes."""
    if rate < 0 or (minutes is not None and minutes <= 0):
        raise InconsistentData("a rate is not negative, and a judgement takes some time.")
    return need.votes * rate * (1 if minutes is None else minutes / 60)


def _student(level: float, freedom: int) -> float:
    """The two-sided quantile of Student's t, by halving on its distribution function (Abramowitz
    and Stegun 1964, 26.7.3 and 26.7.4)."""
    low, high = 0.0, 1e4
    while high - low > 1e-9 * (1 + low):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < level else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """The chance that Student's t lies between -t and t."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine = math.cos(angle) ** 2
    term, total = 1.0, 0.0
    if freedom % 2:
        for at in range(1, freedom - 1, 2):
            total += term
            term *= cosine * (at + 1) / (at + 2)
        return 2 / math.pi * (angle + math.sin(angle) * math.cos(angle) * total)
    for at in range(0, freedom - 1, 2):
        total += term
        term *= cosine * (at + 1) / (at + 2)
    return math.sin(angle) * total


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a week ends, with its interval; no interval where too few days are known."""

    value: float
    low: float | None
    high: float | None


def forecast(so_far: float, daily: Floats, left: float, *, level: float = 0.95) -> Forecast:
    """``so_far`` and ``left`` more days like those of ``daily``, idle days with them.

    The interval is for the sum of days that have not been yet: s sqrt(left + left² / n), with
    Student's t (a prediction interval; Hahn and Meeker 1991, "Statistical Intervals", 4.7). It
    takes days for alike, so a weekend at the end makes it too high.
    """
    if not len(daily):
        return Forecast(so_far, None, None)
    n, mean = len(daily), float(np.mean(daily))
    ends = so_far + left * mean
    if n < FEWEST_DAYS or left <= 0:
        return Forecast(ends, None, None)
    error = float(np.std(daily, ddof=1)) * math.sqrt(left + left**2 / n)
    reach = _student(level, n - 1) * error
    return Forecast(ends, max(so_far, ends - reach), ends + reach)
