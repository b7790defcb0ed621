"""Erase a prompt or a person for good."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import orjson
from django.core.management.base import BaseCommand, CommandError

from annotate.errors import AnnotateError
from annotate.models import Erasure, Prompt, Snapshot
from annotate.selectors.erasure import (
    Reach,
    counts_of,
    reach_of_person,
    reach_of_prompt,
    snapshots_reached,
)
from annotate.services.erasure import erase_person, erase_prompt
from commons.models import User


class Command(BaseCommand):
    help = (
        "Erase a prompt, or a person, for good: first shows what is touched, and does nothing "
        "without --yes. docs/erasure.md says what goes and what stays. Exits with 1 where it is "
        "refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_subparsers(dest="kind", required=True)
        prompt = which.add_parser("prompt", help="what it asks, and all that was said of it")
        prompt.add_argument("uuid", type=UUID, metavar="UUID", help="the prompt_id")
        person = which.add_parser("person", help="an account; votes stay, nameless")
        person.add_argument("username", metavar="USERNAME")
        person.add_argument(
            "--texts",
            action="store_true",
            help="what they wrote as well: answers, reasons, notes, conversations",
        )
        for each in (prompt, person):
            each.add_argument("--yes", action="store_true", help="erase; it cannot be undone")
            each.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: object, **options: Any) -> None:
        reach, erase = self._asked(options)
        held = list(snapshots_reached(reach))
        if not options["yes"]:
            self._say(options, counts_of(reach), held, None)
            return
        try:
            erasure = erase()
        except AnnotateError as refused:
            raise CommandError(str(refused)) from refused
        self._say(options, erasure.counts, held, erasure)

    def _asked(self, options: dict[str, Any]) -> tuple[Reach, Callable[[], Erasure]]:
        if options["kind"] == "prompt":
            prompt = Prompt.objects.filter(uuid=options["uuid"]).first()
            if prompt is None:
                raise CommandError(f"There is no prompt {options['uuid']}.")
            return reach_of_prompt(prompt), lambda: erase_prompt(prompt=prompt, by=None)
        person, texts = User.objects.filter(username=options["username"]).first(), options["texts"]
        if person is None:
            raise CommandError(f"There is no person “{options['username']}”.")
        reach = reach_of_person(person, texts=texts)
        return reach, lambda: erase_person(person=person, texts=texts, by=None)

    def _say(
        self,
        options: dict[str, Any],
        counts: dict[str, int],
        held: Iterable[Snapshot],
        erasure: Erasure | None,
    ) -> None:
        datasets = [str(each.uuid) for each in held]
        if options["json"]:
            done = str(erasure.uuid) if erasure else None
            said = {"erasure": done, "counts": counts, "datasets": datasets}
            self.stdout.write(orjson.dumps(said).decode())
            return
        self.stdout.write("Erased." if erasure else "This would be touched:")
        for name, count in counts.items():
            self.stdout.write(f"  {name.replace('_', ' ')} {count:,}")
        for each in datasets:
            self.stdout.write(f"  dataset {each}: rebuild it without this, on its page")
        if not erasure:
            self.stdout.write("Nothing was changed. --yes erases it for good.")
