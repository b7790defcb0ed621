"""What a snapshot's members are, read in their order at constant memory.

    members -> chunks of plain tuples (here) -> judgements with their texts (``snapshot_texts``)

Plain tuples by the statements that the ORM writes: making objects of a million rows took more
than reading them. What is made of them asks the database nothing, so that another thread may make
it while this one reads on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from annotate.enums import Kind, SnapshotKind
from annotate.export.columns import says_agreement
from annotate.export.images import Images
from annotate.export.policy import policy_from
from annotate.export.texts import Said
from annotate.models import Instructions, SnapshotPart
from annotate.questions import Questions, questions_of
from annotate.selectors.snapshot_answer import answers_of
from commons.statements import fetched

CHUNK = 500

Heard = Callable[[int], None]  # how many members were read since the last call
Row = tuple[Any, ...]
Order = tuple[list[list[str]], list[str]]  # the tiers, and what could not be ranked


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
    origin: str = ""  # read only where raters do not all weigh the same, or chances are said
    asked_with: float | None = None  # these three only where chances are said
    offered: str | None = None
    offered_with: str | None = None
    agreement_weight: float | None = None  # only where it is said


class WrittenMember(NamedTuple):
    uuid: str
    rater: str
    messages: str
    asked_with: float | None = None  # only where chances are said


class Chunk(NamedTuple):
    """Some members; of rankings also their orders, the answers they place and what was asked."""

    rows: list[Row]  # of each a ``Member``, then what there is of its kind
    orders: Sequence[Order] = ()
    pool: Mapping[str, tuple[Said, str]] = {}  # by id: what an answer says, and what wrote it
    asked: Mapping[int, Questions] = {}  # by version of the instructions
    images: Mapping[str, Images] = {}  # by prompt; empty where no prompt of the dataset has any


MEMBER = len(Member._fields)


def chunks_of(part: SnapshotPart, heard: Heard) -> Iterator[Chunk]:
    """The members of a part, some hundred at a time."""
    kind = SnapshotKind(part.snapshot.kind)
    chunks = {SnapshotKind.SFT: _written, SnapshotKind.PROMPTS: _asked_alone}.get(kind, _ranked)
    for chunk in chunks(part):
        yield chunk
        heard(len(chunk.rows))


def _asked_alone(part: SnapshotPart) -> Iterator[Chunk]:
    for rows in _chunks(part, "prompt", "prompt__created_at", ()):
        yield Chunk(rows)


def _written(part: SnapshotPart) -> Iterator[Chunk]:
    columns: list[Any] = [
        _text(f"demonstration__{name}") for name in ("uuid", "rater__uuid", "messages")
    ]
    if policy_from(part.snapshot.policy).chances:
        columns.append(F("demonstration__assignment__task__asked_with"))
    at = "demonstration__created_at"
    for rows in _chunks(part, "demonstration__prompt", at, columns):
        yield Chunk(rows)


def _ranked(part: SnapshotPart) -> Iterator[Chunk]:
    policy = policy_from(part.snapshot.policy)
    columns = (
        *(_text(f"ranking__{name}") for name in ("uuid", "rater__uuid")),
        *(_text(f"ranking__{name}") for name in ("tiers", "unrankable", "strengths", "answers")),
        F("ranking__reason"),
        F("ranking__prompt_id"),
        F("ranking__instructions_id"),
        _text("ranking__assignment__order"),
        *(_text(f"ranking__ideal__{name}") for name in ("uuid", "messages")),
        *([F("ranking__origin")] if policy.weighs or policy.chances else []),
        *(_drawn("ranking__assignment__task") if policy.chances else []),
        *([F("agreement_weight")] if says_agreement(part.snapshot.kind, policy) else []),
    )
    for rows in _chunks(part, "ranking__prompt", "ranking__created_at", columns):
        ranked = [RankedMember(*row[MEMBER:]) for row in rows]
        orders = [(orjson.loads(each.tiers), orjson.loads(each.unrankable)) for each in ranked]
        placed = {name for tiers, others in orders for tier in [*tiers, others] for name in tier}
        pool = answers_of({each.prompt for each in ranked}, placed)
        asked = _asked({each.instructions for each in ranked if each.instructions})
        yield Chunk(rows, orders, pool, asked)


def _drawn(task: str) -> list[Any]:
    """With which chances a task was drawn. They are written when it is made, and never changed."""
    return [F(f"{task}__asked_with"), _text(f"{task}__offered"), _text(f"{task}__offered_with")]


def _chunks(
    part: SnapshotPart, prompt: str, at: str, columns: Sequence[Any]
) -> Iterator[list[Row]]:
    """Members by position, a chunk at a time: no cursor is held open while shards are written.

    Each is a range with two ends, as positions have no gaps: of members that it has not counted
    yet, PostgreSQL would sort the whole rest.
    """
    about = [
        F("position"),
        F("side"),
        *(_text(f"{prompt}__{name}") for name in ("uuid", "messages", "tools")),
        *(F(f"{prompt}__{name}") for name in ("skill", "language")),
        _text(at),
    ]
    named = {f"c{number:02d}": column for number, column in enumerate([*about, *columns])}
    members = part.snapshot.members.annotate(**named).order_by("position")
    for first in range(part.first, part.last + 1, CHUNK):
        last = min(first + CHUNK - 1, part.last)
        yield _fetched(members.filter(position__range=(first, last)).values_list(*named))


def _fetched(found: QuerySet[Any, Any]) -> list[Row]:
    return fetched(*found.query.sql_with_params())


def _text(path: str) -> Cast:
    """As the database's own text: what an id or a JSON value is made into costs more."""
    return Cast(path, TextField())


def _asked(versions: set[int]) -> dict[int, Questions]:
    """What each version of the instructions asks of a ranking."""
    forms = Instructions.objects.filter(pk__in=versions).values_list("pk", "form")
    return {pk: questions_of(form, Kind.RANK) for pk, form in forms}
