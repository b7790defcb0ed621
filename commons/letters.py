"""What an app adds to the letters that another one writes.

    LETTER_PARTS, dotted names -> told_between(person, since, until) -> Part

A source says, in the active language, what this person may see and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from commons.models import User


@dataclass(frozen=True)
class Line:
    """Something that is said, and the page behind it, from the root on; none where it is empty."""

    says: str
    href: str = ""


@dataclass(frozen=True)
class Part:
    title: str
    lines: Sequence[Line]


Source = Callable[[User, datetime, datetime], Part]


def parts_of_letters(person: User, since: datetime, until: datetime) -> list[Part]:
    """What every app that ``LETTER_PARTS`` names tells a person of what happened from one moment
    until before another; who has nothing to say is left out."""
    sources: list[Source] = [import_string(name) for name in settings.LETTER_PARTS]
    found = [source(person, since, until) for source in sources]
    return [each for each in found if each.lines]
