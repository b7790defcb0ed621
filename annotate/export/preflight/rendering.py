"""Messages become the text that a trainer tokenizes, by a model's own chat template.

The template is run as transformers runs it (``utils/chat_template_utils.py`` of 5.23): Jinja's
immutable sandbox, trimmed blocks, loop controls, ``raise_exception`` and a ``tojson`` that leaves
HTML alone, with the tokenizer's special tokens as variables. transformers itself is not loaded.
One thing differs: the clock of templates that write today's date stands still, so that equal
datasets have equal reports; a date has about as many tokens as another.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from jinja2 import Template, TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from annotate.export.preflight.errors import BadTokenizer
from annotate.export.preflight.items import Item
from annotate.export.preflight.texts import heard
from annotate.export.rows import Messages

TEMPLATE, CONFIG = "chat_template.jinja", "tokenizer_config.json"
DAY = datetime(2026, 1, 1, tzinfo=UTC)
SPECIAL = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token")


class Rendered(NamedTuple):
    """An answer under its prompt: what both renderings share, and what comes after it."""

    prompt: str
    answer: str


class CannotRender(Exception):
    """The template refuses this conversation; a trainer would stop here."""


class Rendering:
    """A chat template, or none: then the bare texts stand for the conversation."""

    def __init__(self, template: Template | None, special: Mapping[str, str]) -> None:
        self.template, self._special = template, dict(special)

    @classmethod
    def of(cls, folder: Path, chosen: Path | None) -> "Rendering":
        """The ``chosen`` template, or the one in the tokenizer's folder, or none."""
        config = _config(folder / CONFIG)
        source = _source(folder, chosen, config)
        special = {name: _special(config[name]) for name in SPECIAL if config.get(name)}
        if source is None:
            return cls(None, special)
        try:
            return cls(_environment().from_string(source), special)
        except TemplateError as broken:
            raise BadTokenizer(
                f"the chat template {chosen or folder} is no valid Jinja ({broken}); mend it or "
                "name another."
            ) from None

    def prompt(self, item: Item) -> str:
        """The prompt with the opening of an answer after it."""
        return self._text(item, item.prompt, opens=True)

    def answer(self, item: Item, prompt: str, answer: Messages) -> Rendered:
        """A finished answer, split where it leaves the ``prompt`` as rendered, as TRL splits it."""
        whole = self._text(item, [*item.prompt, *answer], opens=False)
        if whole.startswith(prompt):
            return Rendered(prompt, whole[len(prompt) :])
        shared = _shared(prompt, whole)
        return Rendered(whole[:shared], whole[shared:])

    def _text(self, item: Item, messages: Messages, *, opens: bool) -> str:
        if self.template is None:
            bare = heard([_bare(item, messages)]).prompts[0].text
            return bare + "\n\n" if opens else bare
        try:
            return self.template.render(
                messages=[dict(message) for message in messages],
                tools=[dict(tool) for tool in item.tools] or None,
                documents=None,
                add_generation_prompt=opens,
                **self._special,
            )
        except (TemplateError, TypeError) as refused:
            raise CannotRender(str(refused)) from None


class _Generation(Extension):
    """``{% generation %}`` marks what an assistant said; for the text it changes nothing."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> list[Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
    )
    made.filters["tojson"] = _tojson
    made.globals["raise_exception"] = _raise_exception
    made.globals["strftime_now"] = DAY.strftime
    return made


def _tojson(value: object, ensure_ascii: bool = False, **layout: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, **layout)


def _raise_exception(message: str) -> NoReturn:
    raise TemplateError(message)


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _bare(item: Item, messages: Messages) -> Item:
    return Item(item.prompt_id, messages, (), (), None, "", "", "")


def _config(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as broken:
        raise BadTokenizer(f"{path} is not JSON ({broken}); fetch it again.") from None
    return found if isinstance(found, dict) else {}


def _special(token: object) -> str:
    return str(token["content"]) if isinstance(token, Mapping) else str(token)


def _source(folder: Path, chosen: Path | None, config: Mapping[str, Any]) -> str | None:
    path = chosen or folder / TEMPLATE
    try:
        return path.read_text()
    except FileNotFoundError:
        if chosen:
            raise BadTokenizer(f"there is no chat template at {chosen}; name another.") from None
    named = config.get("chat_template")
    if isinstance(named, list):  # several by name
        named = next((each["template"] for each in named if each.get("name") == "default"), None)
    return named if isinstance(named, str) else None
