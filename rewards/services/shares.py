"""Which of the train side's prompts each of a track's three models learns from.

A share ``[i, n]`` is the prompts whose hashed id leaves i when it is divided by n. A judge that
learned from the reward model's prompts has its blind spots, and so has a stopping model: nobody
would see the policy turn.
"""

from collections.abc import Mapping
from itertools import combinations
from math import gcd

from commons.sentences import sentence as _
from rewards.enums import Stage
from rewards.errors import OddSetting
from rewards.models import Cycle, Track
from rewards.services.knobs import knobs_for

LEARNERS = (Stage.REWARDING, Stage.STOPPING, Stage.APPOINTING)

Share = tuple[int, int]
WHOLE = [0, 1]  # the engine's own, where a run was told none


def refuse_overlap(track: Track) -> None:
    """Refuse shares with a prompt in common; ``OddSetting`` names the two that have it."""
    shares = {stage: _share_of(track, stage) for stage in LEARNERS}
    for (one, first), (other, second) in combinations(shares.items(), 2):
        if overlap(first, second):
            raise OddSetting(
                "knobs",
                _(
                    "the shares of “%(one)s” %(first)s and “%(other)s” %(second)s have prompts in "
                    "common; no two models of a track may learn from the same prompt. Leave “share”"
                    " out for a third each, or write [0, 3], [1, 3] and [2, 3].",
                    one=one,
                    first=list(first),
                    other=other,
                    second=list(second),
                ),
            )


def learned_by_another(cycle: Cycle, stage: Stage) -> str:
    """In words, which model of this cycle has learned from prompts that ``stage`` is to learn
    from; empty where none has.

    A cycle may be older than the track's shares: what its own runs were told is what counts.
    """
    rows = cycle.steps.filter(stage__in=LEARNERS, run__isnull=False)
    told = {
        Stage(step.stage): _read(Stage(step.stage), step.run.config.get("share", WHOLE))
        for step in rows.select_related("run").order_by("pk")
        if step.run is not None
    }
    mine = told.pop(stage) if stage in told else _share_of(cycle.track, stage)
    for other, theirs in told.items():
        if overlap(mine, theirs):
            return _(
                "the share of “%(stage)s” %(mine)s has prompts in common with %(theirs)s, from "
                "which “%(other)s” of this cycle has learned; no two models of a cycle may learn "
                "from the same prompt.",
                stage=stage,
                mine=list(mine),
                other=other,
                theirs=list(theirs),
            )
    return ""


def overlap(one: Share, other: Share) -> bool:
    """Whether a number exists that leaves ``i`` by ``n`` and ``j`` by ``m``: by the Chinese
    remainder theorem, if and only if i and j leave the same by gcd(n, m)."""
    (i, n), (j, m) = one, other
    return (i - j) % gcd(n, m) == 0


def depths_in_common(knobs: Mapping[str, Mapping[str, object]]) -> list[str]:
    """The models that are given as many layers as another: a remark, for two may still differ by
    their prompts."""
    track = Track(knobs=dict(knobs))
    layers = {stage: _depth_of(track, stage) for stage in LEARNERS}
    return [str(stage) for stage, own in layers.items() if list(layers.values()).count(own) > 1]


def _depth_of(track: Track, stage: Stage) -> object:
    """What it reads of the base: so many layers, or the ones that a head is told."""
    asked = knobs_for(track, stage)
    return asked.get("layers") or asked.get("depths")


def _share_of(track: Track, stage: Stage) -> Share:
    return _read(stage, knobs_for(track, stage)["share"])


def _read(stage: Stage, said: object) -> Share:
    match said:
        case [int(part), int(parts)] if 0 <= part < parts:
            return part, parts
    raise OddSetting(
        "knobs",
        _(
            "“share” of “%(stage)s” must be [i, n] with 0 ≤ i < n, as [0, 3], not %(said)s.",
            stage=stage,
            said=said,
        ),
    )
