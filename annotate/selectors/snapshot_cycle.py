"""Which datasets a cycle froze: other apps say so."""

from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


def snapshots_of_cycle(said: str) -> list[UUID] | None:
    """The public ids of all datasets that this cycle froze, in the order in which it did; None
    where none of those that ``SNAPSHOT_CYCLES`` names knows such a cycle."""
    for name in settings.SNAPSHOT_CYCLES:
        found: list[UUID] | None = import_string(name)(said)
        if found is not None:
            return found
    return None
