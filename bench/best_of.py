"""What is to be had by choosing alone: a policy's best samples by one model, under another.

    python -m bench.best_of --week LOOP/week1

LOOP is a folder of ``bench.loop``. Of the policy's own samples to each training prompt the one that
the reward model likes best meets all the others, and the judge, which learned from other prompts
and reads other layers, says who wins. That is about as far as one week of learning from these
samples can lead. The last line on standard output is JSON: the win rate with its 95 % interval by
prompt, the one at equal length and the ratio of lengths, for the best of all samples and for the
best among those that are about as long as the usual one, which is what a policy learns from.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from rewards.engine.comparison import Answer, Comparison, Looks
from rewards.engine.improving.pairs import best_of
from rewards.engine.improving.samples import SAMPLES, Sample, Sampled, read_samples
from rewards.engine.messages import Message
from rewards.engine.prompts import Prompt
from rewards.engine.scorer import Scorer

ONE_LOOK = Looks(alpha=0.05, looks=1, rounds=10_000, seed=0)
LONGER = 0.2  # log characters, as best of n passes over what is longer
Chooses = Callable[[Sequence[Sample]], Sample | None]
CHOOSERS: dict[str, Chooses] = {
    "best": lambda answers: max(answers, key=lambda answer: answer.score),
    "best_as_learned": lambda answers: best_of(answers, LONGER),
}


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m bench.best_of")
    reader.add_argument("--week", type=Path, required=True, help="a week's folder of bench.loop")
    week = reader.parse_args().week
    sampled = list(read_samples(week / "improving" / SAMPLES))
    judged = _judged(sampled, Scorer(week / "judge" / "model"))
    print(
        json.dumps(
            {
                "bench": "best_of",
                "week": week.name,
                "prompts": len(sampled),
                "samples": len(sampled[0].answers),
                **{name: _chosen(sampled, judged, how) for name, how in CHOOSERS.items()},
                "load": [round(load, 1) for load in os.getloadavg()],
            }
        )
    )


def _judged(sampled: Sequence[Sampled], judge: Scorer) -> list[list[Answer]]:
    judged = []
    for number, each in enumerate(sampled):
        said = [[Message(role="assistant", content=one.text)] for one in each.answers]
        scores = judge.score([each.messages] * len(said), said)
        judged.append(
            [
                Answer(one.text, one.finished, score)
                for one, score in zip(each.answers, scores, strict=True)
            ]
        )
        print(f"judged {number + 1}/{len(sampled)}", file=sys.stderr, flush=True)
    return judged


def _chosen(
    sampled: Sequence[Sampled], judged: Sequence[Sequence[Answer]], how: Chooses
) -> dict[str, object]:
    """The chosen sample of each prompt against its other ones; none where nothing is fit."""
    prompts, ours, theirs = [], [], []
    for each, answers in zip(sampled, judged, strict=True):
        chosen = how(each.answers)
        if chosen is None:
            continue
        at = next(place for place, one in enumerate(each.answers) if one is chosen)
        prompts.append(Prompt(each.prompt, each.messages))
        ours.append([answers[at]])
        theirs.append([*answers[:at], *answers[at + 1 :]])
    found = Comparison(prompts, ours, theirs, ONE_LOOK).win_rates()
    told = {name: found[name] for name in ("prompts", "win_rate", "length_controlled")}
    return {**told, "length_ratio": round(_mean_length(ours) / _mean_length(theirs), 3)}


def _mean_length(answers: Sequence[Sequence[Answer]]) -> float:
    """Characters of an answer; there are more on one side than on the other."""
    return fmean(len(answer.text) for each in answers for answer in each)


if __name__ == "__main__":
    main()
