"""Which models answer a turn of a conversation, and how warm."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rewards.errors import BaseModelMissing, TrackNotReady
from rewards.models import Policy, Track
from rewards.selectors import promoted_policy
from rewards.services.policy import policy_folder

# Over these a track's knobs set its own: {"talking": {"temperatures": [0.7], …}}.
DEFAULTS: Mapping[str, object] = {"temperatures": [0.7, 1.0], "max_new_tokens": 256}


@dataclass(frozen=True)
class Voice:
    """One who answers, as the engine reads it."""

    model: str
    source: str
    temperature: float

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def talking_knobs(track: Track) -> dict[str, object]:
    """What the engine is told where people talk with the models of a track."""
    return {**DEFAULTS, **track.knobs.get("talking", {})}


def voices_for(track: Track, wanted: int) -> list[Voice]:
    """The mix of a track: who gives each of the ``wanted`` answers to one turn.

    The promoted policy against the one that it came from, both equally warm: people then say week
    by week whether the newer one is better. Where there is no other, one policy at two
    temperatures. What more is wanted goes on through all of these. Llama 2 drew its pairs so: "the
    two responses … sampled from two different model variants, and varying the temperature
    hyper-parameter" (Touvron et al. 2023, section 3.2.1).
    """
    policies = [policy for policy in _in_service(track) if _is_here(policy)]
    warmth = talking_knobs(track)["temperatures"]
    if not policies:
        raise TrackNotReady("The model that answers is not on this machine yet; tell a lead.")
    assert isinstance(warmth, list)
    mix = [
        Voice(str(policy_folder(policy)), f"policy:{policy.uuid}", float(temperature))
        for temperature in warmth
        for policy in policies
    ]
    return [mix[number % len(mix)] for number in range(wanted)]


def _in_service(track: Track) -> list[Policy]:
    promoted = promoted_policy(track)
    return [each for each in (promoted, promoted and promoted.parent) if each is not None]


def _is_here(policy: Policy) -> bool:
    try:
        return (policy_folder(policy) / "config.json").is_file()
    except BaseModelMissing:
        return False
