"""Which datasets' files somebody needs: other apps say so."""

from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


def needed_snapshots() -> set[UUID]:
    """The public ids of all datasets whose files must stay, as ``SNAPSHOT_NEEDS`` names who knows.

    A download under way is no need: it ends with what it has opened, or is begun anew.
    """
    needed: set[UUID] = set()
    for name in settings.SNAPSHOT_NEEDS:
        needed |= import_string(name)()
    return needed
