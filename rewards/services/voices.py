"""Which models answer, and how: the mix of a track, for its prompts and for whoever talks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import cast

from django.conf import settings

from commons.sentences import said_by
from commons.sentences import sentence as _
from rewards.enums import PolicyState, Stage
from rewards.errors import BaseModelMissing, TrackNotReady
from rewards.mix import OddMix, Part, Role, drawn_parts, read_mix, usual_mix
from rewards.models import Policy, Track
from rewards.selectors.policy import promoted_policy
from rewards.services.knobs import knobs_for
from rewards.services.policy import policy_folder

# Over these a track's knobs set its own: {"talking": {"mix": […], "max_new_tokens": 400}, …}.
TALKING: Mapping[str, object] = {"temperatures": [0.7, 1.0], "max_new_tokens": 256}
TALKERS = (Role.PROMOTED, Role.PREVIOUS)
WRITERS = (Role.PROMOTED, Role.CANDIDATE, Role.PREVIOUS, Role.BASE)


@dataclass(frozen=True)
class Voice:
    """One who answers, as the engine reads it. ``model`` is a folder, or a server's name for it;
    a policy that a server answers for is called by its id there."""

    role: str
    model: str
    source: str
    temperature: float
    top_p: float
    max_new_tokens: int
    server: str = ""
    url: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def talking_knobs(track: Track) -> dict[str, object]:
    """What the engine is told where people talk with the models of a track."""
    return {**TALKING, **track.knobs.get("talking", {})}


def voices_for(track: Track, wanted: int, seed: object = "") -> list[Voice]:
    """Who gives each of the ``wanted`` answers to one turn of a conversation.

    Unless the track says otherwise, the promoted policy against the one that it came from, both
    equally warm: people then say week by week whether the newer one is better. Where there is no
    other, one policy at two temperatures.
    """
    return Choir.of(track, talking_knobs(track), TALKERS).voices(wanted, seed)


def choir_for_candidates(track: Track) -> "Choir":
    """Who writes the candidates of a track: all its policies, each at its temperatures."""
    return Choir.of(track, knobs_for(track, Stage.ANSWERING), WRITERS)


def mix_of(knobs: Mapping[str, object], roles: Sequence[Role]) -> list[Part]:
    """The mix that settings name, or the usual one of these roles; ``OddMix`` where it is odd."""
    if "mix" in knobs:
        return read_mix(knobs["mix"], servers=sorted(settings.GENERATORS))
    temperatures = knobs["temperatures"]
    if not isinstance(temperatures, list) or not temperatures:
        raise OddMix(_("'temperatures' must be a list of numbers, such as [0.7, 1.0]."))
    top_p = cast(float, knobs.get("top_p", 0.95))  # whether it is one, is read below
    usual = usual_mix(roles, temperatures, top_p)
    return read_mix([part.as_json() for part in usual], servers=())


@dataclass(frozen=True)
class Choir:
    """The parts of a mix that can be heard now, and who sings each."""

    parts: Mapping[Part, Voice]

    @classmethod
    def of(cls, track: Track, knobs: Mapping[str, object], roles: Sequence[Role]) -> "Choir":
        """Whoever is not there yet, or is the same as an earlier one, is left out.

        A server is not asked whether it lives.
        """
        try:
            mix = mix_of(knobs, roles)
        except OddMix as odd:
            raise _odd_mix(track, odd) from odd
        policies = _policies(track)
        parts: dict[Part, Voice] = {}
        for part in mix:
            voice = _voice(part, policies, knobs)
            if voice is not None and not _is_heard(voice, parts):
                parts[part] = voice
        if not parts:
            raise TrackNotReady(
                _("The model that answers is not on this machine yet; tell a lead.")
            )
        return cls(parts)

    def voices(self, wanted: int, seed: object = "") -> list[Voice]:
        """Who gives each of the ``wanted`` answers to the prompt of this ``seed``."""
        return [self.parts[part] for part in drawn_parts(list(self.parts), wanted, seed)]


def _odd_mix(track: Track, odd: OddMix) -> TrackNotReady:
    return TrackNotReady(
        _("%(track)s: %(odd)s Mend it in the track's settings.", track=track.name, odd=said_by(odd))
    )


def _is_heard(voice: Voice, parts: Mapping[Part, Voice]) -> bool:
    """A first policy is the base as well: told apart by its role alone, it would have two parts."""
    same = {name: value for name, value in voice.as_json().items() if name != "role"}
    return any(same.items() <= each.as_json().items() for each in parts.values())


def _voice(
    part: Part, policies: Mapping[Role, Policy], knobs: Mapping[str, object]
) -> Voice | None:
    most = part.max_new_tokens or int(str(knobs["max_new_tokens"]))
    how = (part.temperature, part.top_p, most)
    if part.who == Role.SERVER:
        source = f"server:{part.server}/{part.model}"
        url = settings.GENERATORS[part.server]
        return Voice(part.who, part.model, source, *how, server=part.server, url=url)
    policy = policies.get(part.who)
    if policy is None:
        return None
    if part.server:  # its files are where the server is
        source, url = f"policy:{policy.uuid}", settings.GENERATORS[part.server]
        return Voice(part.who, str(policy.uuid), source, *how, server=part.server, url=url)
    if not is_here(policy):
        return None
    return Voice(part.who, str(policy_folder(policy)), f"policy:{policy.uuid}", *how)


def voice_of(policy: Policy, *, role: str, knobs: Mapping[str, object]) -> Voice:
    """One policy as the engine hears it; ``OddMix`` in words where a knob is odd."""
    names = ("temperature", "top_p", "max_new_tokens")
    said = {name: knobs[name] for name in names if name in knobs}
    try:
        (part,) = read_mix([{"who": str(Role.PROMOTED), **said}], servers=())
    except OddMix as odd:
        raise _odd_mix(policy.track, odd) from odd
    most = part.max_new_tokens or int(str(TALKING["max_new_tokens"]))
    how = (part.temperature, part.top_p, most)
    return Voice(role, str(policy_folder(policy)), f"policy:{policy.uuid}", *how)


def _policies(track: Track) -> dict[Role, Policy]:
    """Who plays each role now."""
    promoted = promoted_policy(track)
    newest = track.policies.order_by("-number").first()
    is_new = newest is not None and newest.state in (PolicyState.CANDIDATE, PolicyState.HELD)
    found = {
        Role.PROMOTED: promoted,
        Role.PREVIOUS: promoted.parent if promoted else None,
        Role.CANDIDATE: newest if is_new else None,
        Role.BASE: track.policies.filter(number=0).first(),
    }
    return {role: policy for role, policy in found.items() if policy is not None}


def is_here(policy: Policy) -> bool:
    """Whether its files are on this machine."""
    try:
        return (policy_folder(policy) / "config.json").is_file()
    except BaseModelMissing:
        return False
