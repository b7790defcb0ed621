"""Rankings as arrays: those that agreement is told of, each as often as it was doubled by chance.

A third judgement that was asked for because two people disagreed is left out, and so is a round
that a lead asked for: both would make everybody look worse. What a task has beyond the campaign's
own overlap was drawn with a chance, by which it is weighted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from annotate.enums import CountsAs, Kind, Origin, RaterKind
from annotate.models import Campaign, Ranking
from annotate.selectors.standing import STANDS
from annotate.stats.agreement.rankings import Rankings, answer_pairs, tiers_of
from annotate.stats.quality.doubled import Doubled, Marked

CHUNK = 2_000
COUNTED = (CountsAs.WORK, CountsAs.HELD_OUT)
MOST_ANSWERS = 16  # a place in a unit's number
COLUMNS = (
    "assignment__task",
    "prompt",
    "rater",
    "tiers",
    "strengths",
    "answers",
    "assignment__task__offered",
    "assignment__task__wanted",
    "assignment__task__third_asked",
    "assignment__task__second_opinion",
    "assignment__task__propensity",
    "prompt__skill",
    "prompt__language",
    "assignment__closed_at",
)


class Names(dict[str, int]):
    """Numbers of names, in the order in which they come."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number

    @property
    def by_number(self) -> dict[int, str]:
        return {number: name for name, number in self.items()}


@dataclass
class Answers:
    """What was said of one question, as columns."""

    units: list[int] = field(default_factory=list)
    raters: list[int] = field(default_factory=list)
    prompts: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def marked(self) -> Marked:
        return Marked(
            np.array(self.units, np.int64),
            np.array(self.raters, np.int64),
            np.array(self.prompts, np.int64),
            np.array(self.values, np.int64),
            np.array(self.weights, np.float64),
        )


@dataclass(frozen=True)
class Read:
    """All that agreement is computed from. ``weeks`` of ``doubled`` are ordinals of Mondays / 7."""

    doubled: Doubled
    skills: Mapping[int, str]
    languages: Mapping[int, str]
    flags: Mapping[str, Marked]
    ratings: Mapping[str, Marked]


@dataclass
class _Columns:
    tasks: list[int] = field(default_factory=list)
    prompts: list[int] = field(default_factory=list)
    raters: list[int] = field(default_factory=list)
    orders: list[Sequence[Sequence[str]]] = field(default_factory=list)
    strengths: list[Sequence[int | None]] = field(default_factory=list)
    offered: list[Sequence[str]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    skills: list[int] = field(default_factory=list)
    languages: list[int] = field(default_factory=list)
    weeks: list[int] = field(default_factory=list)


def doubled_in(campaign: Campaign) -> Read:
    """Every ranking of a task that two people or more judged, in the order of handing in."""
    skills, languages, columns = Names(), Names(), _Columns()
    flags: dict[str, Answers] = defaultdict(Answers)
    ratings: dict[str, Answers] = defaultdict(Answers)
    for row in _counted(campaign):
        task, prompt, rater, tiers, strengths, answers, offered = row[:7]
        weight = _weight(row)
        columns.tasks.append(task)
        columns.prompts.append(prompt)
        columns.raters.append(rater)
        columns.orders.append(tiers)
        columns.strengths.append(strengths)
        columns.offered.append(offered)
        columns.weights.append(weight)
        columns.skills.append(skills[row[11]])
        columns.languages.append(languages[row[12]])
        columns.weeks.append(week_number(row[13].date()))
        for name, kept in (("flags", flags), ("ratings", ratings)):
            _note(name, kept, (task, prompt, rater), answers, offered, weight)
    doubled = _arrays(columns)
    several = _judged_by_several(doubled.rankings.tasks)
    return Read(
        doubled.where(several),
        skills.by_number,
        languages.by_number,
        {name: each.marked() for name, each in sorted(flags.items())},
        {name: each.marked() for name, each in sorted(ratings.items())},
    )


def _counted(campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """Of each task as many of people's first as it wanted before anybody asked for a third.

    What is voided counts for nothing, and what a machine says is no agreement among people.
    """
    rows = (
        Ranking.objects.filter(
            STANDS,
            campaign=campaign,
            current=True,
            origin=Origin.WORK,
            rater__kind=RaterKind.PERSON,
            counts_as__in=COUNTED,
            assignment__task__kind=Kind.RANK,
            assignment__task__round=1,
            assignment__task__wanted__gte=2,
        )
        .order_by("assignment__closed_at", "assignment")
        .values_list(*COLUMNS)
    )
    seen: Counter[int] = Counter()
    for row in rows.iterator(CHUNK):
        wanted, third = row[7], row[8]
        seen[row[0]] += 1
        if seen[row[0]] <= wanted - bool(third) and row[6]:
            yield row


def _weight(row: tuple[Any, ...]) -> float:
    wanted, third, drawn, propensity = row[7:11]
    before = wanted - bool(third) - bool(drawn)  # what the campaign asks of every task
    return 1 / propensity if drawn and propensity and before < 2 else 1.0


def _note(
    name: str,
    kept: dict[str, Answers],
    at: tuple[int, int, int],
    answers: Mapping[str, Any],
    offered: Sequence[str],
    weight: float,
) -> None:
    if not answers:
        return
    task, prompt, rater = at
    for place, answer in enumerate(offered):
        for question, value in answers.get(answer, {}).get(name, {}).items():
            said = kept[question]
            said.units.append(task * MOST_ANSWERS + place)
            said.raters.append(rater)
            said.prompts.append(prompt)
            said.values.append(int(value))
            said.weights.append(weight)


def _arrays(columns: _Columns) -> Doubled:
    rankings = Rankings(
        np.array(columns.tasks, np.int64),
        np.array(columns.prompts, np.int64),
        np.array(columns.raters, np.int64),
        tiers_of(columns.orders, columns.offered),
        np.array(columns.weights, np.float64),
        _strengths(columns),
    )
    return Doubled(
        rankings,
        np.array(columns.skills, np.int64),
        np.array(columns.languages, np.int64),
        np.array(columns.weeks, np.int64),
        np.array([len(each) for each in columns.offered], np.int64),
    )


def _strengths(columns: _Columns) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]] | None:
    """Of every two answers the greatest strength between their tiers; 0 where none was given."""
    if not any(any(each) for each in columns.strengths):
        return None
    answers = max(map(len, columns.offered))
    one, other = answer_pairs(answers)
    found = np.zeros((len(columns.tasks), len(one)), dtype=np.int8)
    for row, (tiers, said, offered) in enumerate(
        zip(columns.orders, columns.strengths, columns.offered, strict=True)
    ):
        if not any(said):
            continue
        tier_of = {answer: at for at, tier in enumerate(tiers) for answer in tier}
        at = [tier_of.get(answer, -1) for answer in offered]
        for pair, (a, b) in enumerate(zip(one, other, strict=True)):
            if b >= len(at) or min(at[a], at[b]) < 0 or at[a] == at[b]:
                continue
            between = said[min(at[a], at[b]) : max(at[a], at[b])]
            found[row, pair] = max((each for each in between if each), default=0)
    return found


def _judged_by_several(
    tasks: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    _, which, n = np.unique(tasks, return_inverse=True, return_counts=True)
    return np.asarray(n[which] > 1, dtype=np.bool_)


def week_number(day: date) -> int:
    """One for each week that begins on a Monday, going up by one."""
    return (day - timedelta(days=day.weekday())).toordinal() // 7


def monday_of(number: int) -> date:
    return date.fromordinal(number * 7 + 1)
