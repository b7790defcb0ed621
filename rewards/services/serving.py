"""What servers have to do with the policy in service: what they are to serve, and what is old."""

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote
from uuid import UUID

from django.conf import settings

from rewards.mix import OddMix, Part, Role, read_mix
from rewards.models import Policy, Track
from rewards.selectors.policy import RUN_FOLDER, promoted_policy

USES = ("answering", "talking")
ARTIFACTS = "$ARTIFACTS"  # as an operator writes the folder, wherever a host mounts it


@dataclass(frozen=True)
class Served:
    """A server that a track's mix names, and the policy whose files it was told to serve.

    ``name`` is what the server is asked for. ``is_old``: the mix names files of that policy, which
    is not in service; else it is the one in service, asked for by its id.
    """

    server: str
    policy: Policy
    name: str
    files: str
    is_old: bool = False


def served_for(track: Track) -> list[Served]:
    """What the servers of a track's mixes are to serve, and the files that they should no longer;
    each once. Whether a server does is found out when it is asked, not here."""
    parts = [part for use in USES for part in _parts(track, use) if part.server]
    promoted = promoted_policy(track) if parts else None
    if promoted is None:
        return []
    found = [
        Served(part.server, promoted, str(promoted.uuid), files_of(promoted))
        for part in parts
        if part.who == Role.PROMOTED
    ]
    found += [each for part in parts if (each := _old(track, part, promoted))]
    return list(dict.fromkeys(found))


def files_of(policy: Policy) -> str:
    """Where its files lie, quoted for a command line; of a base model what names it."""
    if policy.folder:
        return f"{ARTIFACTS}/{quote(policy.folder)}"
    base = policy.track.base_model or settings.BASE_MODEL
    return quote(base) if base else f"{ARTIFACTS}/models/base"


def _old(track: Track, part: Part, promoted: Policy) -> Served | None:
    """A voice of a server that is named by the folder of a policy of this track, which another one
    has followed."""
    run = RUN_FOLDER.search(part.model)
    if run is None or UUID(run[1]) in _runs_in(promoted.folder):
        return None
    policy = track.policies.filter(folder__contains=run[1]).first()
    if policy is None:
        return None
    return Served(part.server, policy, part.model, files_of(policy), is_old=True)


def _runs_in(folder: str) -> Iterator[UUID]:
    return map(UUID, RUN_FOLDER.findall(folder))


def _parts(track: Track, use: str) -> list[Part]:
    """A mix as it stands; none where it cannot be read, which its own page and its step say."""
    mix = track.knobs.get(use, {}).get("mix")
    try:
        return read_mix(mix, servers=sorted(settings.GENERATORS)) if mix else []
    except OddMix:
        return []
