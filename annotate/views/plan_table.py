"""What each question of a plan takes: judgements, prompts, days and money."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from annotate.enums import Kind
from annotate.figures import percent
from annotate.models import Campaign, QualityReport
from annotate.selectors.planning import Pay, Votes, held_out_in, votes_in
from annotate.selectors.quality_slices import slice_of
from annotate.selectors.tally import daily_counts
from annotate.stats.planning import (
    AS_COINS,
    ELO,
    Days,
    Need,
    cost_of,
    days_for,
    votes_to_fill,
    votes_to_narrow,
    votes_to_separate,
)
from annotate.stats.presence import calendar_days
from annotate.views.looking import Looking
from annotate.views.tables import Cell, Column, Table
from commons.stats.bootstrap import Estimate
from commons.stats.errors import NotEnoughData, StatisticsError
from commons.translating import translated

COIN, MOST_TIED = 0.5, 0.99
WEEK_OF_DAYS = 8  # the seven before today, and today, which is not over


@dataclass(frozen=True)
class Plan:
    """What is asked of a campaign, and what is known of it."""

    looking: Looking
    campaign: Campaign
    report: QualityReport | None
    said: dict[str, float]
    pay: Pay | None
    factors: Sequence[float] | None

    @property
    def raters(self) -> float:
        work = self.campaign.works.filter(kind=Kind.RANK).first()
        return float(work.wanted) if work else 1.0


def plan_table(plan: Plan) -> Table:
    days = daily_counts(Campaign.objects.filter(pk=plan.campaign.pk), WEEK_OF_DAYS)[:-1]
    daily = np.array([float(day.rankings) for day in days])
    cost = _("Cost")
    columns = (
        Column(_("Question")),
        Column(_("Judgements more"), is_number=True),
        Column(_("Prompts"), is_number=True),
        Column(_("Days at this week's pace"), is_number=True),
        Column(f"{cost} ({plan.pay.terms.currency})" if plan.pay else cost, is_number=True),
    )
    votes = votes_in(plan.campaign, plan.report)
    rows = [
        (Cell(question), *_answer(need, daily, plan.said["rate"], plan.factors))
        for question, need in _needs(plan, votes)
    ]
    return Table("plan", _("The plan"), columns, rows, about=" ".join(_about(plan, votes)))


def _about(plan: Plan, votes: Votes) -> Iterator[str]:
    # xgettext:no-python-format
    yield _("A plan takes today's figures for the truth. Days are with their 95 % interval.")
    if plan.factors is not None:
        yield _("Hours and days away are taken into account where people said them.")
    yield _("Votes: %(tied)s are ties and taken for lost.") % {"tied": percent(votes.tied)}
    if votes.consistency is not None:
        said = {"eta": f"{votes.consistency:.2f}"}
        yield _("A vote goes the way the answers deserve with the chance %(eta)s.") % said
    if votes.error is not None:
        yield _(
            "Of the two sources of answers that met most %(known)d votes are known, and not asked "
            "for again; votes hang together by prompt, which makes it %(wider)s times as many."
        ) % {"known": votes.known, "wider": f"{votes.by_prompt:.2f}"}
    yield from _about_pay(plan.pay)
    if plan.looking.is_narrowed:
        yield _("α's interval is of what is looked at, everything else of the whole campaign.")


def _about_pay(pay: Pay | None) -> Iterator[str]:
    if pay is None:
        yield _("No rate holds today: say what a judgement costs.")
        return
    said = {
        "item": f"{pay.terms.per_item.normalize():f}",
        "hour": f"{pay.terms.per_hour.normalize():f}",
        "currency": pay.terms.currency,
    }
    yield _("The rate is %(item)s %(currency)s an item and %(hour)s %(currency)s an hour.") % said
    if pay.minutes is not None:
        yield _("An item took %(minutes)s minutes in the last four weeks.") % {
            "minutes": f"{pay.minutes:.1f}"
        }
    elif pay.terms.per_hour:
        yield _("No time at work was measured lately, so say what a judgement costs.")


def _needs(plan: Plan, votes: Votes) -> Iterator[tuple[str, Callable[[], Need]]]:
    said, raters = plan.said, plan.raters
    points = _("Separate two policies by %(points)g Elo points") % {"points": said["points"]}
    yield points, lambda: _to_separate(said["points"], votes, raters)
    alpha = slice_of(plan.report, plan.looking.wanting, "alpha") if plan.report else None
    if alpha is not None:
        found = Estimate(alpha.value, alpha.low, alpha.high, 0.95, alpha.prompts)
        width = said["half_width"]
        yield (
            _("Bring α's interval to ± %(width)g") % {"width": width},
            lambda: votes_to_narrow(found, width, raters=max(2.0, raters)),
        )
    here, wanted = held_out_in(plan.campaign), int(said["held_out"])
    yield (
        _("Fill this week's held-out set: %(have)d of %(wanted)d ranked, %(came)d came")
        % {"have": here.have, "wanted": wanted, "came": here.came},
        lambda: votes_to_fill(wanted, here.have, raters=raters, usable=here.usable),
    )


def _to_separate(points: float, votes: Votes, raters: float) -> Need:
    """A judgement is taken for one vote: one of two answers, in an arena.

    What is known is of votes as they were given, which raters' slips draw to even: of what the
    answers deserve it tells 2 η - 1 times less.
    """
    eta = 1.0 if votes.consistency is None else votes.consistency
    if not eta > COIN:
        raise NotEnoughData(AS_COINS)
    return votes_to_separate(
        points * ELO,
        error=None if votes.error is None else votes.error / (2 * eta - 1),
        tied=min(votes.tied, MOST_TIED),
        consistency=eta,
        by_prompt=votes.by_prompt,
        votes_a_prompt=raters,
    )


def _in_calendar(days: Days, factors: Sequence[float] | None) -> tuple[float | None, ...]:
    found = (days.value, days.low, days.high)
    if factors is None:
        return found
    return tuple(each if each is None else calendar_days(each, factors) for each in found)


def _answer(
    ask: Callable[[], Need],
    daily: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    rate: float | None,
    factors: Sequence[float] | None,
) -> tuple[Cell, Cell, Cell, Cell]:
    try:
        need = ask()
    except StatisticsError as undefined:
        return Cell(translated(undefined)), Cell(), Cell(), Cell()
    cost = Cell() if rate is None else Cell(cost_of(need, rate=rate), digits=2)
    try:
        days = days_for(need, daily)
    except StatisticsError:
        return Cell(need.votes), Cell(need.prompts), Cell(_("no pace yet")), cost
    value, low, high = (
        "∞" if each is None else f"{each:.0f}" for each in _in_calendar(days, factors)
    )
    said = f"{value} [{low}, {high}]"
    return Cell(need.votes), Cell(need.prompts), Cell(said), cost
