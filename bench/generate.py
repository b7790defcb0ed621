"""How many tokens a second candidates are written with: side by side, and one call a prompt.

    python -m bench.generate --data FILE --base FOLDER [--prompts 64] [--answers 4] [--rounds 3]

FILE holds one JSON object a line with ``prompt`` (text). Sides, each on the same prompts at the
same temperature, nucleus and length, in the same dtype, every side once a round:

    ours        batches by length, a prompt encoded once for all its answers, rows leave early
    one_call    ``generate`` of transformers once a prompt, with ``num_return_sequences``
    one_answer  ``generate`` once an answer (``--single``; slow)

Tokens are those before the one that ends an answer. The last line on standard output is JSON:
tokens a second of wall and of processor time, medians of the rounds, and ours over the others.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: see engine.converse

import torch
from transformers import PreTrainedModel, set_seed

from rewards.engine.chat import prompt_ids
from rewards.engine.models import fast_dtype, load_policy, load_tokenizer
from rewards.engine.sampling import Row, draw, seed_of, stops_of

TEMPERATURE, TOP_P = 0.7, 0.95
WARM_UP = -1
Prompts = Sequence[list[int]]


@dataclass(frozen=True)
class Took:
    tokens: int
    wall: float
    cpu: float


def main() -> None:
    asked = options()
    tokenizer = load_tokenizer(asked.base)
    with asked.data.open(encoding="utf-8") as lines:
        texts = [
            json.loads(line)["prompt"] for _, line in zip(range(asked.prompts), lines, strict=False)
        ]
    prompts = [prompt_ids(tokenizer, [{"role": "user", "content": text}]) for text in texts]
    model = load_policy(asked.base, fast_dtype())
    sides: dict[str, Callable[[int], int]] = {
        "ours": lambda round: ours(model, prompts, asked, round),
        "one_call": lambda round: one_call(model, prompts, asked, round, together=asked.answers),
    }
    if asked.single:
        sides["one_answer"] = lambda round: one_call(model, prompts, asked, round, together=1)
    for side in sides.values():  # nothing is measured the first time
        side(WARM_UP)
    took: dict[str, list[Took]] = {name: [] for name in sides}
    for round in range(asked.rounds):
        for name, side in sides.items():
            took[name].append(timed(side, round))
            print(name, took[name][-1], file=sys.stderr, flush=True)
    print(json.dumps(figures(took, asked, model)))


def ours(model: PreTrainedModel, prompts: Prompts, asked: argparse.Namespace, round: int) -> int:
    written = 0
    for batch in by_length([len(ids) for ids in prompts], asked.rows // asked.answers):
        drawn = draw(
            model,
            [prompts[at] for at in batch],
            [Row(n, TEMPERATURE, TOP_P) for n in range(len(batch)) for _ in range(asked.answers)],
            max_new_tokens=asked.tokens,
            generator=torch.Generator(model.device).manual_seed(seed_of(round, batch[0])),
        )
        written += sum(len(each.ids) for each in drawn)
        if round == WARM_UP:
            break
    return written


def by_length(lengths: Sequence[int], together: int) -> list[list[int]]:
    """Places of prompts of like length in batches of ``together``; the longest first, as the
    product has it."""
    ordered = sorted(range(len(lengths)), key=lambda at: (-lengths[at], at))
    size = max(1, together)
    return [ordered[at : at + size] for at in range(0, len(ordered), size)]


def one_call(
    model: PreTrainedModel,
    prompts: Prompts,
    asked: argparse.Namespace,
    round: int,
    *,
    together: int,
) -> int:
    stops, written = stops_of(model), 0
    set_seed(max(round, 0))
    for ids in prompts:
        for _ in range(asked.answers // together):
            said = model.generate(  # type: ignore[operator]  # of GenerationMixin
                torch.tensor([ids], device=model.device),
                attention_mask=torch.ones(1, len(ids), dtype=torch.long, device=model.device),
                do_sample=True,
                temperature=TEMPERATURE,
                top_p=TOP_P,
                top_k=0,
                num_return_sequences=together,
                max_new_tokens=asked.tokens,
                pad_token_id=min(stops),
            )
            written += sum(before_the_end(row, stops) for row in said[:, len(ids) :].tolist())
        if round == WARM_UP:
            break
    return written


def before_the_end(ids: Sequence[int], stops: frozenset[int]) -> int:
    return next((at for at, token in enumerate(ids) if token in stops), len(ids))


def timed(side: Callable[[int], int], round: int) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    tokens = side(round)
    return Took(tokens, time.perf_counter() - wall, time.process_time() - cpu)


def figures(
    took: dict[str, list[Took]], asked: argparse.Namespace, model: PreTrainedModel
) -> dict[str, object]:
    speed = {
        name: {
            "tokens_per_s": round(median(each.tokens / each.wall for each in rounds), 1),
            "tokens_per_cpu_s": round(median(each.tokens / each.cpu for each in rounds), 1),
            "tokens": rounds[-1].tokens,
        }
        for name, rounds in took.items()
    }
    others = [name for name in speed if name != "ours"]
    return {
        "prompts": asked.prompts,
        "answers": asked.answers,
        "max_new_tokens": asked.tokens,
        "rows": asked.rows,
        "rounds": asked.rounds,
        "threads": torch.get_num_threads(),
        "dtype": str(model.dtype),
        "device": str(model.device),
        "load": [round(each, 1) for each in os.getloadavg()],
        **speed,
        **{
            f"over_{name}": {
                unit: round(speed["ours"][unit] / speed[name][unit], 2)
                for unit in ("tokens_per_s", "tokens_per_cpu_s")
            }
            for name in others
        },
    }


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.generate")
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--base", type=Path, required=True)
    reader.add_argument("--prompts", type=int, default=64)
    reader.add_argument("--answers", type=int, default=4, help="to each prompt")
    reader.add_argument("--tokens", type=int, default=128, help="of an answer at most")
    reader.add_argument("--rows", type=int, default=128, help="answers decoded side by side")
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--single", action="store_true", help="also one call an answer")
    return reader.parse_args()


if __name__ == "__main__":
    main()
