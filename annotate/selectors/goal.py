"""A week's numbers against their targets, and where the week ends by the days before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.figures import percent, whole_text
from annotate.selectors.quality import WorkCounts
from annotate.selectors.tally import DayCounts, WeekCounts, beginning_of, week_start
from annotate.stats.planning import FEWEST_DAYS, Forecast, forecast

WEEK = timedelta(days=7)
IN_BATCHES = "prompts"


@dataclass(frozen=True)
class Goal:
    """A number of a week against its target; ``elapsed`` is the share of the week gone.

    ``ends`` is where the week ends by the days before; none where that is not known.
    ``unforeseen`` says in words why it has no interval, where days were asked about.
    """

    name: str
    label: str
    value: int
    target: int
    elapsed: float
    ends: Forecast | None = None
    unforeseen: str = ""
    link: str = ""

    @property
    def share(self) -> float:
        return self.value / self.target if self.target else 1.0

    @property
    def expected(self) -> int:
        """What an even week would have brought by now."""
        return round(self.target * self.elapsed)

    @property
    def projected(self) -> int:
        """Where the week ends at this pace."""
        return round(self.value / self.elapsed) if self.elapsed else self.value

    @property
    def is_on_pace(self) -> bool:
        return self.value >= self.expected


def share_of_week(now: datetime) -> float:
    """How much of the week since Monday 00:00 UTC is gone, in 0 … 1."""
    monday = week_start(now.astimezone(UTC).date())
    return (now - beginning_of(monday)) / WEEK


def goals_of(
    counts: WeekCounts | WorkCounts,
    *,
    elapsed: float,
    targets: Mapping[str, int],
    days: Sequence[DayCounts] = (),
) -> list[Goal]:
    """``days`` are those before today and today, from which a forecast is made."""
    before, left = days[:-1], 7 * (1 - elapsed)
    named = {
        "demonstrations": (_("Demonstrations"), counts.demonstrations),
        "comparisons": (_("Comparisons"), counts.comparisons),
        "prompts": (_("Prompts"), counts.prompts),
    }
    found = []
    for name, (label, value) in named.items():
        daily = _daily(name, before)
        found.append(
            Goal(
                name,
                label,
                value,
                targets.get(name, 0),
                elapsed,
                forecast(value, np.array(daily), left) if daily else None,
                _why_unforeseen(name, daily) if days else "",
            )
        )
    return found


def _daily(name: str, days: Sequence[DayCounts]) -> list[float]:
    """From the first day on which anything was done: a campaign that began on Tuesday has no idle
    fortnight behind it."""
    if name == IN_BATCHES:
        return []
    daily = [float(getattr(day, name)) for day in days]
    while daily and not daily[0]:
        daily.pop(0)
    return daily


def _why_unforeseen(name: str, daily: Sequence[float]) -> str:
    """Why these days foretell nothing; empty where they do."""
    if name == IN_BATCHES:
        return _("prompts come in batches")
    if not daily:
        return _("nothing was done in the two weeks before today")
    if (n := len(daily)) >= FEWEST_DAYS:
        return ""
    return ngettext(
        "only %(n)d day is known; it takes %(needed)d",
        "only %(n)d days are known; it takes %(needed)d",
        n,
    ) % {"n": n, "needed": FEWEST_DAYS}


def goal_in_words(done: Goal, runs: Goal) -> Iterator[str]:
    """A week that is over, then the one that goes on, with its pace and forecast."""
    about = {
        "label": done.label,
        "value": whole_text(done.value),
        "target": whole_text(done.target),
    }
    if not done.target:
        yield _("%(label)s: %(value)s.") % about
        return
    share = percent(done.share)
    yield _("%(label)s: %(value)s of %(target)s (%(share)s).") % {**about, "share": share}
    about = {
        "monday": _day(week_start()),
        "value": whole_text(runs.value),
        "pace": _("on pace") if runs.is_on_pace else _("behind"),
    }
    yield _("Since Monday, %(monday)s: %(value)s, %(pace)s.") % about
    yield _foreseen(runs)


def _foreseen(goal: Goal) -> str:
    ends = goal.ends
    if ends is None or ends.low is None or ends.high is None:
        return _("No forecast: %(why)s.") % {"why": goal.unforeseen}
    said = _("By the last two weeks %(value)s by Sunday, %(day)s [%(low)s, %(high)s].")
    return said % {
        "value": whole_text(ends.value),
        "low": whole_text(ends.low),
        "high": whole_text(ends.high),
        "day": _day(week_start() + timedelta(days=6)),
    }


def _day(day: date) -> str:
    return date_format(day, "j F Y")
