"""Improve a policy on pairs of answers, by direct preference optimisation.

    python -m rewards.engine.train_dpo RUN_DIR
    accelerate launch -m rewards.engine.train_dpo RUN_DIR

1. read the prompts; leave out those that are longer than the limit or than the reward model reads
   whole, never cut them
2. take the pairs: ``samples``: the policy's own answers to the prompts, of each prompt the two
   whose rewards are the furthest apart among those about equally long; ``preference``: what
   people preferred, from a frozen ``preference`` snapshot
3. fit with TRL's DPOTrainer, the policy as it was at the beginning being the reference
4. look at the policy every few steps, and stop where the stopping model turns (``improving``)
5. write the policy in float32

DPO after Rafailov et al. 2023 ("Direct Preference Optimization", eq. 7); pairs of the policy's own
samples, made anew at each iteration, after Xiong et al. 2024 ("Iterative Preference Learning from
Human Feedback"). An answer that was cut off is learned without an end: it had none.
"""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, TypeAlias, cast

from datasets import Dataset, load_from_disk
from transformers import PreTrainedTokenizerBase
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from rewards.engine.chat import render
from rewards.engine.data import EVEN, Ranking, Snapshot, open_snapshot
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.improving.outcome import Improvement, begin, made_before
from rewards.engine.improving.pairs import widest_pair
from rewards.engine.improving.samples import SAMPLES, Drawing, end_of, write_samples
from rewards.engine.improving.settings import Improving
from rewards.engine.models import fast_dtype, load_policy
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.together import of_main
from rewards.engine.training import common_arguments

SOURCES = ("samples", "preference")

Pair: TypeAlias = dict[str, list[int]]  # prompt_ids, chosen_ids, rejected_ids


@dataclass(frozen=True, kw_only=True)
class Config(Improving):
    """``max_apart``: log characters by which the two answers of a sampled pair may differ."""

    pairs: str = "samples"
    snapshot: Path | None = None
    max_steps: int = 12
    pairs_per_step: int = 8
    pairs_at_once: int = 2
    learning_rate: float = 1e-5
    beta: float = 0.1
    samples: int = 8
    max_new_tokens: int = 128
    max_length: int = 1024
    max_apart: float = 0.2


def main(folder: Path) -> None:
    carry_out(folder, Config, train, together=True)


def train(config: Config, folder: Path) -> Result:
    _refuse_nonsense(config)
    if made := made_before(config, folder):
        return made
    began = time.monotonic()
    under_way = begin(config, folder)
    snapshot = open_snapshot(config.snapshot, "preference") if config.snapshot else None
    pairs, left = _preferred(snapshot, under_way) if snapshot else _sampled(under_way)
    report(0, 1, ngettext("%(count)s pair is there", "%(count)s pairs are there", len(pairs)))
    trainer = PairTrainer(
        model=under_way.model,
        args=_arguments(config, folder),
        train_dataset=_on_disk(pairs, folder / "checkpoints" / "pairs"),
        processing_class=under_way.tokenizer,
    )
    seen = under_way.train(trainer)
    return under_way.keep(
        {
            **_course(trainer.state.log_history),
            **seen,
            "pairs": len(pairs),
            "left_out": left,  # prompts whose answers gave no pair, or pairs that were too long
            "seconds": time.monotonic() - began,  # of this start of the run
        },
        snapshot=snapshot.digest if snapshot else None,
    )


def _on_disk(pairs: Sequence[Pair], place: Path) -> Dataset:
    """The pairs as all processes read them, beside the checkpoints and forgotten with them.

    TRL keeps what the reference thinks of them in a file next to theirs, which the main process
    writes; pairs in memory would have that file in a folder that no other process knows.
    """

    def write() -> None:
        shutil.rmtree(place, ignore_errors=True)
        Dataset.from_list(list(pairs)).save_to_disk(place)

    of_main(write)
    return load_from_disk(place)


class PairTrainer(DPOTrainer):
    """TRL's, over pairs that are rendered here, as everywhere."""

    def _prepare_dataset(self, dataset: Dataset, *_: Any, **__: Any) -> Dataset:
        return dataset


def _sampled(under_way: Improvement) -> tuple[list[Pair], int]:
    """Pairs of the policy's own answers, and how many prompts gave none."""
    config = cast(Config, under_way.config)
    prompts = {asked.id: asked.ids for asked in under_way.parted.learned}
    model = load_policy(config.base, fast_dtype())
    sampled = write_samples(
        under_way.folder / SAMPLES,
        model,
        under_way.tokenizer,
        under_way.parted.learned,
        Drawing(config.samples, config.temperature, config.max_new_tokens, config.seed),
        under_way.reward,
    )
    end = end_of(model, under_way.tokenizer)
    found = [(each.prompt, widest_pair(each.answers, config.max_apart)) for each in sampled]
    pairs = [
        Pair(
            prompt_ids=prompts[prompt],
            chosen_ids=pair[0].as_learned(end),
            rejected_ids=pair[1].as_learned(end),
        )
        for prompt, pair in found
        if pair is not None
    ]
    if not pairs:
        raise BadInput(
            _(
                "no prompt has two answers of like length with different rewards; raise "
                "'samples', 'temperature' or 'max_apart'."
            )
        )
    return pairs, len(found) - len(pairs)


def _preferred(snapshot: Snapshot, under_way: Improvement) -> tuple[list[Pair], int]:
    """Pairs of the snapshot's train side that fit whole, and how many do not."""
    limit = cast(Config, under_way.config).max_length
    found = [
        _rendered(ranking, under_way.tokenizer)
        for read in snapshot.rankings("train")
        for ranking in _strict(read)
    ]
    pairs = [pair for pair in found if _length(pair) <= limit]
    if not pairs:
        raise BadInput(
            _(
                "%(folder)s has no pair to learn from that fits into %(limit)s tokens; collect "
                "more, or raise 'max_length'.",
                folder=snapshot.folder,
                limit=limit,
            )
        )
    return pairs, len(found) - len(pairs)


def _strict(read: Ranking) -> Iterator[Ranking]:
    """The row with its better answer first; none where the votes were even."""
    likely = 1.0 if read.soft_label is None else read.soft_label
    if len(read.tiers) == 2 and likely != EVEN:
        yield read


def _rendered(ranking: Ranking, tokenizer: PreTrainedTokenizerBase) -> Pair:
    better, worse = (ranking.answers[tier[0]] for tier in ranking.tiers)
    if ranking.soft_label is not None and ranking.soft_label < EVEN:
        better, worse = worse, better
    chosen, rejected = (render(tokenizer, ranking.prompt, answer) for answer in (better, worse))
    return Pair(prompt_ids=chosen.prompt, chosen_ids=chosen.answer, rejected_ids=rejected.answer)


def _length(pair: Pair) -> int:
    return len(pair["prompt_ids"]) + max(len(pair["chosen_ids"]), len(pair["rejected_ids"]))


def _course(history: Sequence[Mapping[str, float]]) -> dict[str, float | int]:
    """Over the last quarter of the steps: the loss, and how many pairs are told apart."""
    steps = [entry for entry in history if "rewards/margins" in entry and "loss" in entry]
    quarter = max(1, len(steps) // 4)
    return {
        "steps": len(steps),
        "loss_first": steps[0]["loss"],
        "loss_last": fmean(entry["loss"] for entry in steps[-quarter:]),
        "margin": fmean(entry["rewards/margins"] for entry in steps[-quarter:]),
        "pairs_told_apart": fmean(entry["rewards/accuracies"] for entry in steps[-quarter:]),
    }


def _arguments(config: Config, folder: Path) -> DPOConfig:
    return DPOConfig(
        beta=config.beta,
        max_length=None,  # what is too long was left out
        precompute_ref_log_probs=True,
        **common_arguments(
            folder,
            seed=config.seed,
            max_steps=config.max_steps,
            learning_rate=config.learning_rate,
            batch_size=config.pairs_at_once,
            accumulate=config.pairs_per_step // config.pairs_at_once,
        ),
    )


def _refuse_nonsense(config: Config) -> None:
    if config.pairs not in SOURCES:
        raise BadConfig(
            _(
                "%(name)s must be one of %(known)s, not %(given)s.",
                name="'pairs'",
                known=", ".join(SOURCES),
                given=repr(config.pairs),
            )
        )
    if (config.pairs == "preference") != (config.snapshot is not None):
        raise BadConfig(
            _(
                "'snapshot' belongs to 'pairs' preference, and to it alone; name both, or leave "
                "both out."
            )
        )
    if config.pairs_at_once < 1 or config.pairs_per_step % config.pairs_at_once:
        raise BadConfig(_("'pairs_per_step' must be a multiple of 'pairs_at_once'."))
    if config.beta <= 0 or config.max_apart < 0:
        raise BadConfig(_("'beta' must be above 0 and 'max_apart' 0 or more."))


if __name__ == "__main__":
    start(main)
