"""The datasets that cycles froze and runs read, by their public ids."""

from collections.abc import Mapping
from uuid import UUID

from annotate import gateway
from rewards.errors import DatasetGone
from rewards.models import CycleStep
from rewards.services.folders import is_uuid

KINDS = ("sft", "ranked", "preference")
LEFT = "left"  # in a step's result: what it had asked for before it began anew


def asked_for(step: CycleStep) -> list[UUID]:
    """The datasets that a step has asked for up to now."""
    return [UUID(str(step.result[kind])) for kind in KINDS if step.result.get(kind)]


def ever_asked_for(step: CycleStep) -> list[UUID]:
    """Those that it left when it began anew as well."""
    left = step.result.get(LEFT)
    return [*map(UUID, left if isinstance(left, list) else []), *asked_for(step)]


def read_by(config: Mapping[str, object]) -> UUID | None:
    """The dataset that a run of this config reads; runs of old were told its folder."""
    named = str(config.get("snapshot") or "").rstrip("/").rpartition("/")[2]
    return UUID(named) if is_uuid(named) else None


def dataset_to_read(snapshot: UUID) -> gateway.SnapshotStatus:
    """A dataset that is about to be read; its files are there until this transaction ends, and as
    long as what is written in it needs them. ``DatasetGone`` where they were let go."""
    found = gateway.hold_snapshot(snapshot)
    if found.files_gone_at is not None:
        raise DatasetGone(str(snapshot), found.files_gone_at)
    return found
