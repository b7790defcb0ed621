"""Every field of a dataset's policy as an option; the dataclass is the only list of them.

What an option means stands in the docstring of ``Policy``, what may be chosen beside it: a field
``ties`` has the choices ``TIES``. Only what was said is taken over, so that the policy's own
defaults hold for the rest.
"""

import re
from argparse import Action, ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, fields
from typing import Any

from annotate.export import policy as choices
from annotate.export.policy import MARGINS, Policy

NAMED = re.compile(r"``(\w+)``(?: and ``(\w+)``)?(,[^:.]*)?: ")
USUAL_MARGINS = "usual"


@dataclass(frozen=True)
class Meaning:
    """What a field is for, in the words of the policy; ``group`` is the paragraph it stands in."""

    group: str
    words: str


def add_policy_options(parser: ArgumentParser) -> None:
    """An option for each field, in groups as the policy tells of them."""
    meanings = meanings_in(Policy.__doc__ or "")
    groups: dict[str, Any] = {}
    for field in fields(Policy):
        meaning = meanings.get(field.name, Meaning("Policy", ""))
        if meaning.group not in groups:
            groups[meaning.group] = parser.add_argument_group(f"policy: {meaning.group.lower()}")
        groups[meaning.group].add_argument(
            option_of(field.name), dest=field.name, **_settings(field, meaning.words)
        )


def option_of(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def policy_of(options: Mapping[str, Any]) -> Policy:
    """The policy that the options ask for."""
    said = {field.name: options.get(field.name) for field in fields(Policy)}
    known = {name: value for name, value in said.items() if value is not None}
    return Policy(**{n: tuple(v) if isinstance(v, list) else v for n, v in known.items()})


def meanings_in(docstring: str) -> dict[str, Meaning]:
    """What a docstring says of each field: paragraphs that begin with their title."""
    found: dict[str, Meaning] = {}
    for paragraph in re.split(r"\n\s*\n", docstring)[1:]:
        title, _, text = " ".join(paragraph.split()).partition(". ")
        for names, words in _told(text):
            found |= {name: Meaning(title, words) for name in names}
    return found


def _told(text: str) -> Iterator[tuple[list[str], str]]:
    known = {field.name for field in fields(Policy)}
    begins = [each for each in NAMED.finditer(text) if each[1] in known]
    ends = [each.start() for each in begins[1:]] + [len(text)]
    for begin, end in zip(begins, ends, strict=True):
        where = f"{begin[3].removeprefix(', ')}: " if begin[3] else ""
        words = f"{where}{text[begin.end() : end]}".strip().rstrip(".")
        yield [name for name in begin.groups()[:2] if name], words.replace("``", "")


def _settings(field: Field[Any], words: str) -> dict[str, Any]:
    """How argparse reads a field, by what it usually is."""
    usual = getattr(Policy(), field.name)
    told = {"help": f"{words} ({_usually(usual)})".replace("%", "%%")}
    named = _choices_of(field.name)
    if isinstance(usual, bool):
        return told | {"action": BooleanOptionalAction, "default": None}
    if isinstance(usual, Mapping):
        return told | {"type": margins_in, "metavar": f"{USUAL_MARGINS}|1=X,2=Y,3=Z"}
    if isinstance(usual, tuple):
        metavar = {} if named else {"metavar": "X"}
        return told | {"action": Repeated, "choices": named} | metavar
    if "int" in str(field.type):
        return told | {"type": int, "metavar": "N"}
    return told | ({"choices": named} if named else {"metavar": "X"})


def _choices_of(name: str) -> Sequence[str] | None:
    """The constant beside the policy that lists what a field may be: FORMS of ``form``."""
    for listed in (name.upper(), f"{name.upper()}S"):
        found = getattr(choices, listed, None)
        if isinstance(found, tuple):
            return found
    return None


def _usually(usual: object) -> str:
    if isinstance(usual, tuple):
        return f"may be repeated; usually {', '.join(usual) or 'not said'}"
    if isinstance(usual, bool):
        return f"usually {'yes' if usual else 'no'}"
    return f"usually {usual or 'not said'}" if usual != 0 else "usually 0"


class Repeated(Action):
    """Each time one more."""

    def __call__(
        self, parser: ArgumentParser, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        kept = getattr(namespace, self.dest) or []
        setattr(namespace, self.dest, [*kept, values])


def margins_in(said: str) -> dict[str, float]:
    """Margins by strength, as in ``1=0.3,2=0.6,3=1``; ``usual`` are those of the policy."""
    if said == USUAL_MARGINS:
        return dict(MARGINS)
    try:
        pairs = [part.split("=") for part in said.split(",")]
        return {strength.strip(): float(margin) for strength, margin in pairs}
    except ValueError:
        raise ArgumentTypeError(
            f"{said!r} is no list of margins; write “usual”, or one for each strength: "
            "1=0.3,2=0.6,3=1"
        ) from None
