"""How fast the dashboard answers among many rankings, and what it takes to have it so.

    python -m bench.dashboard --database-url URL [--rankings 20000] [--requests 20] [--fit]

The database at URL is empty; its tables are made, and what was brought in stays, to be looked at.

1. write seeded prompts of six skills and three languages with one task and two rankings of each,
   over a year, by 200 people; the last of them wait
2. ``roll_up``, as the worker does it: at first everything, then nothing, then one more ranking
3. with ``--fit``, the quality report from all of them
4. ask for the dashboard and the pages behind it through Django's test client: every middleware, the
   queries and the templates are the product's, the network is left out

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
        inside = importlib.import_module("bench.dashboard_inside")  # models, once Django is set up
        if not asked.filled:
            inside.fill(asked.rankings, seed=asked.seed)
        figures = inside.measured(asked.requests, fit=asked.fit)
    print(json.dumps({"bench": "dashboard", "rankings": asked.rankings, **figures}))


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.dashboard")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--rankings", type=int, default=20_000)
    reader.add_argument("--requests", type=int, default=20, help="of each page")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--fit", action="store_true", help="fit the quality report too")
    reader.add_argument(
        "--filled", action="store_true", help="the database holds what an earlier run wrote"
    )
    return reader.parse_args()


if __name__ == "__main__":
    main()
