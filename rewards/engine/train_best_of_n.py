"""Improve a policy by letting it learn its own best answers.

    python -m rewards.engine.train_best_of_n RUN_DIR
    accelerate launch -m rewards.engine.train_best_of_n RUN_DIR

1. read the prompts; leave out those that are longer than the limit or than the reward model reads
   whole, never cut them
2. let the policy answer each several times; keep all answers with their rewards
3. add what earlier iterations kept, to prompts that are not asked now as well, scored anew:
   rewards of two models cannot be compared
4. fine-tune on the best answer to each prompt, of whatever iteration it is
5. look at the policy every few steps, and stop where the stopping model turns (``improving``)
6. write the policy in float32

Rejection sampling after Touvron et al. 2023 ("Llama 2", section 3.2.3), whose policies forgot what
they had been good at until the best samples of all iterations were learned from. Other than
there, an answer much longer than its prompt's usual one is passed over: reward models like length.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.improving.answers import Row, answer_trainer, row_of
from rewards.engine.improving.earlier import Keeping, Kept, read_usable
from rewards.engine.improving.outcome import Improvement, begin, made_before
from rewards.engine.improving.pairs import best_of
from rewards.engine.improving.prompts import Asked
from rewards.engine.improving.samples import (
    SAMPLES,
    Drawing,
    Sample,
    Sampled,
    end_of,
    rescored,
    write_samples,
)
from rewards.engine.improving.settings import Improving
from rewards.engine.models import fast_dtype, load_policy
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.training import common_arguments


@dataclass(frozen=True, kw_only=True)
class Config(Improving):
    """``earlier``: the samples of iterations before this one, by file; ``usable``: a file with the
    ids of those of their prompts that may still be learned from, one a line, where not all may.
    ``max_longer``: log characters by which a best answer may be longer than the usual one to its
    prompt."""

    earlier: tuple[str, ...] = ()
    usable: Path | None = None
    max_steps: int = 12
    answers_per_step: int = 8
    answers_at_once: int = 2
    learning_rate: float = 2e-5
    samples: int = 8
    max_new_tokens: int = 128
    max_longer: float = 0.2


def main(folder: Path) -> None:
    carry_out(folder, Config, train, together=True)


def train(config: Config, folder: Path) -> Result:
    _refuse_nonsense(config)
    if made := made_before(config, folder):
        return made
    began = time.monotonic()
    under_way = begin(config, folder)
    own, end = _own(under_way)
    kept = _earlier(under_way)
    asked = [*under_way.parted.learned, *kept.asked]
    rows, from_before = best_rows(
        asked, own, rescored(under_way.reward, kept.best), end, config.max_longer
    )
    report(
        0,
        1,
        ngettext("%(count)s best answer is there", "%(count)s best answers are there", len(rows)),
    )
    trainer = answer_trainer(
        under_way.model,
        under_way.tokenizer,
        rows,
        common=common_arguments(
            folder,
            seed=config.seed,
            max_steps=config.max_steps,
            learning_rate=config.learning_rate,
            batch_size=config.answers_at_once,
            accumulate=config.answers_per_step // config.answers_at_once,
        ),
        epochs=1.0,  # 'max_steps' decides
        max_length=max(len(row["input_ids"]) for row in rows),
        packing=False,
    )
    seen = under_way.train(trainer)
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    return under_way.keep(
        {
            "steps": len(losses),
            "loss_first": losses[0],
            "loss_last": losses[-1],
            **seen,
            "answers": len(rows),
            "from_earlier": from_before,
            "seconds": time.monotonic() - began,  # of this start of the run
        }
    )


def _own(under_way: Improvement) -> tuple[list[Sampled], int]:
    """What the policy says now, and the id that closes its answers."""
    config = cast(Config, under_way.config)
    model = load_policy(config.base, fast_dtype())
    sampled = write_samples(
        under_way.folder / SAMPLES,
        model,
        under_way.tokenizer,
        under_way.parted.learned,
        Drawing(config.samples, config.temperature, config.max_new_tokens, config.seed),
        under_way.reward,
    )
    return sampled, end_of(model, under_way.tokenizer)


def _earlier(under_way: Improvement) -> Kept:
    """What of earlier iterations may be learned from, their best answers to each prompt."""
    config = cast(Config, under_way.config)
    keeping = Keeping(
        under_way.tokenizer,
        under_way.parted,
        read_usable(config.usable),
        config.max_prompt_length,
        config.max_longer,
        under_way.reward.reads_whole,
    )
    return keeping.keep([Path(file) for file in config.earlier])


def best_rows(
    asked: Sequence[Asked],
    own: Iterable[Sampled],
    before: Iterable[Sampled],
    end: int,
    most_longer: float,
) -> tuple[list[Row], int]:
    """The best answer to each prompt as it is learned, and how many are of earlier iterations.

    ``asked`` are the prompts of both: one that is not asked any more is learned all the same, or
    the policy would forget what it had been good at.
    """
    ids = {each.id: each.ids for each in asked}
    best: dict[str, tuple[Sample, bool]] = {}
    for sampled in own:
        found = best_of(sampled.answers, most_longer)
        if found is not None:
            best[sampled.prompt] = found, False
    for sampled in before:
        standing = best.get(sampled.prompt)
        for answer in sampled.answers:
            if standing is None or answer.score > standing[0].score:
                standing = best[sampled.prompt] = answer, True
    if not best:
        raise BadInput(_("no answer is fit to be learned; raise 'samples' or 'max_new_tokens'."))
    rows = [
        row_of([*ids[prompt], *answer.as_learned(end)], len(ids[prompt]))
        for prompt, (answer, _) in sorted(best.items())
    ]
    return rows, sum(is_before for _, is_before in best.values())


def _refuse_nonsense(config: Config) -> None:
    if config.answers_at_once < 1 or config.answers_per_step % config.answers_at_once:
        raise BadConfig(_("'answers_per_step' must be a multiple of 'answers_at_once'."))
    if config.max_longer < 0:
        raise BadConfig(_("'max_longer' must be 0 or more."))


if __name__ == "__main__":
    start(main)
