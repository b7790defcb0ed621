"""What the engine is told at each stage: defaults for two cores, over which a track sets its own.

A track's ``knobs`` are ``{"rewarding": {"max_steps": 400}, …}``; the engine refuses a name it
does not know.
"""

from collections.abc import Collection, Mapping

from commons.sentences import sentence as _
from rewards.enums import Method, PolicyMethod, Stage
from rewards.errors import OddSetting, TrackNotReady
from rewards.models import Track

Knobs = dict[str, object]

# The reward model, the stopping model and the judge learn from disjoint prompts (a third each) and
# are of different depths, so that no two of them share their blind spots. Length and layout are
# kept out of the score that a policy is trained by, as of every reward model; the other two score
# what people would say, length included, and the gate looks at it at equal length besides.
DEFAULTS: Mapping[Stage, Knobs] = {
    Stage.TEACHING: {"max_length": 512},
    Stage.REWARDING: {
        "share": [0, 3],
        "layers": 8,
        "max_length": 384,
        "drop_covariates": True,
    },
    Stage.APPOINTING: {
        "share": [2, 3],
        "layers": 10,
        "max_length": 384,
        "seed": 1,
        "drop_covariates": False,
    },
    Stage.STOPPING: {
        "share": [1, 3],
        "layers": 9,
        "max_length": 384,
        "seed": 2,
        "drop_covariates": False,
    },
    Stage.REPORTING: {},
    Stage.REINFORCING: {"prompts": 256},  # that one policy run is given at most
    Stage.EVALUATING: {"prompts": 256, "samples": 2, "max_new_tokens": 48},  # held-out ones
    Stage.ANSWERING: {
        "prompts": 100,  # a week; about five minutes on two cores
        "answers": 4,  # to each
        "at_random": 0.2,  # share of the prompts that chance alone chooses
        "temperatures": [0.4, 0.8],
        "max_new_tokens": 160,
    },
}

# Of the three models where their method is a head: layers of the base as shares of its depth, so
# that they fit a base of any size; 12, 14, 16, then 9, 11, then 13, 15, 18 of thirty, as measured
# by bench.loop. A head drops length and layout from its score by itself.
HEAD_DEFAULTS: Mapping[Stage, Knobs] = {
    Stage.REWARDING: {"share": [0, 3], "depths": [0.4, 0.47, 0.53], "max_length": 768},
    Stage.APPOINTING: {"share": [2, 3], "depths": [0.43, 0.5, 0.6], "max_length": 768, "seed": 1},
    Stage.STOPPING: {"share": [1, 3], "depths": [0.3, 0.37], "max_length": 768, "seed": 2},
}
POLICY_DEFAULTS: Mapping[PolicyMethod, Knobs] = {  # of the stage that improves the policy
    PolicyMethod.GRPO: {"max_steps": 6},
    PolicyMethod.RLOO: {"max_steps": 6},
    PolicyMethod.DPO: {"max_steps": 12, "learning_rate": 1e-4, "watch_every": 3},
    PolicyMethod.BEST_OF_N: {"max_steps": 12, "learning_rate": 1e-4, "watch_every": 3},
}
OURS: Mapping[Stage, Collection[str]] = {  # what the steps read themselves, and no engine
    Stage.TEACHING: {"start"},
    Stage.REINFORCING: {"prompts"},
    Stage.EVALUATING: {"prompts"},
}
STARTS = ("promoted", "base")  # what fine-tuning on demonstrations may begin from
MOST_PROMPTS = 1_000_000


def knobs_for(track: Track, stage: Stage) -> Knobs:
    """What the engine is told at one stage for one track."""
    asked = settings_of(track, stage)
    return {name: value for name, value in asked.items() if name not in OURS.get(stage, ())}


def prompts_of(track: Track, stage: Stage) -> int:
    """How many prompts a stage is given at most: of the train side to improve a policy, of the
    held-out sides to compare two."""
    said = settings_of(track, stage)["prompts"]
    if type(said) is int and 1 <= said <= MOST_PROMPTS:
        return said
    raise OddSetting(
        "knobs",
        _(
            "“prompts” of “%(stage)s” must be a whole number, 1 to %(most)s, not %(said)s.",
            stage=stage,
            most=MOST_PROMPTS,
            said=said,
        ),
    )


def settings_of(track: Track, stage: Stage) -> Knobs:
    """The usual settings of a stage, and over them the track's own: the engine's, and what the step
    reads itself."""
    own = track.knobs.get(str(stage), {})
    learns_a_head = stage in HEAD_DEFAULTS and own.get("method") == Method.HEAD
    usual = {**(HEAD_DEFAULTS if learns_a_head else DEFAULTS).get(stage, {})}
    if stage == Stage.REINFORCING:
        usual |= POLICY_DEFAULTS[PolicyMethod(track.method)]
    return {**usual, **own}


def start_of(track: Track) -> str:
    """What fine-tuning on demonstrations begins from: ``promoted`` or ``base``."""
    start = track.knobs.get(str(Stage.TEACHING), {}).get("start", "promoted")
    if start not in STARTS:
        raise TrackNotReady(
            _(
                "“start” of “teaching” in the track's settings is one of %(known)s.",
                known=", ".join(STARTS),
            )
        )
    return str(start)


def learns_from_people(track: Track) -> bool:
    """Whether its policy is improved on what people preferred, and not on its own samples."""
    asked = knobs_for(track, Stage.REINFORCING)
    return track.method == PolicyMethod.DPO and asked.get("pairs") == "preference"
