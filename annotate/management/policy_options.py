"""Every field of a dataset's policy as an option; nothing but the policy lists them.

Only what was said is taken over, so that the policy's own defaults hold for the rest.
"""

from argparse import Action, ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from collections.abc import Mapping
from typing import Any

from annotate.export.policy import MARGINS, Policy
from annotate.export.policy_fields import (
    POLICY_FIELDS,
    FieldShape,
    PolicyField,
    policy_from_said,
)
from commons.shapes import uuid_in

USUAL_MARGINS = "usual"


def add_policy_options(parser: ArgumentParser) -> None:
    """An option for each field, in groups as the policy tells of them."""
    groups: dict[str, Any] = {}
    for field in POLICY_FIELDS:
        group = field.meaning.group
        if group not in groups:
            groups[group] = parser.add_argument_group(f"policy: {group.lower()}")
        groups[group].add_argument(option_of(field.name), dest=field.name, **_settings(field))


def option_of(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def policy_of(options: Mapping[str, Any]) -> Policy:
    """The policy that the options ask for."""
    return policy_from_said(options)


def _settings(field: PolicyField) -> dict[str, Any]:
    """How argparse reads a field, by its shape."""
    told = {"help": f"{field.meaning.words} ({_usually(field)})".replace("%", "%%")}
    named = {"choices": field.choices} if field.choices else {"metavar": "X"}
    by_shape: dict[FieldShape, dict[str, Any]] = {
        FieldShape.YES: {"action": BooleanOptionalAction, "default": None},
        FieldShape.WHOLE: {"type": int, "metavar": "N"},
        FieldShape.TEXT: named,
        FieldShape.SEVERAL: {"action": Repeated, **named},
        FieldShape.IDS: {"action": Repeated, "type": id_in, "metavar": "ID"},
        FieldShape.NUMBERS: {"type": margins_in, "metavar": f"{USUAL_MARGINS}|1=X,2=Y,3=Z"},
    }
    return told | by_shape[field.shape]


def _usually(field: PolicyField) -> str:
    if field.shape is FieldShape.YES:
        return f"usually {'yes' if field.usual else 'no'}"
    if isinstance(field.usual, tuple):
        return f"may be repeated; usually {', '.join(field.usual) or 'not said'}"
    return f"usually {field.usual or 'not said'}"


class Repeated(Action):
    """Each time one more."""

    def __call__(
        self, parser: ArgumentParser, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        kept = getattr(namespace, self.dest) or []
        setattr(namespace, self.dest, [*kept, values])


def id_in(said: str) -> str:
    found = uuid_in(said)
    if found is None:
        raise ArgumentTypeError(f"{said!r} is no id; the page of a dataset shows its own")
    return str(found)


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
