"""Rankings as arrays: those that agreement is told of, each as often as it was doubled by chance.

Which those are, and what each weighs, is said by ``doubled``.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.db.models import BooleanField, Case, TextField, When
from django.db.models.functions import Cast

from annotate.models import Campaign, Ranking
from annotate.selectors.doubled import IS_DOUBLED, IS_NO_THIRD, stops_early, worth_of_told
from annotate.selectors.standing import STANDS
from annotate.stats.agreement.rankings import Rankings
from annotate.stats.quality.doubled import Doubled, Marked
from annotate.stats.quality.gathering import Gathered, Given, Said

CHUNK = 2_000
NOTHING = ("{}", "null", "")
ASKED = ("flags", "ratings")


class _Row(NamedTuple):
    """One ranking. Times and JSON come as text: there are few days, and most of what may be said is
    empty, so that neither need be read every time."""

    task: int
    prompt: int
    rater: int
    first: bool
    drawn: bool
    weight: float
    skill: str
    language: str
    closed_at: str  # in UTC, on either database
    tiers: str
    strengths: str
    answers: str
    offered: str


COLUMNS = (
    "assignment__task",
    "prompt",
    "rater",
    "first",
    "assignment__task__second_opinion",
    "weight",
    "prompt__skill",
    "prompt__language",
)
TEXTS = ("assignment__closed_at", "tiers", "strengths", "answers", "assignment__task__offered")


class Names(dict[str, int]):
    """Numbers of names, in the order in which they come."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number

    @property
    def by_number(self) -> dict[int, str]:
        return {number: name for name, number in self.items()}


@dataclass(frozen=True)
class Read:
    """All that agreement is computed from. ``weeks`` of ``doubled`` are ordinals of Mondays / 7.

    ``judged`` are all rankings of tasks that two or more judged, those too of which agreement is
    not told: what a rater's votes are worth is found from the votes, whatever made them enough.
    """

    doubled: Doubled
    judged: Rankings
    skills: Mapping[int, str]
    languages: Mapping[int, str]
    flags: Mapping[str, Marked]
    ratings: Mapping[str, Marked]


def doubled_in(campaign: Campaign) -> Read:
    """Every ranking of a task that two people or more judged, in the order of handing in."""
    stops, rows = stops_early(campaign), Gathered()
    skills, languages = Names(), Names()
    said: dict[str, dict[str, Said]] = {each: defaultdict(Said) for each in ASKED}
    for row in _counted(campaign, stops):
        offered = orjson.loads(row.offered)
        if not offered:
            continue
        if row.answers not in NOTHING:
            _note(said, len(rows), orjson.loads(row.answers), offered)
        order, strengths = orjson.loads(row.tiers), orjson.loads(row.strengths)
        rows.add(
            _given(row, skills, languages, len(offered)),
            row.weight,
            order,
            strengths,
            offered,
        )
    counted = rows.column("first") > 0
    told = counted & (rows.column("drawn") > 0) if stops else counted
    doubled = rows.doubled(told)
    return Read(
        doubled,
        rows.doubled(counted).rankings if stops else doubled.rankings,
        skills.by_number,
        languages.by_number,
        rows.marked(said["flags"], told),
        rows.marked(said["ratings"], told),
    )


def _counted(campaign: Campaign, stops: bool) -> Iterator[_Row]:
    """What is voided counts for nothing."""
    first = Case(When(IS_NO_THIRD, then=True), default=False, output_field=BooleanField())
    rows = (
        Ranking.objects.filter(STANDS, IS_DOUBLED, campaign=campaign, current=True)
        .annotate(first=first, weight=worth_of_told([campaign.pk] if stops else []))
        .order_by("assignment__closed_at", "assignment")
        .values_list(*COLUMNS, *(Cast(each, TextField()) for each in TEXTS))
    )
    return map(_Row._make, rows.iterator(CHUNK))


def _given(row: _Row, skills: Names, languages: Names, answers: int) -> Given:
    return Given(
        row.task,
        row.prompt,
        row.rater,
        skills[row.skill],
        languages[row.language],
        _ordinal(row.closed_at[:10]),
        answers,
        row.first,
        row.drawn,
    )


@cache
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _note(
    said: Mapping[str, dict[str, Said]],
    ranking: int,
    answers: Mapping[str, Any],
    offered: Sequence[str],
) -> None:
    for place, answer in enumerate(offered):
        about = answers.get(answer, {})
        for asked, kept in said.items():
            for question, value in about.get(asked, {}).items():
                kept[question].add(ranking, place, int(value))


def monday_of(number: int) -> date:
    """Of a week as ``doubled`` numbers it: the day 1 of ordinals was a Monday."""
    return date.fromordinal(number * 7 + 1)
