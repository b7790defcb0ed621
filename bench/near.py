"""What it costs to look for near-duplicates while prompts come in.

    python -m bench.near --database-url URL --prompts N [--rounds 3] [--near 0.02]

The database at URL is empty; its tables are made, and what was brought in stays.

Each round imports N prompts of ``bench.intake`` with four candidates twice, as ``import_prompts``
does but for the tasks: once without the look, once with it; the order changes with each round.
A share ``--near`` of the prompts repeats the one before with one word exchanged. The processor's
time is this process's: on PostgreSQL the database's comes on top, and is seen in the prompts a
second alone. Figures for people go to standard error; the last line on standard output is JSON.
"""

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median

import django
import orjson

from bench.intake import Figures, rows_of, say

ROOT = Path(__file__).parents[1]


def main() -> None:
    asked = options()
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        os.environ |= {
            "DATABASE_URL": asked.database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": "",
            "LAUREL_VAR": folder,
        }
        django.setup()
        figures = measured(asked)
    print(orjson.dumps(figures).decode())


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.near")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--prompts", type=int, required=True, help="of one import")
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument(
        "--near", type=float, default=0.02, help="share that nearly repeats another"
    )
    return reader.parse_args()


def measured(asked: argparse.Namespace) -> Figures:
    importlib.import_module("bench.intake_inside").refuse_rows()
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True
    )
    inside = importlib.import_module("bench.near_inside")  # Django's models, once it is set up
    taken: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for number in range(asked.rounds):
        for looks in (False, True) if number % 2 == 0 else (True, False):
            seed = 2 * number + looks
            rows = list(islice(with_repeats(rows_of(seed, 4), asked.near), asked.prompts))
            taken[looks].append(inside.imported(rows, looks=looks))
            say(f"round {number}, {'with' if looks else 'without'}: {taken[looks][-1]}")
    return {
        "bench": "near",
        "database": asked.database_url.partition(":")[0],
        "prompts": asked.prompts,
        "near": asked.near,
        "without": summary(taken[False]),
        "with": summary(taken[True]),
        **inside.stored(),
    }


def with_repeats(rows: Iterator[Figures], share: float) -> Iterator[Figures]:
    """The same rows; each 1/share-th asks what the one before asks, but for its tenth word."""
    every, last = round(1 / share) if share else 0, ""
    for number, row in enumerate(rows, start=1):
        if every and number % every == 0:
            row["prompt"] = " ".join((*last.split()[:9], "other", *last.split()[10:]))
        last = str(row["prompt"])
        yield row


def summary(taken: list[tuple[float, float]]) -> Figures:
    return {
        "prompts_per_second": round(median(speed for speed, _ in taken)),
        "cpu_us_per_prompt": round(median(cpu for _, cpu in taken)),
    }


if __name__ == "__main__":
    main()
