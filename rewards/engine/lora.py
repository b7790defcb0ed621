"""Low-rank adapters (Hu et al. 2021, "LoRA"), by peft; merged, a model is as plain as any other.

peft is loaded when it is asked for: it takes seconds, and full training needs none.
"""

import importlib
from importlib.util import find_spec
from typing import Any, cast

from transformers import PreTrainedModel

from commons.sentences import sentence as _
from rewards.engine.errors import BadConfig

SCORES, WRITES = "SEQ_CLS", "CAUSAL_LM"  # of a reward model the output is trained whole


class Adapters:
    """Adapters in all linear layers of ``model``: only these are trained, and a score's output.

    The model's own layers are exchanged, so that it is called as before.
    """

    def __init__(
        self, model: PreTrainedModel, *, rank: int, alpha: float, task: str = SCORES
    ) -> None:
        if rank < 1:
            raise BadConfig(_("'lora_rank' must be 1 or more, not %(rank)s.", rank=rank))
        if find_spec("peft") is None:
            raise BadConfig(_("'method' lora needs the package peft; install it, or choose full."))
        peft: Any = importlib.import_module("peft")
        config = peft.LoraConfig(
            task_type=task,
            r=rank,
            lora_alpha=alpha,
            target_modules="all-linear",
        )
        self.around: Any = peft.get_peft_model(model, config)

    def merged(self) -> PreTrainedModel:
        """The model with the adapters added to its weights, and no trace of them left."""
        return cast(PreTrainedModel, self.around.merge_and_unload())
