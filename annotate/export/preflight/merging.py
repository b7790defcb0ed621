"""Parts of shards become the whole: sums, unions and minima, so that their order is nothing."""

from collections.abc import Iterable
from typing import Any

from annotate.export.preflight.errors import MixedParts
from annotate.export.preflight.kept import Examples, Groups, Histogram, Json, Kept, Tally
from annotate.export.preflight.samples import Sample

_ALL = (Tally, Histogram, Examples, Groups, Sample)
CLASSES: dict[str, type[Kept]] = {one.IS: one for one in _ALL}


def merge(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The part that one scan of all their items would have given; one part is read at a time.

    Raises ``MixedParts`` for no part at all, or for parts of different kinds, settings or versions.
    """
    waiting = iter(parts)
    first = next(waiting, None)
    if first is None:
        raise MixedParts("there is no part to merge; scan a shard first, be it empty.")
    kept = opened(first["kept"])
    for part in waiting:
        if part["about"] != first["about"]:
            raise MixedParts(_difference(first["about"], part["about"]))
        for name, other in opened(part["kept"]).items():
            kept[name].add(other)
    return {"about": first["about"], "kept": {name: one.as_json() for name, one in kept.items()}}


def opened(kept: Json) -> dict[str, Any]:
    """What was kept, as objects again."""
    return {name: CLASSES[found["is"]].from_json(found) for name, found in kept.items()}


def _difference(one: Json, other: Json) -> str:
    names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return (
        f"the parts differ in {', '.join(names)}; scan all shards of a dataset under one version "
        "and with the same settings and files."
    )
