"""How fast prompts come in: by the command, a second time, and by the API.

    python -m bench.intake --database-url URL --prompts N [--candidates 4]

The database at URL is empty; its tables are made, and what was brought in stays, to be looked at.

1. write a seeded file: prompts of 60 words, answers of 120, with quotes, line ends, other scripts
2. ``import_prompts`` in a process of its own: prompts a second, tasks a second, memory, processor
3. the same file once more: what is there is found
4. further prompts by the API, 1,000 a request, through Django's test client: every middleware,
   the parser and the renderer are the product's, the network is left out

Figures for people go to standard error; the last line on standard output is one JSON object.
"""

import argparse
import importlib
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import django
import orjson

Figures = dict[str, object]

ROOT = Path(__file__).parents[1]
PROMPT_WORDS, ANSWER_WORDS = 60, 120
PIECES = 4  # of a prompt, each from elsewhere: windows into one stream would nearly repeat another
API_PROMPTS, API_ROWS = 10_000, 1_000  # at most, and in one request
VOCABULARY, STREAM = 5_000, 200_000
SYLLABLES = [first + vowel for first in "bdfgklmnprstvw" for vowel in "aeiou"]
ODD = ["“naïve”", '"quoted"', "C:\\temp", "end.\n\nA\tnew", "Ωμέγα", "🜁", "日本語", "a < b & c"]


def main() -> None:
    asked = options()
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        os.environ |= {
            "API_RATE": "1000000",
            "DATABASE_URL": asked.database_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": "",
            "LAUREL_VAR": folder,
        }
        django.setup()
        figures = measured(asked, Path(folder) / "prompts.jsonl")
    print(orjson.dumps(figures).decode())


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.intake")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--prompts", type=int, required=True)
    reader.add_argument("--candidates", type=int, default=4, help="of each prompt, 2 to 9")
    reader.add_argument("--seed", type=int, default=1)
    return reader.parse_args()


def measured(asked: argparse.Namespace, file: Path) -> Figures:
    inside = importlib.import_module("bench.intake_inside")  # Django's models, once it is set up
    inside.refuse_rows()
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True
    )
    campaign = inside.make_campaign(answers=asked.candidates)
    rows = rows_of(asked.seed, asked.candidates)
    with file.open("wb") as out:
        out.writelines(orjson.dumps(next(rows)) + b"\n" for _ in range(asked.prompts))
    say(f"{asked.prompts} prompts, {file.stat().st_size / 1e6:.0f} MB of JSON")
    first = imported("first import", file, campaign, asked.prompts)
    again = imported("second import", file, campaign, asked.prompts)
    bodies = list(bodies_of(rows, min(asked.prompts, API_PROMPTS)))
    return {
        "bench": "intake",
        "database": asked.database_url.partition(":")[0],
        "prompts": asked.prompts,
        "candidates": asked.candidates,
        "file_mb": round(file.stat().st_size / 1e6, 1),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "first": first,
        "again": again,
        "api": sent(min(asked.prompts, API_PROMPTS), inside.seconds_to_send(bodies)),
    }


def imported(name: str, file: Path, campaign: str, prompts: int) -> Figures:
    """What one run of the command took; the processor's time is the child's, not the database's."""
    command = [sys.executable, "manage.py", "import_prompts", str(file), "--campaign", campaign]
    begun = time.perf_counter()
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert child.stdout is not None
    told = child.stdout.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"the {name} ended with status {status}: {told}")
    found = re.search(r"made (\d+).*opened (\d+);.*; ([\d.]+) s, and ([\d.]+) s", told)
    if found is None:
        raise SystemExit(f"the {name} said something unexpected: {told}")
    made, tasks = int(found[1]), int(found[2])
    kept_in, opened_in = float(found[3]), float(found[4])
    figures: Figures = {
        "made": made,
        "tasks": tasks,
        "prompts_per_second": round(prompts / kept_in),
        "tasks_per_second": round(tasks / opened_in) if tasks else None,
        "keeping_seconds": kept_in,
        "opening_seconds": opened_in,
        "whole_seconds": round(time.perf_counter() - begun, 1),
        "peak_mb": round(used.ru_maxrss / 1024),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
    }
    say(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    return figures


def bodies_of(rows: Iterator[Figures], prompts: int) -> Iterator[bytes]:
    """The bodies of requests that send so many of the rows."""
    for first in range(0, prompts, API_ROWS):
        count = min(API_ROWS, prompts - first)
        yield orjson.dumps({"name": "bench", "rows": list(islice(rows, count))})


def sent(prompts: int, seconds: list[float]) -> Figures:
    figures: Figures = {
        "prompts": prompts,
        "prompts_per_second": round(prompts / sum(seconds)),
        "rows_per_request": API_ROWS,
        "slowest_request_seconds": round(max(seconds), 2),
        "through": "Django's test client, in this process; tasks are opened within the request",
    }
    say("API: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    return figures


def rows_of(seed: int, candidates: int) -> Iterator[Figures]:
    """Rows of the laurel format without end, the same for the same seed."""
    chance = random.Random(seed)
    known = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(VOCABULARY)]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    stream = chance.choices(known, weights, k=STREAM)
    for place in range(0, STREAM, 97):
        stream[place] = chance.choice(ODD)

    def text(words: int, number: str) -> str:
        begin = chance.randrange(STREAM - words)
        return " ".join((*stream[begin : begin + words - 1], number))

    number = 0
    while True:
        yield {
            "id": f"bench-{seed}-{number}",
            "prompt": " ".join(text(PROMPT_WORDS // PIECES, f"{number}?") for _ in range(PIECES)),
            "skill": chance.choice(["medicine", "law", "python", "statistics"]),
            "priority": chance.choice([3, 5, 5, 5]),
            "source": "bench",
            "candidates": [
                {
                    "text": text(ANSWER_WORDS, f"{number}.{k}"),
                    "source": f"model-{k}",
                    "sampling": {"temperature": 0.7, "seed": number},
                }
                for k in range(candidates)
            ],
        }
        number += 1


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
