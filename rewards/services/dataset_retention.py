"""The files of datasets that cycles froze go once they are old and nothing needs them.

What a person asked for stays until a person lets it go. Rows, members, manifests and reports stay
for ever, so the files can be made again.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from annotate import gateway
from rewards.enums import Stage
from rewards.models import CycleStep, Track
from rewards.services.datasets import ever_asked_for
from rewards.services.keeping import needed_snapshots


def old_datasets() -> list[UUID]:
    """Those whose files are due: made so many weeks ago, by their track's measure or else the
    installation's, and nobody's need."""
    weeks = dict(_weeks_of_datasets())
    now, there = timezone.now(), gateway.snapshots_with_files(weeks)
    old = [name for name, made in there.items() if made < now - timedelta(weeks=weeks[name])]
    needed = needed_snapshots() if old else set()
    return sorted(set(old) - needed)


def bytes_of_old_datasets() -> int:
    """How much their store gets back."""
    return gateway.bytes_of_snapshots(old_datasets())


def prune_datasets() -> int:
    """Let them go; what a kill leaves is taken away by the rule over half removed ones."""
    return sum(map(gateway.let_go_old_files, old_datasets()))


def _weeks_of_datasets() -> Iterator[tuple[UUID, int]]:
    steps = CycleStep.objects.filter(stage=Stage.FREEZING).select_related("cycle__track")
    for step in steps:
        weeks = weeks_kept(step.cycle.track)
        yield from ((snapshot, weeks) for snapshot in ever_asked_for(step))


def weeks_kept(track: Track) -> int:
    """How long files of a track stay that nothing needs."""
    installation: int = settings.MODELS_KEPT_WEEKS
    return installation if track.weeks_kept is None else track.weeks_kept
