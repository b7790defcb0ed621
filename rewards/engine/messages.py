"""Messages as all scripts read them: no tokens, no torch.

Blindness hangs on the system text: the templates of many models name the model when no system
message is given, and the model then repeats that name. One neutral text is put first instead.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from commons.sentences import sentence as _
from rewards.engine.errors import BadInput

NEUTRAL_SYSTEM = "You are a helpful assistant."
ROLES = frozenset({"system", "user", "assistant", "tool"})

Message: TypeAlias = dict[str, Any]  # {"role": …, "content": …}, and "name" or "tool_calls"
Tools: TypeAlias = Sequence[Mapping[str, Any]]  # functions, as chat templates take them


def as_messages(value: object) -> list[Message]:
    """Check what was read from a file: a list of {role, content}, both text, and calls of tools."""
    if not isinstance(value, list) or not value:
        raise BadInput(_("messages must be a list with at least one message."))
    for message in value:
        if not isinstance(message, Mapping) or message.get("role") not in ROLES:
            raise BadInput(
                _(
                    "a message needs a role out of %(known)s.",
                    known=", ".join(sorted(ROLES)),
                )
            )
        if not isinstance(message.get("content"), str):
            raise BadInput(_("a message needs its content as text."))
    return [_message(m) for m in value]


def _message(read: Mapping[str, Any]) -> Message:
    """Parquet fills in nulls where a message has no such field, and holds arguments as text."""
    message = Message(role=read["role"], content=read["content"])
    if read.get("name"):
        message["name"] = read["name"]
    if read.get("tool_calls"):
        message["tool_calls"] = [_call(call) for call in read["tool_calls"]]
    return message


def _call(read: Mapping[str, Any]) -> dict[str, Any]:
    said = read["function"]
    arguments = said["arguments"]
    if isinstance(arguments, str):
        arguments = json.loads(arguments)
    return {"type": "function", "function": {"name": said["name"], "arguments": arguments}}


def with_system(messages: Sequence[Message]) -> list[Message]:
    """``messages`` with the neutral system text first, unless they bring a system text."""
    if messages[0]["role"] == "system":
        return list(messages)
    return [Message(role="system", content=NEUTRAL_SYSTEM), *messages]
