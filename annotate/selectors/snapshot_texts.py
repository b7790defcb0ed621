"""Judgements with their texts, made of what was read of a snapshot's members.

Nothing here asks the database: it may run in another thread than what reads.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import chain, groupby

import orjson

from annotate.enums import Origin
from annotate.erased import erased_answer
from annotate.export.texts import (
    NOTHING,
    About,
    DemonstrationText,
    IdealText,
    RankingText,
    plain,
)
from annotate.selectors.snapshot_answer import with_dashes
from annotate.selectors.snapshot_rows import (
    MEMBER,
    Chunk,
    Member,
    Order,
    RankedMember,
    WrittenMember,
)

Pseudonym = Callable[[str], str]  # from a rater's uuid
Weights = Mapping[str, float] | None  # by a rater's uuid; None: all weigh the same


def prompts_in(chunks: Iterable[Chunk]) -> Iterator[About]:
    """What is asked by members that are prompts."""
    for chunk in chunks:
        for row in chunk.rows:
            yield _about(Member(*row), chunk)


def demonstrations_in(chunks: Iterable[Chunk], name_for: Pseudonym) -> Iterator[DemonstrationText]:
    """The demonstrations that members are."""
    for chunk in chunks:
        for row in chunk.rows:
            written = WrittenMember(*row[MEMBER:])
            yield DemonstrationText(
                id=with_dashes(written.uuid),
                about=_about(Member(*row[:MEMBER]), chunk),
                answer=plain(orjson.loads(written.messages)),
                rater=name_for(with_dashes(written.rater)),
                asked_with=written.asked_with,
            )


def rankings_in(
    chunks: Iterable[Chunk], name_for: Pseudonym, weights: Weights = None
) -> Iterator[list[RankingText]]:
    """The rankings that members are, all of one prompt together."""
    rankings = _rankings(chunks, name_for, weights)
    together = groupby(rankings, lambda each: each.about.prompt_id)
    for _, rankings in together:
        yield list(rankings)


def _rankings(
    chunks: Iterable[Chunk], name_for: Pseudonym, weights: Weights
) -> Iterator[RankingText]:
    for chunk in chunks:
        abouts: dict[str, About] = {}
        for row, order in zip(chunk.rows, chunk.orders, strict=True):
            member = Member(*row[:MEMBER])
            first = abouts.get(member.prompt) or _about(member, chunk)
            abouts[member.prompt] = first  # one prompt, read once; another ranking, another week
            week = _week_of(member.at)
            about = first if first.iteration == week else replace(first, iteration=week)
            ranked = RankedMember(*row[MEMBER:])
            text = _ranking(ranked, order, about, chunk, name_for)
            yield text if weights is None else replace(text, weight=_weight(ranked, weights))


def _weight(each: RankedMember, weights: Mapping[str, float]) -> float:
    """A label that a reviewer settled is not one vote among several."""
    return 1.0 if each.origin == Origin.RESOLUTION else weights[with_dashes(each.rater)]


def _ranking(
    each: RankedMember,
    order: Order,
    about: About,
    chunk: Chunk,
    name_for: Pseudonym,
) -> RankingText:
    (tiers, unrankable), pool = order, chunk.pool
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
        asked=chunk.asked.get(each.instructions or 0, NOTHING),
        answers=orjson.loads(each.answers),
        reason=each.reason,
        ideal=ideal,
        asked_with=each.asked_with,
        shown_with=_shown_with(each),
        agreement_weight=each.agreement_weight,
    )


def _shown_with(each: RankedMember) -> dict[str, float]:
    """The chance of each of the offered answers; none where its task was made by no draw."""
    chances = orjson.loads(each.offered_with) if each.offered_with else None
    offered = orjson.loads(each.offered) if each.offered else []
    return dict(zip(offered, chances, strict=True)) if chances else {}


def _about(member: Member, chunk: Chunk) -> About:
    prompt = with_dashes(member.prompt)
    return About(
        prompt_id=prompt,
        prompt=plain(orjson.loads(member.messages)),
        side=member.side,
        skill=member.skill,
        language=member.language,
        iteration=_week_of(member.at),
        tools=orjson.loads(member.tools),
        images=chunk.images.get(prompt),
    )


def _week_of(at: str) -> str:
    return _week(at[:10])


@lru_cache(maxsize=1024)
def _week(day: str) -> str:
    """The ISO week of a day, in UTC as all times are kept: 2026-W48."""
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02d}"
