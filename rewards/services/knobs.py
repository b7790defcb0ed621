"""What the engine is told at each stage: defaults for two cores, over which a track sets its own.

A track's ``knobs`` are ``{"rewarding": {"max_steps": 400}, …}``; the engine refuses a name it
does not know.
"""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext

from rewards.enums import PolicyMethod, Stage
from rewards.errors import TrackNotReady
from rewards.models import Track

Knobs = dict[str, object]

# The reward model, the stopping model and the judge learn from disjoint prompts (a third each) and
# are of different depths, so that no two of them share their blind spots. Length and layout are
# kept out of the score that a policy is trained by; the other two score what people would say,
# length included, and the gate looks at it at equal length besides.
DEFAULTS: Mapping[Stage, Knobs] = {
    Stage.TEACHING: {"max_length": 512},
    Stage.REWARDING: {
        "share": [0, 3],
        "layers": 8,
        "max_length": 384,
        "drop_covariates": True,
    },
    Stage.APPOINTING: {"share": [2, 3], "layers": 10, "max_length": 384, "seed": 1},
    Stage.STOPPING: {"share": [1, 3], "layers": 9, "max_length": 384, "seed": 2},
    Stage.REPORTING: {},
    Stage.EVALUATING: {"samples": 2, "max_new_tokens": 48},
    Stage.ANSWERING: {
        "prompts": 100,  # a week; about five minutes on two cores
        "answers": 4,  # to each
        "at_random": 0.2,  # share of the prompts that chance alone chooses
        "temperatures": [0.4, 0.8],
        "max_new_tokens": 160,
    },
}

POLICY_DEFAULTS: Mapping[PolicyMethod, Knobs] = {  # of the stage that improves the policy
    PolicyMethod.GRPO: {"max_steps": 6},
    PolicyMethod.RLOO: {"max_steps": 6},
    PolicyMethod.DPO: {"max_steps": 12, "learning_rate": 1e-4, "watch_every": 3},
    PolicyMethod.BEST_OF_N: {"max_steps": 12, "learning_rate": 1e-4, "watch_every": 3},
}
OURS: Mapping[Stage, Collection[str]] = {  # what the steps read themselves, and no engine
    Stage.TEACHING: {"start"}
}
STARTS = ("promoted", "base")  # what fine-tuning on demonstrations may begin from

TRAINING_PROMPTS = 256  # at most so many go to one policy run
HELD_OUT_PROMPTS = 256  # and to one comparison


def knobs_for(track: Track, stage: Stage) -> Knobs:
    """What the engine is told at one stage for one track."""
    usual = {**DEFAULTS.get(stage, {})}
    if stage == Stage.REINFORCING:
        usual |= POLICY_DEFAULTS[PolicyMethod(track.method)]
    asked = {**usual, **track.knobs.get(str(stage), {})}
    return {name: value for name, value in asked.items() if name not in OURS.get(stage, ())}


def start_of(track: Track) -> str:
    """What fine-tuning on demonstrations begins from: ``promoted`` or ``base``."""
    start = track.knobs.get(str(Stage.TEACHING), {}).get("start", "promoted")
    if start not in STARTS:
        raise TrackNotReady(
            gettext("“start” of “teaching” in the track's settings is one of %(known)s.")
            % {"known": ", ".join(STARTS)}
        )
    return str(start)


def learns_from_people(track: Track) -> bool:
    """Whether its policy is improved on what people preferred, and not on its own samples."""
    asked = knobs_for(track, Stage.REINFORCING)
    return track.method == PolicyMethod.DPO and asked.get("pairs") == "preference"
