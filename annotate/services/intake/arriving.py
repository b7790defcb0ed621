"""Write records as the database will hold them; nothing here asks the database."""

from collections.abc import Generator, Iterable, Mapping
from os import urandom
from typing import Any

import orjson

from annotate.attachments import attachment_of, identity_of
from annotate.digests import digest_of
from annotate.export.splits import side_of
from annotate.importing.records import (
    ImportedCandidate,
    ImportedPrompt,
    LeftOut,
    Messages,
    Record,
    Refusal,
)
from annotate.near.asking import asked_in
from annotate.pictures import Picture
from annotate.services.intake.dialects import Dialect
from annotate.services.intake.types import Answer, Arrival, Chunk, Row

ROWS = 1000  # of a chunk: more make nothing faster, fewer wait longer for the disk
# Of a chunk of long texts or many judgements, so that memory is constant: five chunks are in
# flight, and the two that are being kept take three times as much as those that wait.
CHARACTERS = 8_000_000
PIXELS = 4  # take as long to be drawn as a character to be kept, and more
OBJECT = 500  # characters that fit into what Python makes of an answer or of a place in a ranking


def arrival_of(record: ImportedPrompt, dialect: Dialect) -> Arrival:
    """A prompt with its digest and its side, as this dialect keeps it."""
    messages = _canonical(record.messages)
    attachments = [attachment_of(each.picture, each.alt) for each in record.pictures]
    # Equals prompt_digest.
    digest = digest_of(orjson.Fragment(messages), record.tools, identity_of(attachments))
    side = side_of(digest)
    return Arrival(
        digest=digest,
        side=side,
        asked=asked_in(record.messages, attachments),
        row=dialect.prompt_row(
            record,
            digest=digest,
            messages=messages.decode(),
            side=side,
            attachments=orjson.dumps(attachments).decode(),
        ),
        priority=record.priority,
        answers=[answer_of(each, dialect) for each in record.candidates],
        record=record if record.demonstrations or record.rankings or record.drafts else None,
        pictures=[each.picture for each in record.pictures],
    )


def answer_of(candidate: ImportedCandidate, dialect: Dialect) -> Answer:
    """A candidate with its digest and an id, as this dialect keeps it."""
    messages = _canonical(candidate.messages)
    uuid, digest = _random_uuid(), digest_of(orjson.Fragment(messages))
    row = dialect.candidate_row(
        uuid=uuid,
        digest=digest,
        messages=messages.decode(),
        source=candidate.source,
        sampling=orjson.dumps(candidate.sampling).decode(),
    )
    return Answer(uuid, digest, row)


def _random_uuid() -> str:
    """A version 4 UUID in hex, as ``uuid4().hex`` in a third of the time."""
    bits = urandom(16).hex()
    return f"{bits[:12]}4{bits[13:16]}a{bits[17:]}"


def _canonical(messages: Messages) -> bytes:
    """The JSON that is digested, which is also the one that is kept."""
    return orjson.dumps(messages, option=orjson.OPT_SORT_KEYS)


def chunks_of(records: Iterable[Record], dialect: Dialect) -> Generator[Chunk, None, None]:
    """Whole records, until a chunk has enough rows or enough text."""
    chunk, line = Chunk(), 0
    for record in records:
        chunk.rows += record.line != line
        line = record.line
        if isinstance(record, Refusal):
            chunk.refused.append(record)
        elif isinstance(record, LeftOut):
            chunk.left.add(record)
        else:
            arrival = arrival_of(record, dialect)
            chunk.arrivals.append(arrival)
            chunk.characters += _length(arrival)
        if len(chunk.arrivals) + len(chunk.refused) >= ROWS or chunk.characters >= CHARACTERS:
            yield chunk
            chunk = Chunk()
    if chunk.rows or chunk.arrivals or chunk.refused:
        yield chunk


def _length(arrival: Arrival) -> int:
    """What a chunk holds of an arrival, in characters."""
    rows = (arrival.row, *(answer.row for answer in arrival.answers))
    length = sum(map(_length_of_row, rows)) + len(arrival.asked) + OBJECT * len(arrival.answers)
    length += sum(map(_length_of_picture, arrival.pictures))
    if arrival.record is None:
        return length
    return 2 * length + _judged_length(arrival.record)  # the record says it once more


def _length_of_picture(picture: Picture) -> int:
    """A large one of one colour is a small file, and takes its time to be drawn all the same."""
    return len(picture.data) + picture.width * picture.height // PIXELS


def _judged_length(record: ImportedPrompt) -> int:
    shown = (message for each in record.demonstrations for message in each.messages)
    ranked = ((*each.tiers, each.unrankable) for each in record.rankings)
    placed = sum(len(group) for groups in ranked for group in groups)
    texts = sum(len(message["content"]) for message in shown)
    texts += sum(len(each.reason) + _said_length(each.answers) for each in record.rankings)
    begun = sum(
        len(each.text) + len(each.reason) + _said_length(each.answers) for each in record.drafts
    )
    objects = len(record.demonstrations) + placed + len(record.drafts)
    return texts + begun + OBJECT * objects


def _said_length(answers: Mapping[str, Mapping[str, Any]]) -> int:
    """Of spans above all, which quote what they cover."""
    return len(orjson.dumps(answers)) if answers else 0


def _length_of_row(row: Row) -> int:
    return len(row) if isinstance(row, str) else sum(map(len, row))
