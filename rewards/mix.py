"""Who writes the answers of a prompt: a mix of voices, each with its settings. PURE.

    what a track says -> parts, checked by name -> those that can speak -> drawn for one prompt

Llama 2 drew its pairs so: "the two responses … sampled from two different model variants, and
varying the temperature hyper-parameter" (Touvron et al. 2023, section 3.2.1).
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import cast

from commons.sentences import sentence as _

MOST_TOKENS = 32_768  # of one answer


class OddMix(ValueError):
    """The mix cannot be used as it is written; the message names the part, the field, the cure."""


class Role(StrEnum):
    """Whose voice it is, as it stands when the answers are written."""

    PROMOTED = "promoted"  # the policy in service
    PREVIOUS = "previous"  # the one that it came from
    CANDIDATE = "candidate"  # the newest one, where it is not in service: under test, or held
    BASE = "base"  # what the track began with
    SERVER = "server"  # a model of a server that GENERATORS names


BY_SERVER = (Role.SERVER, Role.PROMOTED)  # who may be heard of a server


@dataclass(frozen=True)
class Part:
    """One voice of a mix. The policy in service may be asked of a ``server``, under its id.

    ``count``: it writes exactly so many answers of each prompt. Without one its ``weight`` shares
    what the counts leave.
    """

    who: Role
    temperature: float = 0.7
    top_p: float = 0.95
    max_new_tokens: int | None = None  # None: as many as its use allows
    weight: float = 1.0
    count: int = 0
    server: str = ""
    model: str = ""  # what the server calls it, of a voice that is no policy of ours

    def as_json(self) -> dict[str, object]:
        """Without what is left as it is anyway."""
        return {
            field.name: str(value) if field.name == "who" else value
            for field in fields(self)
            if (value := getattr(self, field.name)) != field.default
        }


NAMES = tuple(field.name for field in fields(Part))
BOUNDS: Mapping[str, tuple[float, float]] = {  # above the first, at most the second
    "temperature": (0, 2),
    "top_p": (0, 1),
    "weight": (0, 1000),
}
WHOLE: Mapping[str, int] = {"max_new_tokens": MOST_TOKENS, "count": 100}  # from 1 to


def usual_mix(
    roles: Sequence[Role], temperatures: Sequence[float], top_p: float = 0.95
) -> list[Part]:
    """Each role at each temperature, with equal weights.

    In this order two answers out of two roles are equally warm, and those of one role are not.
    """
    return [Part(who, temperature, top_p) for who in roles for temperature in temperatures]


def read_mix(given: object, *, servers: Sequence[str]) -> list[Part]:
    """The parts of a mix as a track's settings hold it; ``OddMix`` says what to change."""
    if not isinstance(given, list) or not given:
        raise OddMix(_('the mix must be a list of voices, such as [{"who": "promoted"}].'))
    return [_part(number, each, servers) for number, each in enumerate(given, start=1)]


def _part(number: int, given: object, servers: Sequence[str]) -> Part:
    where = _("voice %(number)s", number=number)
    if not isinstance(given, Mapping):
        raise OddMix(
            _(
                '%(where)s must be an object such as {"who": "promoted"}, not %(given)s.',
                where=where,
                given=repr(given),
            )
        )
    for name, value in given.items():
        if name not in NAMES:
            raise OddMix(
                _(
                    "%(where)s: %(name)s is unknown; the names are %(names)s.",
                    where=where,
                    name=repr(name),
                    names=", ".join(NAMES),
                )
            )
        _refuse_odd(where, name, value)
    said = dict(given)
    try:
        said["who"] = Role(str(given.get("who", "")))
    except ValueError:
        raise OddMix(
            _(
                "%(where)s: 'who' must be one of %(roles)s; not %(who)s.",
                where=where,
                roles=", ".join(Role),
                who=repr(given.get("who")),
            )
        ) from None
    part = Part(**said)
    _refuse_odd_server(where, part, servers)
    return part


def _refuse_odd(where: str, name: str, value: object) -> None:
    if name in BOUNDS:
        low, high = BOUNDS[name]
        if type(value) not in (int, float) or not low < cast(float, value) <= high:
            raise OddMix(
                _(
                    "%(where)s: %(name)s must be a number above %(low)s and at most %(high)s.",
                    where=where,
                    name=repr(name),
                    low=f"{low:g}",
                    high=f"{high:g}",
                )
            )
    elif name in WHOLE:
        if type(value) is not int or not 1 <= value <= WHOLE[name]:
            raise OddMix(
                _(
                    "%(where)s: %(name)s must be a whole number from 1 to %(most)s.",
                    where=where,
                    name=repr(name),
                    most=WHOLE[name],
                )
            )
    elif not isinstance(value, str):
        raise OddMix(
            _(
                "%(where)s: %(name)s must be text, not %(value)s.",
                where=where,
                name=repr(name),
                value=repr(value),
            )
        )


def _refuse_odd_server(where: str, part: Part, servers: Sequence[str]) -> None:
    if part.who not in BY_SERVER and part.server:
        raise OddMix(_("%(where)s: 'server' goes with who server or promoted alone.", where=where))
    if part.who != Role.SERVER and part.model:
        raise OddMix(
            _(
                '%(where)s: \'model\' goes with "who": "server" alone; a policy is asked for by '
                "its id.",
                where=where,
            )
        )
    if part.who == Role.SERVER and not part.model:
        raise OddMix(
            _("%(where)s: 'model' is missing; write what the server calls its model.", where=where)
        )
    if part.who != Role.SERVER and not part.server:
        return
    if part.server not in servers:
        raise OddMix(
            _(
                "%(where)s: there is no server %(server)s; GENERATORS in the environment names "
                "them (%(known)s).",
                where=where,
                server=repr(part.server),
                known=", ".join(servers) or _("none yet"),
            )
        )


def voices_in(lines: str) -> list[dict[str, object]]:
    """What a person writes, a voice a line: ``promoted temperature=0.7 weight=2``."""
    found = []
    for number, line in enumerate(filter(None, map(str.strip, lines.splitlines())), start=1):
        who, *settings = line.split()
        voice: dict[str, object] = {"who": who}
        for setting in settings:
            name, equals, value = setting.partition("=")
            if not equals or not value:
                raise OddMix(
                    _(
                        "voice %(number)s: write %(setting)s as name=value, without spaces.",
                        number=number,
                        setting=repr(setting),
                    )
                )
            voice[name] = _value(name, value)
        found.append(voice)
    return found


def lines_of(mix: Sequence[Part]) -> str:
    """The same the other way round."""
    return "\n".join(
        " ".join(str(value) if name == "who" else f"{name}={value}" for name, value in said.items())
        for said in (part.as_json() for part in mix)
    )


def _value(name: str, said: str) -> object:
    """A number where one is meant and written; else the text, to be refused by name."""
    for kind in (int, float):
        if name in BOUNDS or name in WHOLE:
            try:
                return kind(said)
            except ValueError:
                continue
    return said


def drawn_parts(mix: Sequence[Part], wanted: int, seed: object) -> list[Part]:
    """Who writes each of ``wanted`` answers of a prompt; the same for the same ``seed``.

    Counts come first. The rest is shared by weight with one random start (systematic sampling,
    Madow 1949, "On the Theory of Systematic Sampling, II"): a part that expects 1.3 answers gets
    one or two. Where the counts are more than is wanted, they are the weights.
    """
    counted = sum(part.count for part in mix)
    if counted >= wanted:
        return _shared(mix, [float(part.count) for part in mix], wanted, seed)
    fixed = [part for part in mix for _ in range(part.count)]
    shared = [0.0 if part.count else part.weight for part in mix]
    if not any(shared):  # counts alone: they are drawn from once more
        shared = [float(part.count) for part in mix]
    return fixed + _shared(mix, shared, wanted - counted, seed)


def _shared(mix: Sequence[Part], weights: Sequence[float], wanted: int, seed: object) -> list[Part]:
    if not wanted:
        return []
    step = sum(weights) / wanted
    at = random.Random(str(seed)).random() * step
    found: list[Part] = []
    reached = 0.0
    for part, weight in zip(mix, weights, strict=True):
        reached += weight
        while at < reached and len(found) < wanted:
            found.append(part)
            at += step
    last = next(
        part for part, weight in zip(reversed(mix), reversed(weights), strict=True) if weight
    )
    return found + [last] * (wanted - len(found))  # what rounding left
