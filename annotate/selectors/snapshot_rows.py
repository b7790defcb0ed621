"""The texts of a snapshot's members, read in their order at constant memory.

Plain tuples by the statements that the ORM writes: making objects of a million rows took more
than reading them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import chain, groupby
from typing import Any, NamedTuple

import orjson
from django.db import connection
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from annotate.enums import Kind
from annotate.erased import erased_answer
from annotate.export.texts import (
    NOTHING,
    About,
    DemonstrationText,
    IdealText,
    RankingText,
    Said,
    plain,
)
from annotate.models import Instructions, SnapshotMember
from annotate.questions import Questions, questions_of
from annotate.selectors.snapshot_answer import answers_of, with_dashes

CHUNK = 500

Pseudonym = Callable[[str], str]  # from a rater's uuid
Heard = Callable[[int], None]  # how many members were read since the last call


class Member(NamedTuple):
    """What all members have in common, as the database gives it."""

    position: int
    side: str
    prompt: str
    messages: str
    tools: str
    skill: str
    language: str
    at: str


class RankedMember(NamedTuple):
    uuid: str
    rater: str
    tiers: str
    unrankable: str
    strengths: str
    answers: str
    reason: str
    prompt: int
    instructions: int | None
    shown: str | None
    ideal: str | None
    ideal_messages: str | None


class WrittenMember(NamedTuple):
    uuid: str
    rater: str
    messages: str


def prompts_between(members: QuerySet[SnapshotMember], heard: Heard) -> Iterator[About]:
    """What is asked by members that are prompts."""
    for rows in _chunks(members, "prompt", "prompt__created_at", ()):
        for row in rows:
            yield _about(Member(*row))
        heard(len(rows))


def demonstrations_between(
    members: QuerySet[SnapshotMember], name_for: Pseudonym, heard: Heard
) -> Iterator[DemonstrationText]:
    """The demonstrations that members are."""
    names = ("uuid", "rater__uuid", "messages")
    columns = [_text(f"demonstration__{name}") for name in names]
    at = "demonstration__created_at"
    for rows in _chunks(members, "demonstration__prompt", at, columns):
        for row in rows:
            written = WrittenMember(*row[8:])
            yield DemonstrationText(
                id=with_dashes(written.uuid),
                about=_about(Member(*row[:8])),
                answer=plain(orjson.loads(written.messages)),
                rater=name_for(with_dashes(written.rater)),
            )
        heard(len(rows))


def rankings_between(
    members: QuerySet[SnapshotMember], name_for: Pseudonym, heard: Heard
) -> Iterator[list[RankingText]]:
    """The rankings that members are, all of one prompt together."""
    together = groupby(_rankings(members, name_for, heard), lambda each: each.about.prompt_id)
    for _, rankings in together:
        yield list(rankings)


def _rankings(
    members: QuerySet[SnapshotMember], name_for: Pseudonym, heard: Heard
) -> Iterator[RankingText]:
    columns = (
        *(_text(f"ranking__{name}") for name in ("uuid", "rater__uuid")),
        *(_text(f"ranking__{name}") for name in ("tiers", "unrankable", "strengths", "answers")),
        F("ranking__reason"),
        F("ranking__prompt_id"),
        F("ranking__instructions_id"),
        _text("ranking__assignment__order"),
        *(_text(f"ranking__ideal__{name}") for name in ("uuid", "messages")),
    )
    for rows in _chunks(members, "ranking__prompt", "ranking__created_at", columns):
        ranked = [RankedMember(*row[8:]) for row in rows]
        orders = [(orjson.loads(each.tiers), orjson.loads(each.unrankable)) for each in ranked]
        placed = {name for tiers, others in orders for tier in [*tiers, others] for name in tier}
        pool = answers_of({each.prompt for each in ranked}, placed)
        asked = _asked({each.instructions for each in ranked if each.instructions})
        abouts: dict[str, About] = {}
        for row, each, order in zip(rows, ranked, orders, strict=True):
            member = Member(*row[:8])
            first = abouts.get(member.prompt) or _about(member)
            abouts[member.prompt] = first  # one prompt, read once; another ranking, another week
            week = _week_of(member.at)
            about = first if first.iteration == week else replace(first, iteration=week)
            yield _ranking(each, order, about, pool, asked, name_for)
        heard(len(rows))


def _ranking(
    each: RankedMember,
    order: tuple[list[list[str]], list[str]],
    about: About,
    pool: Mapping[str, tuple[Said, str]],
    asked: Mapping[int, Questions],
    name_for: Pseudonym,
) -> RankingText:
    tiers, unrankable = order
    # Sorted by id: an order that says nothing about the ranking, and is the same everywhere.
    placed = sorted([*chain.from_iterable(tiers), *unrankable])
    ideal = None
    if each.ideal is not None and each.ideal_messages is not None:
        messages = orjson.loads(each.ideal_messages)
        if messages != erased_answer():
            ideal = IdealText(with_dashes(each.ideal), plain(messages))
    return RankingText(
        id=with_dashes(each.uuid),
        about=about,
        candidates={name: pool[name][0] for name in placed},
        tiers=tiers,
        unrankable=unrankable,
        strengths=orjson.loads(each.strengths),
        rater=name_for(with_dashes(each.rater)),
        sources={name: pool[name][1] for name in placed},
        shown=orjson.loads(each.shown) if each.shown else (),
        asked=asked.get(each.instructions or 0, NOTHING),
        answers=orjson.loads(each.answers),
        reason=each.reason,
        ideal=ideal,
    )


def _about(member: Member) -> About:
    return About(
        prompt_id=with_dashes(member.prompt),
        prompt=plain(orjson.loads(member.messages)),
        side=member.side,
        skill=member.skill,
        language=member.language,
        iteration=_week_of(member.at),
        tools=orjson.loads(member.tools),
    )


def _week_of(at: str) -> str:
    return _week(at[:10])


@lru_cache(maxsize=1024)
def _week(day: str) -> str:
    """The ISO week of a day, in UTC as all times are kept: 2026-W48."""
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02d}"


def _chunks(
    members: QuerySet[SnapshotMember], prompt: str, at: str, columns: Sequence[Any]
) -> Iterator[list[tuple[Any, ...]]]:
    """Members by position, a chunk at a time: no cursor is held open while shards are written."""
    about = [
        F("position"),
        F("side"),
        *(_text(f"{prompt}__{name}") for name in ("uuid", "messages", "tools")),
        *(F(f"{prompt}__{name}") for name in ("skill", "language")),
        _text(at),
    ]
    named = {f"c{number:02d}": column for number, column in enumerate([*about, *columns])}
    found = members.annotate(**named).order_by("position").values_list(*named)
    after = -1
    while rows := _fetched(found.filter(position__gt=after)[:CHUNK]):
        yield rows
        after = rows[-1][0]


def _fetched(found: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    statement, given = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _text(path: str) -> Cast:
    """As the database's own text: what an id or a JSON value is made into costs more."""
    return Cast(path, TextField())


def _asked(versions: set[int]) -> dict[int, Questions]:
    """What each version of the instructions asks of a ranking."""
    forms = Instructions.objects.filter(pk__in=versions).values_list("pk", "form")
    return {pk: questions_of(form, Kind.RANK) for pk, form in forms}
