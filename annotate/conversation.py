"""What may stand in an answer of several messages. PURE: no database, no Django.

An answer is what follows a prompt, in the shape that chat templates and trainers read:

    [{"role": "assistant", "content": "I look it up.", "tool_calls": [
        {"type": "function", "function": {"name": "dose", "arguments": {"drug": "aspirin"}}}]},
     {"role": "tool", "name": "dose", "content": "{\\"mg\\": 100}"},
     {"role": "assistant", "content": "100 mg a day."},
     {"role": "user", "content": "And for a child?"},
     {"role": "assistant", "content": "None at all."}]

An assistant's message that calls tools is followed by the result of each call, in their order; a
follow-up question follows an answer; the last message is an answer in words. While somebody is
writing, arguments may be the text that they have typed so far: ``settled`` reads it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from annotate.tools import Tools, flaws_of_arguments, name_of, names_of
from commons.depth import DEEPEST, is_too_deep

Message: TypeAlias = dict[str, object]
Messages: TypeAlias = list[Message]

MOST_MESSAGES = 60  # of one answer
MOST_CALLS = 16  # of one message

_FIELDS = {
    "assistant": {"role", "content", "tool_calls"},
    "tool": {"role", "name", "content"},
    "user": {"role", "content"},
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one message: ``field`` is a dotted path in it, ``said`` what helps."""

    place: int
    field: str
    said: str

    @property
    def path(self) -> str:
        """The same within the whole answer."""
        return ".".join(filter(None, (str(self.place), self.field)))

    def __str__(self) -> str:
        return f"Block {self.place + 1}: {self.said}"


def settled(messages: object) -> Messages:
    """The messages with arguments read where they are still a text; the rest as it is.

    What is no list of objects comes back empty: ``flaws`` then says that there is no answer.
    """
    if not isinstance(messages, list) or is_too_deep(messages, most=DEEPEST):
        return []
    return [_settled(each) for each in messages if isinstance(each, dict)]


def messages_in(said: str) -> Messages:
    """The messages of a JSON text, whatever is wrong with them; ``ValueError`` for anything else.

    Drafts hold them in this form, and forms send them so.
    """
    found = orjson.loads(said) if said else []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError("no list of messages")
    if is_too_deep(found):
        raise ValueError("nested too deeply")
    return found


def plain_answer(messages: Sequence[Mapping[str, object]]) -> str | None:
    """The text, where the answer is nothing else."""
    if len(messages) != 1 or set(messages[0]) - {"role", "content"}:
        return None
    return str(messages[0]["content"])


def text_of(messages: Sequence[Mapping[str, object]]) -> str:
    """What the assistant says in words, calls and results left out."""
    said = (each.get("content") for each in messages if each["role"] == "assistant")
    return "\n\n".join(str(text) for text in said if text)


def in_words(messages: Sequence[Mapping[str, object]]) -> str:
    """An answer for a person who chooses between two."""
    said = []
    for message in messages:
        calls = message.get("tool_calls") or []
        content = str(message.get("content") or "")
        head = {"tool": f"Result of {message.get('name', '')}:\n", "user": "Question:\n"}
        if content:
            said.append(head.get(str(message.get("role")), "") + content)
        if isinstance(calls, list):
            said += [f"Call of {name_of(call)}:\n{arguments_of(call)}" for call in calls]
    return "\n\n".join(said)


def arguments_of(call: object) -> str:
    """The arguments of a call as a person reads them, also those that are no JSON yet."""
    function = call.get("function") if isinstance(call, dict) else None
    said = function.get("arguments") if isinstance(function, dict) else None
    if isinstance(said, str):
        return said
    return orjson.dumps(said, option=orjson.OPT_INDENT_2).decode()


def flaws(messages: Sequence[Message], tools: Tools, *, turns: int) -> Iterator[Flaw]:
    """All that keeps these messages from being an answer; ``turns`` counts the prompt's own."""
    if len(messages) > MOST_MESSAGES:
        yield Flaw(MOST_MESSAGES, "", f"An answer has at most {MOST_MESSAGES} blocks; shorten it.")
        return
    asked = 1
    for place, message in enumerate(messages):
        if odd := _shape(message):
            yield Flaw(place, *odd)
            continue
        asked += message["role"] == "user"
        if message["role"] == "user" and asked > turns:
            yield Flaw(
                place, "role", f"Here a conversation has at most {turns} turn(s); remove it."
            )
        yield from _order(messages, place)
        yield from _content(message, place)
        yield from _calls(message, place, tools)
    yield from _end(messages)


def _settled(message: Message) -> Message:
    calls = message.get("tool_calls")
    if not calls:
        return {name: said for name, said in message.items() if name != "tool_calls"}
    if not isinstance(calls, list):
        return message
    return message | {"tool_calls": [_settled_call(call) for call in calls]}


def _settled_call(call: object) -> object:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("arguments"), str):
        return call
    try:
        read = orjson.loads(function["arguments"] or "{}")
    except orjson.JSONDecodeError:
        return call
    if is_too_deep(read):  # no page could show it
        return call
    return {"type": "function", "function": function | {"arguments": read}}


def _shape(message: Message) -> tuple[str, str] | None:
    """The field that no such message has, or has in another form, and what helps."""
    role = message.get("role")
    known = _FIELDS.get(role) if isinstance(role, str) else None
    if known is None:
        return "role", "It is the assistant’s, a tool’s or the user’s; say which."
    if strange := set(message) - known:
        return min(strange), f"Nobody knows “{min(strange)}” here; leave it out."
    content = message.get("content", "")
    if not isinstance(content, str):
        return "content", "Its content is a text; write one."
    if "\0" in content:
        return "content", "It holds a NUL character; remove it."
    calls = message.get("tool_calls", [])
    if not isinstance(calls, list) or len(calls) > MOST_CALLS:
        return "tool_calls", f"Give a list of at most {MOST_CALLS} calls."
    return None


def _order(messages: Sequence[Message], place: int) -> Iterator[Flaw]:
    role = messages[place]["role"]
    before = messages[place - 1].get("role") if place else "user"
    waited = _waited_for(messages, place)
    if role == "tool":
        yield from _result(messages[place], place, waited)
    elif waited is not None:
        yield Flaw(place, "role", f"The result of “{waited}” comes first; write it before this.")
    elif role == "assistant" and before == "assistant":
        yield Flaw(place, "role", "Two texts of the assistant follow each other; join them.")
    elif role == "user" and before != "assistant":
        yield Flaw(place, "role", "A follow-up question comes after an answer; answer first.")


def _result(message: Message, place: int, waited: str | None) -> Iterator[Flaw]:
    if waited is None:
        yield Flaw(place, "role", "No call waits for this result; add the call, or remove it.")
    elif message.get("name") != waited:
        yield Flaw(place, "name", f"The call before it is of “{waited}”; give that one’s result.")


def _waited_for(messages: Sequence[Message], place: int) -> str | None:
    """The tool whose result has to stand here, as the calls before it have it."""
    results = 0
    while place - results > 0 and messages[place - 1 - results].get("role") == "tool":
        results += 1
    calling = messages[place - 1 - results] if place > results else {}
    calls = calling.get("tool_calls") or []
    names = [name_of(call) for call in calls] if isinstance(calls, list) else []
    return names[results] if results < len(names) else None


def _content(message: Message, place: int) -> Iterator[Flaw]:
    if str(message.get("content", "")).strip() or message.get("tool_calls"):
        return
    said = {
        "assistant": "It is empty; write something, or remove it.",
        "tool": "The result is empty; write what the tool gives back.",
        "user": "The question is empty; write it, or remove it.",
    }
    yield Flaw(place, "content", said[str(message["role"])])


def _calls(message: Message, place: int, tools: Tools) -> Iterator[Flaw]:
    calls = message.get("tool_calls", [])
    for number, call in enumerate(calls if isinstance(calls, list) else []):
        field, name = f"tool_calls.{number}.function", name_of(call)
        if not tools:
            yield Flaw(place, f"{field}.name", "This prompt offers no tools; remove the call.")
        elif name not in names_of(tools):
            offered = ", ".join(names_of(tools))
            said = f"There is no tool “{name}”; use one of {offered}."
            yield Flaw(place, f"{field}.name", said)
        else:
            for inner, said in flaws_of_arguments(call, tools):
                yield Flaw(place, ".".join((f"{field}.arguments", *inner)), said)


def _end(messages: Sequence[Message]) -> Iterator[Flaw]:
    last = messages[-1] if messages else {}
    if last.get("role") != "assistant" or last.get("tool_calls"):
        said = "The last block is the answer in words; write it."
        yield Flaw(max(len(messages) - 1, 0), "role", said)
