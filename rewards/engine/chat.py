"""Messages become token ids here and nowhere else, so that training, generating and scoring agree.

Blindness hangs on it too: the templates of many models name the model when no system message is
given, and the model then repeats that name. One neutral text is put first instead.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from transformers import PreTrainedTokenizerBase

from rewards.engine.errors import BadInput

NEUTRAL_SYSTEM = "You are a helpful assistant."
ROLES = frozenset({"system", "user", "assistant", "tool"})

# for bases that were never taught to chat: ends an answer with the end-of-text token
PLAIN_TEMPLATE = (
    "{% for message in messages %}{{ '### ' + message['role'] + '\\n' + message['content'] }}"
    "{{ eos_token + '\\n' if message['role'] == 'assistant' else '\\n\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### assistant\\n' }}{% endif %}"
)


Message: TypeAlias = dict[str, Any]  # {"role": …, "content": …}, and "name" or "tool_calls"
Tools: TypeAlias = Sequence[Mapping[str, Any]]  # functions, as chat templates take them


class Ids(list[int]):
    """Prompt and answer as one list of ids that knows where the answer begins."""

    def __init__(self, prompt: Sequence[int], answer: Sequence[int]) -> None:
        super().__init__([*prompt, *answer])
        self.answer_from = len(prompt)


@dataclass(frozen=True)
class Rendered:
    """A prompt up to the open turn, and what stands after it, as token ids."""

    prompt: list[int]
    answer: list[int]

    def within(self, limit: int) -> list[int]:
        """Prompt and answer in at most ``limit`` ids (``Ids``), as every model of ours reads them.

        A prompt gives up its oldest ids beyond three quarters of the limit, an answer its last
        ones. The prompt's share does not hang on the answer: all answers follow the same ids.
        """
        prompt = self.prompt[-prompt_room(limit) :]
        return Ids(prompt, self.answer[: limit - len(prompt)])

    def is_cut_at(self, limit: int) -> bool:
        return len(self.within(limit)) < len(self.prompt) + len(self.answer)


def prompt_room(limit: int) -> int:
    """How many of ``limit`` ids a prompt may take; a quarter is kept for the answer."""
    return limit - limit // 4


def as_messages(value: object) -> list[Message]:
    """Check what was read from a file: a list of {role, content}, both text, and calls of tools."""
    if not isinstance(value, list) or not value:
        raise BadInput("messages must be a list with at least one message.")
    for message in value:
        if not isinstance(message, Mapping) or message.get("role") not in ROLES:
            raise BadInput(f"a message needs a role out of {', '.join(sorted(ROLES))}.")
        if not isinstance(message.get("content"), str):
            raise BadInput("a message needs its content as text.")
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


def prompt_ids(tokenizer: PreTrainedTokenizerBase, prompt: Sequence[Message]) -> list[int]:
    """The ids after which the model writes its answer."""
    return _ids(tokenizer, _prompt_text(tokenizer, prompt))


def render(
    tokenizer: PreTrainedTokenizerBase,
    prompt: Sequence[Message],
    answer: Sequence[Message],
    tools: Tools = (),
) -> Rendered:
    """A finished answer under its prompt, closed as the template closes it.

    The two are tokenized apart, as in generation, where the answer's first token never merges
    with the prompt's last one.
    """
    before = _prompt_text(tokenizer, prompt, tools)
    whole = _text(tokenizer, [*with_system(prompt), *answer], tools, opens_answer=False)
    if not whole.startswith(before):
        raise BadInput(
            f"the chat template of {tokenizer.name_or_path} rewrites the prompt once it is "
            "answered; give the model folder one whose answers follow its generation prompt."
        )
    return Rendered(_ids(tokenizer, before), _ids(tokenizer, whole.removeprefix(before)))


def _prompt_text(
    tokenizer: PreTrainedTokenizerBase, prompt: Sequence[Message], tools: Tools = ()
) -> str:
    return _text(tokenizer, with_system(prompt), tools, opens_answer=True)


def _text(
    tokenizer: PreTrainedTokenizerBase,
    messages: Sequence[Message],
    tools: Tools,
    *,
    opens_answer: bool,
) -> str:
    rendered = tokenizer.apply_chat_template(
        list(messages),
        tokenize=False,
        tools=[dict(tool) for tool in tools] or None,  # templates draw a heading over an empty list
        add_generation_prompt=opens_answer,
    )
    return cast(str, rendered)


def _ids(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    return cast(list[int], tokenizer(text, add_special_tokens=False)["input_ids"])
