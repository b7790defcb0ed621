"""PostgreSQL: COPY, as text that is put together here, then INSERT … ON CONFLICT in one order.

What a prompt of this very transaction gets cannot be there yet, and nobody else sees that prompt:
its candidates are copied into their table straight away, which is a third of the work.
"""

from collections.abc import Iterable, Sequence

import orjson
from django.db import connection
from django.utils import timezone

from annotate.importing.records import ImportedPrompt
from annotate.services.intake.types import Answer, Arrival, Kept, NewTask, Standing

# COPY reads these as the end of a value or of a row, and the backslash as the beginning of them.
# JSON holds only the last: orjson writes the others as \t, \n, \r.
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

_BETWEEN = "|"  # the ids of an offer: an array of JSON texts would be quoted twice over

NO_JIT = "SET LOCAL jit = off"
NO_WAIT = "SET LOCAL synchronous_commit = off"

ARRIVED_PROMPTS = """
CREATE TEMPORARY TABLE IF NOT EXISTS arrived_prompt (
    number int, digest varchar, messages jsonb, tools jsonb, attachments jsonb,
    skill varchar, language varchar, clearance varchar, source varchar, external_id varchar,
    side varchar
) ON COMMIT DROP;
TRUNCATE arrived_prompt
"""

# Ids follow the order of the file; rows go in by digest, so that two imports of the same prompts
# wait for one another in one order.
KEEP_PROMPTS = """
INSERT INTO annotate_prompt (
    id, uuid, messages, tools, attachments, digest, skill, language, clearance, source,
    external_id, side, quarantined, created_at
)
SELECT id, gen_random_uuid(), messages, tools, attachments, digest, skill, language,
       clearance, source, external_id, side, false, now()
FROM (
    SELECT nextval(pg_get_serial_sequence('annotate_prompt', 'id')) AS id, arrived.*
    FROM (
        SELECT * FROM arrived_prompt
        WHERE NOT EXISTS (
            SELECT 1 FROM annotate_prompt AS there WHERE there.digest = arrived_prompt.digest
        )
        ORDER BY number
    ) AS arrived
    OFFSET 0
) AS numbered
ORDER BY digest
ON CONFLICT (digest) DO NOTHING
RETURNING digest, id, uuid
"""

# Locked, so that none is erased behind what is given to it now. One that is being erased is waited
# for, and then has this digest no more.
FIND_PROMPTS = """
SELECT digest, id, uuid FROM annotate_prompt WHERE digest = ANY(%s) ORDER BY id FOR KEY SHARE
"""

HOLD_PROMPTS = "SELECT 1 FROM annotate_prompt WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"

_CANDIDATE = "(prompt_id, created_at, uuid, digest, messages, source, sampling)"

ARRIVED_CANDIDATES = """
CREATE TEMPORARY TABLE IF NOT EXISTS arrived_candidate (
    prompt_id bigint, created_at timestamptz, uuid uuid, digest varchar, messages jsonb,
    source varchar, sampling jsonb
) ON COMMIT DROP;
TRUNCATE arrived_candidate
"""

MERGE_CANDIDATES = f"""
INSERT INTO annotate_candidate {_CANDIDATE}
SELECT * FROM arrived_candidate ORDER BY prompt_id, digest
ON CONFLICT (prompt_id, digest) DO NOTHING
"""

# By prompt, each by the index: before anybody has counted the table, as after a first import, the
# planner would read all of it for a list of prompts.
FIND_CANDIDATES = """
SELECT standing.prompt_id, standing.digest, standing.uuid, standing.author_id, standing.weight
FROM unnest(%s::bigint[]) AS asked (prompt)
CROSS JOIN LATERAL (
    SELECT prompt_id, digest, uuid, author_id, weight FROM annotate_candidate
    WHERE prompt_id = asked.prompt
    ORDER BY id
    OFFSET 0
) AS standing
"""

FIND_PLACES = """
SELECT place.id, place.batch_id
FROM unnest(%s::bigint[]) AS asked (prompt)
CROSS JOIN LATERAL (
    SELECT id, batch_id FROM annotate_campaignprompt
    WHERE campaign_id = %s AND prompt_id = asked.prompt
    OFFSET 0
) AS place
"""

KEEP_PLACES = """
INSERT INTO annotate_campaignprompt (campaign_id, batch_id, added_at, prompt_id, priority)
SELECT %s, %s, now(), prompt, priority
FROM unnest(%s::bigint[], %s::smallint[]) AS place (prompt, priority)
ORDER BY prompt
ON CONFLICT (campaign_id, prompt_id) DO NOTHING
RETURNING prompt_id
"""

KEEP_TASKS = """
INSERT INTO annotate_task (
    uuid, campaign_id, kind, held, third_asked, created_at,
    prompt_id, round, lane_id, place, offered, wanted, free, second_opinion, propensity,
    asked_with, offered_with
)
SELECT gen_random_uuid(), %s, %s, '', false, now(),
       prompt, round, lane, place, to_jsonb(string_to_array(offered, %s)), wanted, wanted,
       second_opinion, propensity, asked_with, offered_with::jsonb
FROM unnest(
    %s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[], %s::text[], %s::smallint[],
    %s::boolean[], %s::double precision[], %s::double precision[], %s::text[]
) AS task (
    prompt, round, lane, place, offered, wanted, second_opinion, propensity,
    asked_with, offered_with
)
ON CONFLICT (campaign_id, prompt_id, kind, round) DO NOTHING
"""


def prompt_row(
    record: ImportedPrompt, *, digest: str, messages: str, side: str, attachments: str
) -> str:
    """A prompt as COPY reads it, but for its number."""
    said = (record.skill, record.language, record.clearance, record.source, record.key)
    labels = "\t".join(label.translate(_ESCAPED) for label in said)
    tools = orjson.dumps(record.tools).decode()
    return f"{digest}\t{_json(messages)}\t{_json(tools)}\t{_json(attachments)}\t{labels}\t{side}"


def candidate_row(*, uuid: str, digest: str, messages: str, source: str, sampling: str) -> str:
    """A candidate as COPY reads it, but for its prompt and the time."""
    said = f"{_json(messages)}\t{source.translate(_ESCAPED)}\t{_json(sampling)}"
    return f"{uuid}\t{digest}\t{said}"


def set_up_transaction(*, lasting: bool) -> None:
    """No compiling: it takes longer than the statements, where the planner guesses that they are
    long ones. A commit that need not last does not wait for the disk; the next one covers it."""
    with connection.cursor() as cursor:
        cursor.execute(NO_JIT if lasting else f"{NO_JIT}; {NO_WAIT}")


def keep_prompts(arrivals: Sequence[Arrival]) -> dict[str, Kept]:
    """The prompts of these arrivals, one for each digest, made where they were not there."""
    with connection.cursor() as cursor:
        cursor.execute(ARRIVED_PROMPTS)
        _copy("arrived_prompt", (f"{n}\t{each.row}" for n, each in enumerate(arrivals)))
        cursor.execute(KEEP_PROMPTS)
        kept = {digest: Kept(pk, uuid, True) for digest, pk, uuid in cursor.fetchall()}
        if missing := [each.digest for each in arrivals if each.digest not in kept]:
            cursor.execute(FIND_PROMPTS, [missing])
            kept |= {digest: Kept(pk, uuid, False) for digest, pk, uuid in cursor.fetchall()}
    if erased := [each for each in arrivals if each.digest not in kept]:
        kept |= keep_prompts(erased)  # between the two statements: they come anew
    return kept


def hold_prompts(prompts: Sequence[int]) -> None:
    """Let none of these be erased until this transaction ends; wait for whoever erases one now."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_PROMPTS, [list(prompts)])


def add_candidates(rows: Sequence[tuple[int, Answer]]) -> int:
    """Candidates of prompts that this transaction made; say how many."""
    _copy(f"annotate_candidate {_CANDIDATE}", _candidate_lines(rows))
    return len(rows)


def merge_candidates(rows: Sequence[tuple[int, Answer]]) -> int:
    """Candidates of prompts that others know too; say how many were not there."""
    with connection.cursor() as cursor:
        cursor.execute(ARRIVED_CANDIDATES)
        _copy("arrived_candidate", _candidate_lines(rows))
        cursor.execute(MERGE_CANDIDATES)
        return int(cursor.rowcount)


def candidates_of(prompts: Sequence[int]) -> list[Standing]:
    """All candidates of these prompts, each prompt's in the order in which they came."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_CANDIDATES, [list(prompts)])
        return [Standing(*row) for row in cursor.fetchall()]


def keep_places(campaign: int, batch: int, places: Sequence[tuple[int, int]]) -> set[int]:
    """Places of (prompt, priority) in a campaign; say which prompts had none."""
    prompts, priorities = [prompt for prompt, _ in places], [priority for _, priority in places]
    with connection.cursor() as cursor:
        cursor.execute(KEEP_PLACES, [campaign, batch, prompts, priorities])
        return {prompt for (prompt,) in cursor.fetchall()}


def places_of(campaign: int, prompts: Sequence[int]) -> list[tuple[int, int | None]]:
    """The places of these prompts in a campaign, each with its batch."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_PLACES, [list(prompts), campaign])
        return [(pk, batch) for pk, batch in cursor.fetchall()]


def keep_tasks(campaign: int, kind: str, tasks: Sequence[NewTask]) -> int:
    """Make tasks, all turns of theirs free; say how many were not there."""
    columns: list[list[object]] = [
        [task.prompt for task in tasks],
        [task.round for task in tasks],
        [task.lane for task in tasks],
        [task.place for task in tasks],
        [_BETWEEN.join(map(str, task.offered)) for task in tasks],
        [task.wanted for task in tasks],
        [task.second_opinion for task in tasks],
        [task.propensity for task in tasks],
        [task.asked_with for task in tasks],
        [orjson.dumps(list(task.offered_with)).decode() for task in tasks],
    ]
    with connection.cursor() as cursor:
        cursor.execute(KEEP_TASKS, [campaign, kind, _BETWEEN, *columns])
        return int(cursor.rowcount)


def _candidate_lines(rows: Iterable[tuple[int, Answer]]) -> Iterable[str]:
    now = timezone.now().isoformat()
    return (f"{prompt}\t{now}\t{answer.row}" for prompt, answer in rows)


def _json(said: str) -> str:
    return said.replace("\\", "\\\\")


def _copy(into: str, lines: Iterable[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        copy.write("\n".join((*lines, "")))
