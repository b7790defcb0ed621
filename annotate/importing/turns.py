"""Read the messages of a prompt or an answer, and the tools that they may call."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from annotate.importing.fields import BadRow, items, kind_of, mapping, only, text
from annotate.importing.records import ImportedCandidate, Message, Messages
from annotate.tools import OddTool, check_tools, holds_nul, name_of
from commons.depth import is_too_deep
from commons.sentences import said_by
from commons.sentences import sentence as _

ROLES = ("system", "user", "assistant", "tool")
_PLAIN = frozenset(("role", "content"))
_MESSAGE = {"tool": _PLAIN | {"name"}, "assistant": _PLAIN | {"tool_calls"}}


def messages(value: object, field: str) -> Messages:
    """A list of {"role", "content"} with something in it."""
    if not isinstance(value, list):
        raise BadRow(field, _("must be a list of messages, not %(kind)s.", kind=kind_of(value)))
    if not value:
        raise BadRow(field, _("is empty; give it at least one message."))
    return tuple(_message(one, f"{field}[{place}]") for place, one in enumerate(value))


def prompt_messages(value: object, field: str) -> Messages:
    """Messages up to the open turn, which is the user's."""
    return open_turn(messages(value, field), field)


def open_turn(found: Messages, field: str) -> Messages:
    if not found or found[-1]["role"] != "user":
        last = found[-1]["role"] if found else _("nobody")
        raise BadRow(
            field, _("ends with the turn of %(role)s; a prompt ends with the user's.", role=last)
        )
    return found


def answer_messages(value: object, field: str) -> Messages:
    """What follows a prompt: messages of the assistant and its tools, the assistant's last."""
    found = messages(value, field)
    strange = {message["role"] for message in found} - {"assistant", "tool"}
    if strange:
        raise BadRow(
            field,
            _(
                "holds a turn of %(role)s; an answer holds the assistant's.",
                role=min(strange),
            ),
        )
    if found[-1]["role"] != "assistant":
        raise BadRow(field, _("ends with a tool's turn; an answer ends with the assistant's."))
    return found


def apart(candidates: Sequence[ImportedCandidate]) -> tuple[ImportedCandidate, ...]:
    """The candidates, unless two of them say the same."""
    first: dict[tuple[tuple[str, ...], ...], str] = {}
    for candidate in candidates:
        said = tuple(map(_said, candidate.messages))
        if said in first:
            raise BadRow(
                f"candidate {candidate.key}",
                _(
                    "repeats candidate %(key)s word for word; leave one of them out.",
                    key=first[said],
                ),
            )
        first[said] = candidate.key
    return tuple(candidates)


def tools(value: object, field: str) -> tuple[Mapping[str, Any], ...]:
    """The functions that an assistant may call; absent = none."""
    found = items(value, field)
    if not found:
        return ()
    try:
        check_tools(found)
        _refuse_unkeepable(found)
    except OddTool as odd:
        at = f"{field}.{odd.field}" if odd.field else field
        raise BadRow(at, said_by(odd)) from None
    except (TypeError, ValueError):
        raise BadRow(
            field, _("holds half of a surrogate pair or a huge number; mend it.")
        ) from None
    return tuple(mapping(one, field) for one in found)


def _message(value: object, field: str) -> Message:
    row = mapping(value, field)
    role = row.get("role")
    only(row, _MESSAGE.get(role, _PLAIN) if isinstance(role, str) else _PLAIN, field)
    if role not in ROLES:
        raise BadRow(
            f"{field}.role",
            _("is %(said)s; use one of %(known)s.", said=f"{role!a:.40}", known=", ".join(ROLES)),
        )
    calls = row.get("tool_calls")
    is_silent = calls and not row.get("content")  # a call may stand without a word
    content = "" if is_silent else text(row.get("content"), f"{field}.content")
    said: Message = {"role": str(role), "content": content}
    if calls:
        said["tool_calls"] = _calls(calls, f"{field}.tool_calls")
    if row.get("name") is not None:
        said["name"] = text(row["name"], f"{field}.name")
    return said


def _calls(value: object, field: str) -> list[dict[str, Any]]:
    return [_call(one, f"{field}[{place}]") for place, one in enumerate(items(value, field))]


def _call(value: object, field: str) -> dict[str, Any]:
    """A call as it is kept: its arguments as an object, whatever form they came in."""
    inner = f"{field}.function"
    function = mapping(mapping(value, field).get("function"), inner)
    name = text(name_of(value), f"{inner}.name")
    given = function.get("arguments", {})
    try:
        arguments = orjson.loads(given or "{}") if isinstance(given, str) else given
        _refuse_unkeepable(arguments)
    except (TypeError, ValueError):
        raise BadRow(
            f"{field}.function.arguments", _("are no JSON that can be kept; write an object.")
        ) from None
    kept = mapping(arguments, f"{field}.function.arguments")
    return {"type": "function", "function": {"name": name, "arguments": kept}}


def _refuse_unkeepable(value: object) -> None:
    """``ValueError`` or ``TypeError`` for what a database could not keep as JSON."""
    if is_too_deep(value) or holds_nul(value):
        raise ValueError
    orjson.dumps(value)


def _said(message: Message) -> tuple[str, ...]:
    """What two answers that say the same have in common."""
    said = (message["role"], message["content"])
    calls = message.get("tool_calls")
    return (*said, orjson.dumps(calls, option=orjson.OPT_SORT_KEYS).decode()) if calls else said
