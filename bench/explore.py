"""How fast Explore is among many rankings: every filter, the page of one item, and the nudge.

    python -m bench.explore --database-url URL [--rankings 20000] [--requests 20]

The database at URL is empty; its tables are made, and what was brought in stays, to be looked at.

1. write seeded prompts of 60 words with four candidates of 120 words and two rankings of each, over
   a year, by 200 raters; a frozen dataset holds the older half
2. ``keep_words``, as the worker does it: texts a second, and what the database grew by for each
3. ask for the page with each filter through Django's test client: every middleware, the query and
   the template are the product's, the network is left out

Figures for people go to standard error; the last line on standard output is one JSON object.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

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
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True
        )
        django.setup()
        inside = importlib.import_module("bench.explore_inside")  # models, once Django is set up
        if not asked.filled:
            inside.fill(asked.rankings, seed=asked.seed)
        figures = inside.measured(asked.requests)
    print(json.dumps({"bench": "explore", "rankings": asked.rankings, **figures}))


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.explore")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--rankings", type=int, default=20_000)
    reader.add_argument("--requests", type=int, default=20, help="with each filter")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument(
        "--filled", action="store_true", help="the database holds what an earlier run wrote"
    )
    return reader.parse_args()


if __name__ == "__main__":
    main()
