"""Rankings as arrays: those that agreement is told of, each as often as it was doubled by chance.

A third judgement that was asked for because two people disagreed is left out, and so is a round
that a lead asked for: both would make everybody look worse. What a task has beyond the campaign's
own overlap was drawn with a chance, by which it is weighted. Where a campaign stops asking as soon
as an order is sure, how many judge a task depends on what they say: there agreement is of tasks
alone that chance drew, which are never stopped.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast

from annotate.enums import CountsAs, Kind, Origin, RaterKind
from annotate.models import Campaign, Ranking, StoppedTask
from annotate.selectors.standing import STANDS
from annotate.stats.agreement.rankings import Rankings
from annotate.stats.quality.doubled import Doubled, Marked
from annotate.stats.quality.gathering import Gathered, Given, Said

CHUNK = 2_000
# Held-out raters are people who are asked the same, blind, under the same draw; that their labels
# train nothing says nothing of how far people agree. A task wants no vote more for being theirs:
# left out, they would leave doubles with one judgement, or let a third that was asked for, since
# two disagreed, stand for the first or second.
COUNTED = (CountsAs.WORK, CountsAs.HELD_OUT)
NOTHING = ("{}", "null", "")
ASKED = ("flags", "ratings")


class _Row(NamedTuple):
    """One ranking. Times and JSON come as text: there are few days, and most of what may be said is
    empty, so that neither need be read every time."""

    task: int
    prompt: int
    rater: int
    wanted: int
    third: bool
    drawn: bool
    propensity: float | None
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
    "assignment__task__wanted",
    "assignment__task__third_asked",
    "assignment__task__second_opinion",
    "assignment__task__propensity",
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
    stops, rows = _stops_early(campaign), Gathered()
    skills, languages = Names(), Names()
    said: dict[str, dict[str, Said]] = {each: defaultdict(Said) for each in ASKED}
    for row in _counted(campaign):
        offered = orjson.loads(row.offered)
        if not offered:
            continue
        if row.answers not in NOTHING:
            _note(said, len(rows), orjson.loads(row.answers), offered)
        order, strengths = orjson.loads(row.tiers), orjson.loads(row.strengths)
        rows.add(
            _given(row, skills, languages, len(offered)),
            _weight(row, stops),
            order,
            strengths,
            offered,
        )
    counted = rows.counted
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


def _stops_early(campaign: Campaign) -> bool:
    """Whether it does so, or did: what was stopped stays so."""
    works = campaign.works.filter(kind=Kind.RANK, stops_when_sure__isnull=False)
    return works.exists() or StoppedTask.objects.filter(task__campaign=campaign).exists()


def _counted(campaign: Campaign) -> Iterator[_Row]:
    """What is voided counts for nothing, and what a machine says is no agreement among people."""
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
        .values_list(*COLUMNS, *(Cast(each, TextField()) for each in TEXTS))
    )
    return map(_Row._make, rows.iterator(CHUNK))


def _given(row: _Row, skills: Names, languages: Names, answers: int) -> Given:
    """Of each task as many of the first as it wanted before anybody asked for a third are told."""
    return Given(
        row.task,
        row.prompt,
        row.rater,
        skills[row.skill],
        languages[row.language],
        _ordinal(row.closed_at[:10]),
        answers,
        row.wanted - bool(row.third),
        row.drawn,
    )


@cache
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _weight(row: _Row, stops: bool) -> float:
    """1 / propensity, where only what was drawn is told of beside what the others are."""
    before = row.wanted - bool(row.third) - bool(row.drawn)  # what the campaign asks of every task
    weighs = row.drawn and row.propensity and (stops or before < 2)
    return 1 / row.propensity if weighs and row.propensity else 1.0


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
