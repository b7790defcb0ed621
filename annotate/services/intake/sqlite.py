"""SQLite: executemany in the one transaction of the chunk, which nobody else writes beside."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import orjson
from django.db import connection
from django.utils import timezone

from annotate.importing.records import ImportedPrompt
from annotate.services.intake.types import Answer, Arrival, Kept, NewTask, Standing

FIND_PROMPTS = """
SELECT digest, id, uuid FROM annotate_prompt
WHERE digest IN (SELECT value FROM json_each(%s))
"""

KEEP_PROMPTS = """
INSERT INTO annotate_prompt (
    quarantined, uuid, created_at, attachments, digest, messages, tools, skill, language,
    clearance, source, external_id, side
)
VALUES (0, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

MERGE_CANDIDATES = """
INSERT INTO annotate_candidate (prompt_id, created_at, uuid, digest, messages, source, sampling)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (prompt_id, digest) DO NOTHING
"""

FIND_CANDIDATES = """
SELECT prompt_id, digest, uuid, author_id, weight FROM annotate_candidate
WHERE prompt_id IN (SELECT value FROM json_each(%s))
ORDER BY id
"""

FIND_PLACES = """
SELECT id, batch_id, prompt_id FROM annotate_campaignprompt
WHERE campaign_id = %s AND prompt_id IN (SELECT value FROM json_each(%s))
"""

KEEP_PLACES = """
INSERT INTO annotate_campaignprompt (campaign_id, batch_id, added_at, prompt_id, priority)
VALUES (%s, %s, %s, %s, %s)
"""

KEEP_TASKS = """
INSERT INTO annotate_task (
    uuid, campaign_id, kind, held, third_asked, created_at,
    prompt_id, round, lane_id, place, offered, wanted, free, second_opinion, propensity,
    asked_with, offered_with
)
VALUES (%s, %s, %s, '', 0, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (campaign_id, prompt_id, kind, round) DO NOTHING
"""


def prompt_row(
    record: ImportedPrompt, *, digest: str, messages: str, side: str, attachments: str
) -> tuple[str, ...]:
    """A prompt's columns, but for its id and the time."""
    labels = (record.skill, record.language, record.clearance, record.source, record.key)
    return (attachments, digest, messages, orjson.dumps(record.tools).decode(), *labels, side)


def candidate_row(
    *, uuid: str, digest: str, messages: str, source: str, sampling: str
) -> tuple[str, ...]:
    """A candidate's columns, but for its prompt and the time."""
    return (uuid, digest, messages, source, sampling)


def set_up_transaction(*, lasting: bool) -> None:
    """Nothing: how SQLite's commits are written is settled per connection."""


def keep_prompts(arrivals: Sequence[Arrival]) -> dict[str, Kept]:
    """The prompts of these arrivals, one for each digest, made where they were not there."""
    there = _found([each.digest for each in arrivals], new=False)
    missing = [each for each in arrivals if each.digest not in there]
    now = _now()
    with connection.cursor() as cursor:
        cursor.executemany(KEEP_PROMPTS, [(uuid4().hex, now, *each.row) for each in missing])
    return there | _found([each.digest for each in missing], new=True)


def hold_prompts(prompts: Sequence[int]) -> None:
    """Nothing: there is one writer."""


def add_candidates(rows: Sequence[tuple[int, Answer]]) -> int:
    """Candidates of prompts that this transaction made; say how many."""
    return merge_candidates(rows)


def merge_candidates(rows: Sequence[tuple[int, Answer]]) -> int:
    """Candidates of these prompts; say how many were not there."""
    now = _now()
    with connection.cursor() as cursor:
        cursor.executemany(
            MERGE_CANDIDATES, [(prompt, now, *answer.row) for prompt, answer in rows]
        )
        return int(cursor.rowcount)


def candidates_of(prompts: Sequence[int]) -> list[Standing]:
    """All candidates of these prompts, each prompt's in the order in which they came."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_CANDIDATES, [_list(prompts)])
        return [
            Standing(prompt, digest, UUID(hex), author, weight)
            for prompt, digest, hex, author, weight in cursor.fetchall()
        ]


def keep_places(campaign: int, batch: int, places: Sequence[tuple[int, int]]) -> set[int]:
    """Places of (prompt, priority) in a campaign; say which prompts had none."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_PLACES, [campaign, _list([prompt for prompt, _ in places])])
        there = {prompt for _, _, prompt in cursor.fetchall()}
        now, new = _now(), [place for place in places if place[0] not in there]
        cursor.executemany(KEEP_PLACES, [(campaign, batch, now, *place) for place in new])
    return {prompt for prompt, _ in new}


def places_of(campaign: int, prompts: Sequence[int]) -> list[tuple[int, int | None]]:
    """The places of these prompts in a campaign, each with its batch."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_PLACES, [campaign, _list(prompts)])
        return [(pk, batch) for pk, batch, _ in cursor.fetchall()]


def keep_tasks(campaign: int, kind: str, tasks: Sequence[NewTask]) -> int:
    """Make tasks, all turns of theirs free; say how many were not there."""
    now = _now()
    rows = [
        (
            *(uuid4().hex, campaign, kind, now),
            *(task.prompt, task.round, task.lane, task.place),
            _list([str(uuid) for uuid in task.offered]),
            *(task.wanted, task.wanted, task.second_opinion, task.propensity),
            *(task.asked_with, _list(task.offered_with)),
        )
        for task in tasks
    ]
    with connection.cursor() as cursor:
        cursor.executemany(KEEP_TASKS, rows)
        return int(cursor.rowcount)


def _found(digests: Sequence[str], *, new: bool) -> dict[str, Kept]:
    with connection.cursor() as cursor:
        cursor.execute(FIND_PROMPTS, [_list(digests)])
        return {digest: Kept(pk, UUID(hex), new) for digest, pk, hex in cursor.fetchall()}


def _now() -> str:
    """As Django writes it, so that Django can read and compare it."""
    return str(connection.ops.adapt_datetimefield_value(timezone.now()))


def _list(values: Sequence[object]) -> str:
    return orjson.dumps(values).decode()
