"""What training on whole rankings saves: TRL's RewardTrainer on all pairs, ours on the groups.

    python -m bench.reward --data FILE --k K --groups N --base FOLDER

FILE holds one JSON object a line: ``prompt`` (text) and ``responses`` (``{"text": …}``, the best
first). The first N lines with K answers are learnt; ``--held-out`` of those after them are judged
by both models (0: nobody is judged, and the accuracies are null).

Ours is what a user runs: ``train_reward`` on a ``ranked`` snapshot of these rankings. Fair means:
the same ids, cut beforehand so that no pair exceeds 512 (TRL drops longer ones without a word); no
gradient checkpointing and no checkpoints; the same groups in each optimiser step, so equal pairs;
rate, warm-up and clipping alike; float32 master weights and moments; products in bfloat16 where the
hardware multiplies it, else in float32, and said as ``dtype``; embeddings trained in both. Runs
alternate and each has a process of its own; the first step of each is left out and the median run
counts. ``--trl-groups`` times TRL on fewer groups; where accuracies are asked for, both sides'
first run learns all N. TRL's process has torch's usual memory, ours what ``rewards.engine`` asks
for; ``--alike-memory`` gives TRL the same. Progress goes to standard error; the last line on
standard output is JSON.
``cpu_…`` keys count processor seconds: what is left of a comparison on a machine that others use,
above all with ``--threads 1``, as threads that wait for each other spin. Where there is a GPU, both
sides train on it.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch

from bench.reward_texts import Texts, read_texts
from commons.stats.bootstrap import Estimate, bootstrap_difference, bootstrap_ratio
from rewards.engine.models import fast_dtype

ROOT = Path(__file__).parents[1]
SIDES = ("trl", "ours")
LARGE_PAGES = "THP_MEM_ALLOC_ENABLE"  # of torch: rewards.engine asks for them

Run = dict[str, Any]  # seconds, tokens, groups (of the steps that count), peak_rss_mb, rewards
Figures = dict[str, Any]


def main() -> None:
    asked = options()
    texts = read_texts(asked.data, asked.base, k=asked.k, train=asked.groups, held=asked.held_out)
    say(f"{len(texts.train)} groups of {asked.k} to learn, {len(texts.held)} to judge")
    runs = alternating(asked, texts)
    print(json.dumps({**setting(asked, texts), **speeds(runs), **accuracies(runs, texts)}))


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.reward")
    reader.add_argument("--data", type=Path, required=True, help="rankings, JSON lines")
    reader.add_argument("--k", type=int, required=True, help="answers of each ranking")
    reader.add_argument("--groups", type=int, required=True, help="rankings that are learnt")
    reader.add_argument("--base", type=Path, required=True, help="the folder of a base model")
    reader.add_argument("--runs", type=int, default=3, help="of each side")
    reader.add_argument("--step-groups", type=int, default=4, help="of one optimiser step")
    reader.add_argument("--trl-groups", type=int, help="rankings that TRL is timed on")
    reader.add_argument("--trl-pairs", type=int, default=6, help="pairs TRL reads at once")
    reader.add_argument("--tokens", type=int, default=4096, help="tokens ours reads at once")
    reader.add_argument("--held-out", type=int, default=0, help="rankings that are judged")
    reader.add_argument("--threads", type=int, default=os.cpu_count())
    reader.add_argument("--alike-memory", action="store_true", help="TRL keeps freed memory too")
    return reader.parse_args()


def alternating(asked: argparse.Namespace, texts: Texts) -> dict[str, list[Run]]:
    """The runs of each side by turns; the first of each learns all and judges, if asked to."""
    runs: dict[str, list[Run]] = {side: [] for side in SIDES}
    for number in range(asked.runs):
        judges = number == 0 and bool(texts.held)
        for side in SIDES if number % 2 == 0 else reversed(SIDES):
            few = asked.trl_groups if side == "trl" and not judges else None
            train = texts.train[: few or len(texts.train)]
            part = Texts(train, texts.held if judges else [])
            runs[side].append(trained(asked, side, part))
            say(f"run {number}, {side}: {brief(runs[side][-1])}")
    return runs


def trained(asked: argparse.Namespace, side: str, texts: Texts) -> Run:
    """One run of one side in a process of its own, so that its peak of memory is its own."""
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        given = Path(folder) / "given.json"
        knobs = {
            "side": side,
            "base": str(asked.base),
            "step_groups": asked.step_groups,
            "trl_pairs": asked.trl_pairs,
            "tokens": asked.tokens,
            "threads": asked.threads,
            "keeps_memory": keeps_memory(asked, side),
        }
        given.write_text(json.dumps({**knobs, **texts.as_json()}))
        done = subprocess.run(
            [sys.executable, "-m", "bench.reward_inside", str(given)],
            cwd=ROOT,
            env={**os.environ, LARGE_PAGES: "1" if keeps_memory(asked, side) else "0"},
            check=True,
            stdout=subprocess.PIPE,
        )
    run: Run = json.loads(done.stdout.splitlines()[-1])
    return run


def keeps_memory(asked: argparse.Namespace, side: str) -> bool:
    """Whether a side's process asks its allocator as ``rewards.engine`` does."""
    return side == "ours" or bool(asked.alike_memory)


def setting(asked: argparse.Namespace, texts: Texts) -> Figures:
    return {
        "bench": "reward",
        "data": asked.data.name,
        "k": asked.k,
        "groups": len(texts.train),
        "trl_groups": asked.trl_groups or len(texts.train),
        "held_out": len(texts.held),
        "runs": asked.runs,
        "step_groups": asked.step_groups,
        "trl_pairs_at_once": asked.trl_pairs,
        "tokens_at_once": asked.tokens,
        "threads": asked.threads,
        "alike_memory": asked.alike_memory,
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "dtype": str(fast_dtype()).removeprefix("torch."),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "load": [round(load, 1) for load in os.getloadavg()],
    }


def speeds(runs: Mapping[str, Sequence[Run]]) -> Figures:
    """By side; the speed-up is that of the medians, beside the lowest and highest of any pairing.

    ``cpu_…`` counts processor seconds instead: what is left of a ratio on a busy machine.
    """
    found: Figures = {}
    for side in SIDES:
        for clock in ("seconds", "cpu_seconds"):
            each = [run[clock] / run["groups"] for run in runs[side]]
            found[f"{clock}_per_group_{side}"] = round(median(each), 3)
        rates = [run["tokens"] / run["seconds"] for run in runs[side]]
        found[f"tokens_per_s_{side}"] = round(median(rates))
        for peak in [name for name in runs[side][0] if name.startswith("peak_")]:
            found[f"{peak}_{side}"] = max(run[peak] for run in runs[side])
    pairings = [
        trl["seconds"] / trl["groups"] * ours["groups"] / ours["seconds"]
        for trl, ours in zip(runs["trl"], runs["ours"], strict=True)
    ]
    return {
        **found,
        "speedup": round(found["seconds_per_group_trl"] / found["seconds_per_group_ours"], 2),
        "speedup_by_run": [round(pairing, 2) for pairing in pairings],
        "cpu_speedup": round(
            found["cpu_seconds_per_group_trl"] / found["cpu_seconds_per_group_ours"], 2
        ),
    }


def accuracies(runs: Mapping[str, Sequence[Run]], texts: Texts) -> Figures:
    """Over all pairs of the rankings held out, ours minus TRL paired by prompt."""
    if not texts.held:
        names = ("accuracy_trl", "accuracy_ours", "accuracy_difference", "accuracy_longer")
        return dict.fromkeys(names)
    right = {side: [right_of(scores) for scores in runs[side][0]["rewards"]] for side in SIDES}
    right["longer"] = [right_of(lengths) for lengths in texts.lengths]
    pairs = [len(scores) * (len(scores) - 1) // 2 for scores in texts.lengths]
    found: Figures = {
        f"accuracy_{name}": rounded(bootstrap_ratio(counts, pairs, rng=np.random.default_rng(0)))
        for name, counts in right.items()
    }
    found["accuracy_difference"] = rounded(
        bootstrap_difference(
            right["ours"], pairs, right["trl"], pairs, rng=np.random.default_rng(0)
        )
    )
    return found


def rounded(found: Estimate) -> list[float]:
    """Value, and the 95 % interval's low and high end."""
    return [round(number, 4) for number in (found.value, found.low, found.high)]


def right_of(scores: Sequence[float]) -> float:
    """How many pairs of answers, best first, the scores order so; a tie is half."""
    gaps = [scores[b] - scores[w] for b in range(len(scores)) for w in range(b + 1, len(scores))]
    return sum(1.0 if gap > 0 else 0.5 if gap == 0 else 0.0 for gap in gaps)


def brief(run: Run) -> str:
    return (
        f"{run['seconds'] / run['groups']:.2f} s ({run['cpu_seconds'] / run['groups']:.2f} CPU s) "
        f"a group, {run['tokens'] / run['seconds']:.0f} tokens/s, {run['peak_rss_mb']} MB, "
        f"losses {run['losses']}"
    )


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
