"""What the engine is told at each stage: defaults for two cores, over which a track sets its own.

A track's ``knobs`` are ``{"rewarding": {"max_steps": 400}, …}``; the engine refuses a name it
does not know.
"""

from collections.abc import Mapping

from rewards.enums import Stage
from rewards.models import Track

Knobs = dict[str, object]

# The judge learns from other prompts than the reward model (share 1 of 2 against 0 of 2) and is
# of another depth, so that the two do not share their blind spots.
DEFAULTS: Mapping[Stage, Knobs] = {
    Stage.TEACHING: {"max_length": 512},
    Stage.REWARDING: {"share": [0, 2], "layers": 8, "max_length": 384},
    Stage.APPOINTING: {"share": [1, 2], "layers": 10, "max_length": 384, "seed": 1},
    Stage.REPORTING: {},
    Stage.REINFORCING: {"max_steps": 6},
    Stage.EVALUATING: {"samples": 2, "max_new_tokens": 48},
    Stage.ANSWERING: {"answers": 4, "temperatures": [0.4, 0.8], "max_new_tokens": 160},
}

TRAINING_PROMPTS = 256  # at most so many go to one policy run
HELD_OUT_PROMPTS = 256  # and to one comparison
PROMPTS_TO_ANSWER = 12  # and get candidates at the end of a cycle


def knobs_for(track: Track, stage: Stage) -> Knobs:
    """The settings of one stage for one track."""
    return {**DEFAULTS.get(stage, {}), **track.knobs.get(str(stage), {})}
