"""What every way to a better policy can be told."""

from dataclasses import dataclass
from pathlib import Path

from commons.sentences import sentence as _
from rewards.engine.config import Knobs
from rewards.engine.errors import BadConfig


@dataclass(frozen=True, kw_only=True)
class Improving(Knobs):
    """``prompts``: what the policy is asked. ``watch_every``: steps between two looks at it, 0 for
    none; training stops when the stopping model has seen no better policy for ``patience`` looks.
    """

    prompts: Path
    base: Path
    reward_model: Path
    out: Path
    stopping_model: Path | None = None
    seed: int = 0
    max_steps: int = 8
    learning_rate: float = 1e-6
    samples: int = 4
    max_prompt_length: int = 384
    max_new_tokens: int = 64
    temperature: float = 1.0
    watch_every: int = 2
    watch_prompts: int = 24
    watch_samples: int = 2
    patience: int = 3

    def refuse_nonsense(self) -> None:
        if self.samples < 2:
            raise BadConfig(
                _("'samples' must be at least 2: the answers of one prompt are compared.")
            )
        if self.temperature <= 0:
            raise BadConfig(_("%(name)s must be above 0.", name="'temperature'"))
        if min(self.max_steps, self.max_new_tokens, self.watch_samples, self.patience) < 1:
            raise BadConfig(
                _(
                    "'max_steps', 'max_new_tokens', 'watch_samples' and 'patience' must be at "
                    "least 1."
                )
            )
        if min(self.watch_every, self.watch_prompts) < 0:
            raise BadConfig(_("'watch_every' and 'watch_prompts' must be 0 or more."))
        if self.stopping_model == self.reward_model:
            raise BadConfig(
                _(
                    "'stopping_model' must be another model than 'reward_model': it would rise "
                    "with it."
                )
            )
