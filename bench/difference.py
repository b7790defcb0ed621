"""How long it takes to say what one dataset has that an older one has not.

    python -m bench.difference --database-url URL --comparisons 1000000 [--filled]

The database at URL is empty; its tables are made, and what was brought in stays. A later run with
``--filled`` begins with the second step.

1. write prompts and rankings as ``bench.export`` does
2. write down the members of a dataset; give one ranking in a hundred a new revision with its first
   two answers exchanged, let one in a thousand count no more; write down those of a second dataset
3. ask for the difference of both, three times: every table is read anew by the first

``seconds`` is the first, ``again`` the others. Exit code 1 where the counts are not what was done.
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


def main() -> int:
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
        if not asked.filled:
            inside = importlib.import_module("bench.export_inside")
            inside.fill(asked.comparisons, seed=asked.seed)
        figures = importlib.import_module("bench.difference_inside").measured()
    print(json.dumps({"bench": "difference", **figures}))
    return 0 if figures["as_done"] else 1


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.difference")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--comparisons", type=int, default=1_000_000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument(
        "--filled", action="store_true", help="the database holds what an earlier run wrote"
    )
    return reader.parse_args()


if __name__ == "__main__":
    sys.exit(main())
