"""Write records as the database will hold them; nothing here asks the database."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import uuid4

import orjson

from annotate.digests import digest_of
from annotate.export.splits import side_of
from annotate.importing.records import ImportedCandidate, ImportedPrompt, Messages, Record, Refusal
from annotate.services.intake.types import Answer, Arrival, Chunk

ROWS = 1000  # of a chunk: more make nothing faster, fewer wait longer for the disk
CHARACTERS = 8_000_000  # of a chunk of long texts, so that memory is constant

T = TypeVar("T")


def arrival_of(record: ImportedPrompt) -> Arrival:
    """A prompt with its digest, its side and its JSON."""
    messages = _canonical(record.messages)
    digest = digest_of(orjson.Fragment(messages), [], [])  # equals prompt_digest
    return Arrival(
        digest=digest,
        messages=messages.decode(),
        skill=record.skill,
        language=record.language,
        clearance=record.clearance,
        source=record.source,
        external_id=record.key,
        side=side_of(digest),
        priority=record.priority,
        answers=[answer_of(each) for each in record.candidates],
        record=record,
    )


def answer_of(candidate: ImportedCandidate) -> Answer:
    messages = _canonical(candidate.messages)
    return Answer(
        uuid=uuid4().hex,
        digest=digest_of(orjson.Fragment(messages)),
        messages=messages.decode(),
        source=candidate.source,
        sampling=orjson.dumps(candidate.sampling).decode(),
    )


def _canonical(messages: Messages) -> bytes:
    """The JSON that is digested, which is also the one that is kept."""
    return orjson.dumps(messages, option=orjson.OPT_SORT_KEYS)


def chunks_of(records: Iterable[Record]) -> Iterator[Chunk]:
    """Whole records, until a chunk has enough rows or enough text."""
    chunk, line = Chunk(), 0
    for record in records:
        chunk.rows += record.line != line
        line = record.line
        if isinstance(record, Refusal):
            chunk.refused.append(record)
        else:
            _add(chunk, arrival_of(record))
        if len(chunk.arrivals) + len(chunk.refused) >= ROWS or chunk.characters >= CHARACTERS:
            yield chunk
            chunk = Chunk()
    if chunk.rows or chunk.arrivals or chunk.refused:
        yield chunk


def _add(chunk: Chunk, arrival: Arrival) -> None:
    chunk.arrivals.append(arrival)
    chunk.characters += len(arrival.messages) + sum(len(each.messages) for each in arrival.answers)


def read_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items; each is made in a thread while the one before is dealt with."""
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
