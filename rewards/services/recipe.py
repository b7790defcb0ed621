"""What a new track begins with on this machine: what has been measured to make a policy better.

Without a GPU the three reward models are heads on frozen states, which cost a third of training all
weights (docs/scale.md), and the policy is improved by DPO: in the first week of ``bench.loop`` DPO
on three heads won 75.7 % of contests against the base, where best of n and RLOO gained nothing and
GRPO had hardly moved (docs/log.md). With one, a track begins with the usual settings.
"""

from collections.abc import Mapping
from pathlib import Path

from rewards.enums import Method, PolicyMethod, Stage
from rewards.services.knobs import HEAD_DEFAULTS, Knobs

DEVICES = ("nvidia[0-9]*", "kfd", "dxg")  # of Nvidia, of AMD, and of either under WSL

DPO: Mapping[Stage, Knobs] = {  # as bench.loop plays it
    Stage.REINFORCING: {
        "prompts": 112,
        "samples": 8,
        "max_steps": 12,
        "learning_rate": 1e-4,
        "max_new_tokens": 128,
        "temperature": 0.8,
        "watch_every": 4,
        "watch_prompts": 16,
    },
    Stage.EVALUATING: {"prompts": 120, "samples": 4, "max_new_tokens": 128},
}


def has_gpu(devices: Path = Path("/dev")) -> bool:
    """Whether this machine shows one. Torch would know for certain; no web process loads it."""
    return any(next(devices.glob(name), None) is not None for name in DEVICES)


def usual_method() -> PolicyMethod:
    """How the policy of a new track is made better unless somebody says otherwise."""
    return PolicyMethod.GRPO if has_gpu() else PolicyMethod.DPO


def usual_knobs(method: PolicyMethod) -> dict[str, Knobs]:
    """The settings of its own that a new track of this method begins with here."""
    if has_gpu():
        return {}
    knobs: dict[str, Knobs] = {str(stage): {"method": str(Method.HEAD)} for stage in HEAD_DEFAULTS}
    if method == PolicyMethod.DPO:
        knobs |= {str(stage): dict(asked) for stage, asked in DPO.items()}
    return knobs


def leave_dpo(knobs: Mapping[str, Knobs]) -> tuple[dict[str, Knobs], list[str]]:
    """The settings of a track that is improved by another method from now on, and the names of what
    it loses: it began with them as DPO was measured, and no other method was measured by them."""
    stage = str(Stage.REINFORCING)
    own, measured = knobs.get(stage, {}), DPO[Stage.REINFORCING]
    lost = [name for name, value in own.items() if name in measured and value == measured[name]]
    left = {**knobs, stage: {name: value for name, value in own.items() if name not in lost}}
    return {use: each for use, each in left.items() if each}, lost  # the usual has no entry
