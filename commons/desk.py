"""What an app adds to the desk that another one shows.

    DESK_LINES, dotted names -> desk_lines(person) -> [Line]

A source says, in the active language, what this person may see and nothing else, and asks little:
a desk is opened often.
"""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from commons.letters import Line
from commons.models import User

Source = Callable[[User], list[Line]]


def desk_lines(person: User) -> list[Line]:
    """All that the apps which ``DESK_LINES`` names have for a person."""
    sources: list[Source] = [import_string(name) for name in settings.DESK_LINES]
    return [line for source in sources for line in source(person)]
