"""Does the loop make a policy better? Whole weeks, by the engine modules that the product runs.

    python -m bench.loop --data FILE --base FOLDER --iterations 2 --method dpo|best-of-n|rloo|grpo

FILE holds rankings (``bench.ranked``). Its prompts are cut into four disjoint sets: those that
teach the reward model, the stopping model and the judge, and those that are held out. Every
iteration trains the three heads (of different layers), improves the policy on prompts of the train
side that no iteration before has used, and lets the judge compare it with the base on the held-out
ones, with ``--samples`` answers each. Killed and started again on the same ``--folder`` it goes on
where it was. Progress goes to standard error; the last line on standard output is JSON: for each
iteration the win rate against the base with its 95 % interval by prompt, the one at equal length
(probability at Δ log length 0 of a logistic regression of wins), the ratio of lengths, shares of
answers cut off, KL to the policy it began from, and minutes by clock and by processor of each
station.
"""

import argparse
import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.loop_data import Sets, cut, write_prompts
from rewards.runner import Progress, run_engine

MODULES = {
    "dpo": "train_dpo",
    "best-of-n": "train_best_of_n",
    "rloo": "train_rloo",
    "grpo": "train_policy",
}
LAYERS = {"reward": None, "stopping": [9, 11], "judge": [13, 15, 18]}  # None: as train_head does
RECIPES: Mapping[str, Mapping[str, object]] = {
    "dpo": {"max_steps": 12, "learning_rate": 1e-4, "samples": 8, "watch_every": 4},
    "best-of-n": {"max_steps": 12, "learning_rate": 1e-4, "samples": 8, "watch_every": 4},
    "rloo": {"max_steps": 8, "learning_rate": 2e-5, "samples": 8, "watch_every": 4},
    "grpo": {"max_steps": 8, "learning_rate": 2e-5, "samples": 8, "watch_every": 4},
}
Told = dict[str, Any]


def main() -> None:
    asked = _arguments()
    began = time.monotonic()
    sets = cut(asked.data, asked.folder, held_out=asked.held_out, seed=asked.seed)
    policy, weeks = asked.base, []
    for number in range(1, asked.iterations + 1):
        week = Week(asked, sets, number, policy)
        weeks.append(week.told())
        policy = week.made
        say(f"iteration {number}: {json.dumps(weeks[-1])}")
    print(
        json.dumps(
            {
                "bench": "loop",
                "method": asked.method,
                "data": asked.data.name,
                "prompts": sets.sizes(),
                "samples": asked.samples,
                "minutes": round((time.monotonic() - began) / 60, 1),
                "load": [round(load, 1) for load in os.getloadavg()],
                "iterations": weeks,
            }
        )
    )


class Week:
    """One iteration: its stations, each in a folder of its own."""

    def __init__(self, asked: argparse.Namespace, sets: Sets, number: int, before: Path) -> None:
        self.asked, self.sets, self.number, self.before = asked, sets, number, before
        self.folder: Path = asked.folder / f"week{number}"
        self.minutes: dict[str, dict[str, float]] = {}
        self.made = self.folder / "improving" / "model"

    def told(self) -> Told:
        for name in ("reward", "stopping", "judge"):
            self._train_head(name)
        learned = self._improve()
        compared = self._compare()
        return {
            "win_rate": _rounded(compared["win_rate"]),
            "win_rate_at_equal_length": _rounded(compared["length_controlled"]),
            "length_ratio": _rounded(compared["length_ratio"]),
            "cut_off": _rounded(compared["cut_off"]),
            "looping": _rounded(compared["looping"]),
            "kl": _rounded(learned.get("watched_kl", learned.get("kl"))),
            "best_step": learned.get("best_step"),
            "reward_gain": _rounded(learned.get("reward_gain")),
            "stopping_gain": _rounded(learned.get("stopping_gain")),
            "minutes": self.minutes,
        }

    def _train_head(self, name: str) -> None:
        self._station(
            name,
            "train_head",
            {
                "snapshot": self.sets.frozen[name],
                "base": self.asked.base,
                "out": self.folder / name / "model",
                "cache": self.asked.folder / "states",
                "share": [0, 1],
                "layers": LAYERS[name] or [],
                "max_length": self.asked.max_length,
                "seed": self.asked.seed,
            },
        )

    def _improve(self) -> Told:
        each = self.asked.train_prompts
        fresh = self.sets.train[(self.number - 1) * each :][:each] or self.sets.train[:each]
        prompts = write_prompts(self.folder / "prompts.jsonl", fresh, f"w{self.number}-")
        config = {
            **RECIPES[self.asked.method],
            "prompts": prompts,
            "base": self.before,
            "reward_model": self.folder / "reward" / "model",
            "stopping_model": self.folder / "stopping" / "model",
            "out": self.made,
            "max_new_tokens": self.asked.max_new_tokens,
            "temperature": self.asked.train_temperature,
            "watch_prompts": 16,
            "seed": self.asked.seed + self.number,
            **json.loads(self.asked.knobs),
        }
        if self.asked.method == "best-of-n":
            weeks = [self.asked.folder / f"week{n}" for n in range(1, self.number)]
            config["earlier"] = [str(week / "improving" / "samples.jsonl") for week in weeks]
        return self._station("improving", MODULES[self.asked.method], config)

    def _compare(self) -> Told:
        """Both policies answer; what the base said in the week before is not drawn again."""
        folder, said = self.folder / "comparing", "against.jsonl"
        if self.number > 1 and not (folder / said).exists():
            folder.mkdir(parents=True, exist_ok=True)
            before = self.asked.folder / f"week{self.number - 1}" / "comparing"
            shutil.copy(before / said, folder / said)
        return self._station(
            "comparing",
            "evaluate_policy",
            {
                "prompts": write_prompts(
                    self.asked.folder / "held_out.jsonl", self.sets.held_out, "h"
                ),
                "policy": self.made,
                "against": self.asked.base,
                "judge": self.folder / "judge" / "model",
                "samples": self.asked.samples,
                "max_new_tokens": self.asked.max_new_tokens,
                "seed": self.asked.seed,
                "looks": 1,  # one look at 95 %: a bench is no year of weeks
            },
        )

    def _station(self, name: str, module: str, config: Mapping[str, object]) -> Told:
        began, before = time.monotonic(), _child_seconds()
        written = json.loads(json.dumps(config, default=str))

        def heard(said: Progress) -> bool:
            points = f" {json.dumps(dict(said.metrics))}" if said.metrics else ""
            say(f"week {self.number} {name}: {said.says} {said.step}/{said.of}{points}")
            return True

        result = run_engine(module, self.folder / name, written, heard)
        self.minutes[name] = {
            "clock": round((time.monotonic() - began) / 60, 2),
            "processor": round((_child_seconds() - before) / 60, 2),
        }
        return result


def _child_seconds() -> float:
    """Processor seconds of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _rounded(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _rounded(value) for name, value in found.items()}
    return round(found, 4) if isinstance(found, float) else found


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.loop")
    reader.add_argument("--data", type=Path, required=True, help="rankings, JSON lines")
    reader.add_argument("--base", type=Path, required=True, help="the folder of a base model")
    reader.add_argument("--iterations", type=int, default=2)
    reader.add_argument("--method", choices=sorted(MODULES), default="dpo")
    reader.add_argument("--folder", type=Path, default=Path("loop"), help="what is made lies here")
    reader.add_argument("--held-out", type=int, default=120, help="prompts that are compared on")
    reader.add_argument("--samples", type=int, default=4, help="answers to each of them")
    reader.add_argument("--train-prompts", type=int, default=112, help="of each iteration")
    reader.add_argument("--train-temperature", type=float, default=0.8)
    reader.add_argument("--max-new-tokens", type=int, default=128)
    reader.add_argument("--max-length", type=int, default=768, help="tokens that a head reads")
    reader.add_argument("--knobs", default="{}", help="JSON, over those of the method")
    reader.add_argument("--seed", type=int, default=0)
    return reader.parse_args()


if __name__ == "__main__":
    main()
