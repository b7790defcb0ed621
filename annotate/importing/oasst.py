"""Message trees as OpenAssistant publishes them: one tree a line.

    {"message_tree_id", "prompt": {"message_id", "role": "prompter", "text", "lang", "replies": [
        {"message_id", "role": "assistant", "text", "rank": 0, "replies": [...]}, ...]}}

Wherever two or more of the replies to a prompter's message carry a rank, the messages from the
root down to it are a prompt, those replies its candidates, and their ranks one ranking. A message
that was deleted or that reviewers turned down is left out with everything below it.
(Köpf et al. 2023, "OpenAssistant Conversations", section 2.)
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from annotate.importing import fields, turns
from annotate.importing.fields import BadRow, Row
from annotate.importing.records import (
    ImportedCandidate,
    ImportedPrompt,
    ImportedRanking,
    Message,
    Record,
    Refusal,
)
from commons.sentences import said_by
from commons.sentences import sentence as _

SOURCE = RATER = "oasst"
NO_GROUP = _("no message of this tree has two ranked replies; there is nothing to import.")
HUMAN = "human"  # the source of an answer that no model wrote

_ROLES = {"prompter": "user", "assistant": "assistant"}


def prompts_in(row: Row, line: int) -> Iterator[Record]:
    """Every ranked group of a tree; one that cannot be kept is refused by itself.

    A tree that has none is refused as well: every row of a file is accounted for.
    """
    root = fields.mapping(row.get("prompt"), "prompt")
    waiting: list[tuple[Row, ...]] = [(root,)] if _stands(root) else []
    groups = 0
    while waiting:
        path = waiting.pop()
        replies = _replies(path[-1])
        waiting.extend((*path, reply) for reply in reversed(replies))
        ranked = [reply for reply in replies if reply.get("rank") is not None]
        if path[-1].get("role") == "prompter" and len(ranked) > 1:
            groups += 1
            try:
                yield _prompt(path, ranked, line)
            except BadRow as bad:
                name = path[-1].get("message_id")
                yield Refusal(
                    line,
                    _(
                        "the replies to message %(name)s: %(said)s",
                        name=f"{name!a:.60}",
                        said=said_by(bad),
                    ),
                )
    if not groups:
        yield Refusal(line, NO_GROUP)


def _stands(message: Row) -> bool:
    return not message.get("deleted") and message.get("review_result") is not False


def _replies(message: Row) -> list[Row]:
    found = [
        fields.mapping(reply, "a reply")
        for reply in fields.items(message.get("replies"), "replies")
    ]
    return [reply for reply in found if _stands(reply)]


def _prompt(path: Sequence[Row], ranked: Sequence[Row], line: int) -> ImportedPrompt:
    asked = path[-1]
    by_rank = sorted(ranked, key=_rank)
    return ImportedPrompt(
        key=_id(asked),
        messages=turns.open_turn(tuple(_message(message) for message in path), "the conversation"),
        skill="",
        language=fields.label(asked, "lang", "lang", default=fields.LANGUAGE, longest="language"),
        source=SOURCE,
        candidates=turns.apart([_candidate(reply) for reply in ranked]),
        demonstrations=(),
        rankings=(
            ImportedRanking(
                rater=RATER,
                tiers=tuple(
                    tuple(_id(reply) for reply in tier) for _, tier in groupby(by_rank, key=_rank)
                ),
            ),
        ),
        line=line,
    )


def _candidate(reply: Row) -> ImportedCandidate:
    source = HUMAN
    if reply.get("synthetic"):
        source = fields.label(reply, "model_name", "model_name", default="unknown", longest="model")
    return ImportedCandidate(
        key=_id(reply), messages=(_message(reply),), source=source, sampling={}
    )


def _message(message: Row) -> Message:
    role = _ROLES.get(str(message.get("role")))
    if role is None:
        said = f"{message.get('role')!a:.40}"
        raise BadRow("role", _("is %(said)s; use prompter or assistant.", said=said))
    return {"role": role, "content": fields.text(message.get("text"), f"text of {_id(message)}")}


def _id(message: Row) -> str:
    name = fields.label(message, "message_id", "message_id", default="", longest="id")
    if not name:
        raise BadRow("message_id", _("is missing; every message needs one."))
    return name


def _rank(reply: Row) -> int:
    return fields.whole_number(reply.get("rank"), "rank")
