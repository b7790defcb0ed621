"""Messages become token ids here and nowhere else, so that training, generating and scoring agree.

Blindness hangs on it too: ``messages`` says why a neutral text is put first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from transformers import PreTrainedTokenizerBase

from commons.sentences import sentence as _
from rewards.engine.errors import BadInput
from rewards.engine.messages import Message, Tools, with_system

# for bases that were never taught to chat: ends an answer with the end-of-text token
PLAIN_TEMPLATE = (
    "{% for message in messages %}{{ '### ' + message['role'] + '\\n' + message['content'] }}"
    "{{ eos_token + '\\n' if message['role'] == 'assistant' else '\\n\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '### assistant\\n' }}{% endif %}"
)

# around a template: what it draws, without the newlines behind the token that ends the last turn
DRAWN_FROM = "{% set drawn %}"
DRAWN_TO = "{% endset %}{{ drawn if add_generation_prompt else drawn.rstrip('\\n') }}"


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


def end_at_turn(tokenizer: PreTrainedTokenizerBase) -> None:
    """Let a finished conversation end with the token that ends its last turn, and nothing behind.

    A reward is read at the last token. Many templates put a newline there; what a policy has just
    written has none. So that both are read at one place, whoever renders them, a reward model's own
    template leaves it away.
    """
    template = tokenizer.chat_template
    if isinstance(template, str):
        tokenizer.chat_template = _ending_at_turn(template)
    elif template is not None:  # some have one for each purpose, by name
        tokenizer.chat_template = {name: _ending_at_turn(t) for name, t in template.items()}


def _ending_at_turn(template: str) -> str:
    if template.startswith(DRAWN_FROM) and template.endswith(DRAWN_TO):
        return template
    return f"{DRAWN_FROM}{template}{DRAWN_TO}"


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
            _(
                "the chat template of %(model)s rewrites the prompt once it is "
                "answered; give the model folder one whose answers follow its generation "
                "prompt.",
                model=tokenizer.name_or_path,
            )
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
