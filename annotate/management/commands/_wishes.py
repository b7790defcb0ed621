"""What a person says of a file of Label Studio or Argilla, as options of a command."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from annotate.importing.plan import Role, Wishes


def add_wishes(parser: ArgumentParser) -> None:
    mapping = parser.add_argument_group(
        "mapping", "for --format label-studio and argilla; what is left out is guessed and shown"
    )
    mapping.add_argument(
        "--config",
        type=Path,
        help="Label Studio: the label configuration (XML); Argilla: settings.json, found by "
        "itself in a folder that to_disk wrote",
    )
    mapping.add_argument("--plan", action="store_true", help="show the mapping; import nothing")
    mapping.add_argument("--prompt-field", metavar="FIELDS", help="what is asked, by commas")
    mapping.add_argument(
        "--answer-fields",
        metavar="FIELDS",
        help="the answers, by commas; of a pair, the left first",
    )
    mapping.add_argument(
        "--question",
        action="append",
        metavar="NAME=ROLE[:ANSWER]",
        help=f"what a question gives ({', '.join(Role)}), and of which answer; may be repeated",
    )
    mapping.add_argument(
        "--source",
        action="append",
        metavar="ANSWER=KEY",
        help="the key that names the model that wrote an answer; may be repeated",
    )
    mapping.add_argument("--project", help="how the raters are named: label-studio:PROJECT:USER")
    mapping.add_argument(
        "--drafts-of",
        action="append",
        metavar="USER=ACCOUNT",
        help="whose drafts go on here, and with whom: their number (or, in Label Studio, e-mail "
        "address) there, and user name or e-mail address here; may be repeated",
    )
    mapping.add_argument("--skill-field", metavar="KEY", help="the key of the skill")
    mapping.add_argument("--language-field", metavar="KEY", help="the key of the language")
    mapping.add_argument(
        "--buckets", metavar="NAMES", help="Label Studio: the buckets of a ranker, best first"
    )
    mapping.add_argument(
        "--ground-truth",
        choices=["gold", "work"],
        default="gold",
        help="Label Studio: keep it as gold, which no dataset holds, or as work",
    )
    mapping.add_argument(
        "--trust-order", action="store_true", help="Argilla: rankings without ranks are orders"
    )
    mapping.add_argument(
        "--take-unsaid",
        action="store_true",
        help="Argilla: responses without a status were submitted",
    )


def wishes_in(options: Mapping[str, Any]) -> Wishes:
    """What the options say; ``CommandError`` for one that is not NAME=VALUE."""
    return Wishes(
        prompt=_names(options["prompt_field"]),
        answers=_names(options["answer_fields"]),
        questions=_pairs(options["question"], "--question", "NAME=ROLE"),
        sources=_pairs(options["source"], "--source", "ANSWER=KEY"),
        project=options["project"] or "",
        skill=options["skill_field"] or "",
        language=options["language_field"] or "",
        buckets=_names(options["buckets"]),
        trusts_order=options["trust_order"],
        takes_unsaid=options["take_unsaid"],
        truth_is_work=options["ground_truth"] == "work",
        drafts=_pairs(options["drafts_of"], "--drafts-of", "USER=ACCOUNT"),
    )


def _names(said: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (said or "").split(",") if name.strip())


def _pairs(said: Sequence[str] | None, option: str, form: str) -> dict[str, str]:
    pairs = [each.partition("=") for each in said or ()]
    for name, equals, value in pairs:
        if not (name and equals and value):
            raise CommandError(f"{option} {name}{equals}{value}: write {form}.")
    return {name: value for name, _, value in pairs}
