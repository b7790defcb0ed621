"""Commands whose ``--help`` reads like a short manual, and what their exit codes mean."""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)

REFUSED, USAGE, STOPPED, GONE = 1, 2, 3, 4  # exit codes beside 0


class Usage(CommandError):
    """The command was called in a way that makes no sense; nothing was done."""

    def __init__(self, said: str) -> None:
        super().__init__(said, returncode=USAGE)


class Stopped(CommandError):
    """Somebody stopped the work: on its page, by the API, or with Ctrl-C."""

    def __init__(self, said: str) -> None:
        super().__init__(said, returncode=STOPPED)


class Gone(CommandError):
    """What is asked for was let go; the message says how to have it back."""

    def __init__(self, said: str) -> None:
        super().__init__(said, returncode=GONE)


class ManualFormatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Text as it stands, and what all commands have in common at the end."""


class ManualCommand(BaseCommand):
    """A command that explains itself: what it does, one example, and its exit codes."""

    example = ""
    exits = {0: "done", REFUSED: "refused", USAGE: "called wrongly; nothing was done"}

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        codes = "\n".join(f"  {code}  {meaning}" for code, meaning in sorted(self.exits.items()))
        epilog = f"example:\n  manage.py {self.example}\n\nexit codes:\n{codes}"
        return super().create_parser(
            prog_name, subcommand, formatter_class=ManualFormatter, epilog=epilog, **kwargs
        )
