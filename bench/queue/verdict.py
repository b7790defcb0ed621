"""Was anything given out too often, done twice, lost or miscounted? PURE: rows in, numbers out."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

HELD = ("open", "reserved")  # states in which a turn is somebody's
NEVER = ("excluded",)  # a turn that nobody ever had
SURPLUS = "surplus"


@dataclass(frozen=True, slots=True)
class Turn:
    """An assignment, and what was handed in for it."""

    uuid: str
    task: int
    person: int
    state: str
    taken_at: datetime
    closed_at: datetime | None
    expires_at: datetime | None
    ranking: str | None = None  # the uuid of the current one
    counts_as: str = ""
    tiers: Sequence[Sequence[str]] = ()

    @property
    def counts(self) -> bool:
        return self.ranking is not None and self.counts_as != SURPLUS


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the server said that it has kept."""

    ranking: str
    turn: str
    counts_as: str
    placed: Sequence[str]  # the answers in the order that was sent


@dataclass(frozen=True, slots=True)
class Verdict:
    excess: int  # tasks with more counted judgements than wanted
    excess_judgements: int
    surplus: int  # judgements that came late and do not count
    over_wanted: Collection[int]  # tasks held and done more often than wanted at any one time
    same_person_twice: int
    free_drift: int  # tasks whose ``free`` is not what their turns leave


def judged(turns: Iterable[Turn], *, wanted: Mapping[int, int], free: Mapping[int, int]) -> Verdict:
    """``wanted`` and ``free`` of every task that somebody ever had."""
    by_task = defaultdict[int, list[Turn]](list)
    for turn in turns:
        by_task[turn.task].append(turn)
    counted = {task: sum(each.counts for each in those) for task, those in by_task.items()}
    beyond = [n - wanted[task] for task, n in counted.items() if n > wanted[task]]
    return Verdict(
        excess=len(beyond),
        excess_judgements=sum(beyond),
        surplus=sum(each.counts_as == SURPLUS for those in by_task.values() for each in those),
        over_wanted={task for task, those in by_task.items() if most_at_once(those) > wanted[task]},
        same_person_twice=sum(
            n - 1 for those in by_task.values() for n in Counter(t.person for t in those).values()
        ),
        free_drift=sum(
            free[task] != wanted[task] - sum(t.counts or t.state in HELD for t in those)
            for task, those in by_task.items()
        ),
    )


def most_at_once(turns: Iterable[Turn]) -> int:
    """How many of a task's turns were held or done at the busiest moment.

    What ends at a moment makes room for what begins at it.
    """
    steps = sorted(
        (at, step)
        for turn in turns
        for begin, end in intervals(turn)
        for at, step in ((begin, 1), (end, -1))
        if at is not None and begin != end
    )
    now, most = 0, 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most


def intervals(turn: Turn) -> Iterator[tuple[datetime, datetime | None]]:
    """When a turn used one of the wanted ones up; what counts does so for ever."""
    if turn.state in NEVER:
        return
    if turn.counts:
        is_late = turn.expires_at and turn.closed_at and turn.closed_at > turn.expires_at
        if not is_late:
            yield turn.taken_at, None
            return
        yield turn.taken_at, turn.expires_at
        assert turn.closed_at
        yield turn.closed_at, None
    elif turn.state in HELD:
        yield turn.taken_at, None
    elif turn.counts_as == SURPLUS:
        yield turn.taken_at, turn.expires_at
    else:
        yield turn.taken_at, turn.closed_at


@dataclass(frozen=True, slots=True)
class Kept:
    lost: int  # said to be kept, and not there: not in the dataset if it counts, or not by itself
    altered: int  # in the database with another order than was sent


def kept(said: Iterable[Acknowledged], *, turns: Iterable[Turn], exported: Collection[str]) -> Kept:
    """``exported`` are the ids of the rankings in the frozen dataset."""
    rows = {turn.uuid: turn for turn in turns}
    lost = altered = 0
    told = set[str]()
    for each in said:
        row = rows.get(each.turn)
        is_there = row is not None and row.ranking == each.ranking and each.ranking not in told
        told.add(each.ranking)
        counts = each.counts_as != SURPLUS
        if not is_there or (counts and each.ranking not in exported):
            lost += 1
        elif row is not None and [list(tier) for tier in row.tiers] != [[a] for a in each.placed]:
            altered += 1
    return Kept(lost, altered)


def percentiles(seconds: Collection[float]) -> dict[str, float | int] | None:
    """In milliseconds, by nearest rank; None where there was nothing to measure."""
    if not seconds:
        return None
    ranked = sorted(seconds)
    told: dict[str, float | int] = {
        f"p{p}": round(1000 * ranked[math.ceil(p / 100 * len(ranked)) - 1], 1) for p in (50, 95, 99)
    }
    return told | {"n": len(ranked)}
