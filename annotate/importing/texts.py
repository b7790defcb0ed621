"""The texts of an item: what was asked, and the answers to it."""

from collections.abc import Iterator, Mapping
from typing import Any

from annotate.importing import fields
from annotate.importing.fields import BadRow
from annotate.importing.guessing import SYSTEM, plain
from annotate.importing.plan import Plan
from annotate.importing.records import ImportedCandidate, Message, Messages
from annotate.importing.turns import open_turn
from annotate.importing.work import Work
from commons.sentences import sentence as _

_ROLES = {
    "user": ("user", "human", "prompter", "customer", "client"),
    "assistant": ("assistant", "bot", "gpt", "model", "agent", "ai", "chatbot"),
    "system": ("system", "developer"),
    "tool": ("tool", "function"),
}
ROLE_OF = {each: role for role, known in _ROLES.items() for each in known}
_SPEAKER = ("role", "from", "author", "speaker", "name")
_TEXT = ("content", "value", "text", "body")
_ITEM = ("body", "html", "text", "content", "answer", "response", "title")


def prompt_in(work: Work, plan: Plan) -> tuple[Messages, list[ImportedCandidate]]:
    """The messages up to the open turn, and the answer that follows where a chat goes on."""
    said: list[Message] = []
    texts: list[str] = []
    for field in plan.prompt:
        value = work.data.get(field)
        if value is None and len(plan.prompt) > 1:
            continue
        if isinstance(value, list):
            said += _chat(value, field, plan.chat_keys.get(field))
        elif plain(field) in SYSTEM:
            said.insert(0, {"role": "system", "content": fields.text(value, field)})
        else:
            texts.append(fields.text(value, field))
    if texts:
        said.append({"role": "user", "content": "\n\n".join(texts)})
    end = max((at for at, each in enumerate(said, 1) if each["role"] == "user"), default=0)
    answer, field = said[end:], plan.prompt[-1]
    if any(each["role"] != "assistant" for each in answer):
        return open_turn(tuple(said), field), []
    found = [_candidate(field, tuple(answer), "unknown")] if answer else []
    return open_turn(tuple(said[:end]), field), found


def answers_in(work: Work, plan: Plan) -> Iterator[ImportedCandidate]:
    """The answers that the item holds, and those that a model proposed as a text."""
    for field in plan.answers:
        value = work.data.get(field)
        if value is None or value == "":
            continue  # fields may be optional
        if isinstance(value, list) and _is_list_of_items(value):
            yield from _items(value, field)
        elif isinstance(value, list):
            chat = tuple(_chat(value, field, plan.chat_keys.get(field)))
            yield _candidate(field, chat[-1:], _source(work, plan, field))
        else:
            text = fields.text(value, field)
            answer: Message = {"role": "assistant", "content": text}
            yield _candidate(field, (answer,), _source(work, plan, field))
    for number, each in enumerate(work.proposals, 1):
        proposed: Message = {"role": "assistant", "content": fields.text(each.text, each.question)}
        yield _candidate(f"{each.question}:{number}", (proposed,), each.source)


def _candidate(key: str, messages: Messages, source: str) -> ImportedCandidate:
    if messages[-1]["role"] != "assistant":
        role = messages[-1]["role"]
        raise BadRow(key, _("ends with the turn of %(role)s; an answer is a model's.", role=role))
    return ImportedCandidate(key, messages, source[: fields.LONGEST["model"]] or "unknown", {})


def _source(work: Work, plan: Plan, field: str) -> str:
    key = plan.sources.get(field, "")
    named = work.data.get(key, work.extra.get(key))
    return fields.text(named, key) if isinstance(named, str) and named.strip() else "unknown"


def _is_list_of_items(value: list[Any]) -> bool:
    first = value[0] if value else {}
    return isinstance(first, str) or (isinstance(first, dict) and not _speaker(first))


def _items(value: list[Any], field: str) -> Iterator[ImportedCandidate]:
    """The items of a List: {"id", "title", "body"}, the title being whose answer it is."""
    seen: set[str] = set()
    for place, one in enumerate(value):
        at = f"{field}[{place}]"
        item = {"body": one} if isinstance(one, str) else fields.mapping(one, at)
        key = str(item.get("id", place))
        if key in seen:
            said = f"{key!a:.40}"
            raise BadRow(
                f"{at}.id", _("is %(said)s for a second time; give each its own.", said=said)
            )
        seen.add(key)
        name = next((each for each in _ITEM if item.get(each)), "body")
        message: Message = {
            "role": "assistant",
            "content": fields.text(item.get(name), f"{at}.{name}"),
        }
        title = item.get("model") or (item.get("title") if name != "title" else None)
        source = fields.text(title, f"{at}.title") if isinstance(title, str) else "unknown"
        yield _candidate(key, (message,), source)


def _chat(value: list[Any], field: str, keys: tuple[str, str] | None) -> list[Message]:
    return [_message(one, f"{field}[{place}]", keys) for place, one in enumerate(value)]


def _message(value: object, at: str, keys: tuple[str, str] | None) -> Message:
    row = fields.mapping(value, at)
    speaker, said = keys or (_speaker(row), next((key for key in _TEXT if key in row), "content"))
    role = ROLE_OF.get(str(row.get(speaker)).casefold())
    if role is None:
        known = ", ".join(sorted(ROLE_OF))
        raise BadRow(
            f"{at}.{speaker or 'role'}",
            _(
                "is %(said)s; use one of %(known)s.",
                said=f"{row.get(speaker)!a:.40}",
                known=known,
            ),
        )
    return {"role": role, "content": fields.text(row.get(said), f"{at}.{said}")}


def _speaker(row: Mapping[str, Any]) -> str:
    """The key under which a message says who speaks; empty if it is no message."""
    if not any(key in row for key in _TEXT):
        return ""
    for key in _SPEAKER:
        if str(row.get(key)).casefold() in ROLE_OF:
            return key
    return "role" if "role" in row else ""
