"""What a worker's death costs a dataset that is being written, and that it costs nothing else.

    python -m bench.killed --database-url URL --comparisons 100000 [--filled]

The database at URL is empty; its tables are made, and what was brought in stays.

1. write prompts and rankings as ``bench.export`` does
2. freeze ``preference`` as Parquet and JSON lines by two processes that nobody disturbs
3. freeze the same again, twice; as soon as a process has a shard open it is sent SIGKILL: first
   one that helps, then the one that holds the dataset. Others of their kind go on
4. look all the while whether a folder is to be seen before the row says that it is done, and in
   the end whether it is whole, equals the undisturbed one, and holds nothing unfinished

``taken_up_seconds`` are from the kill to the claim of what the dead process held (a holder falls
silent for 45 s before it is taken for dead). Exit code 1 where a promise is broken. Figures for
people go to standard error; the last line on standard output is one JSON object.
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
    with tempfile.TemporaryDirectory(prefix="laurel-bench-", dir=asked.folder) as folder:
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
        figures = importlib.import_module("bench.killed_inside").measured(asked.members_per_part)
    print(json.dumps({"bench": "killed", **figures}))
    return 0 if figures["kept"] else 1


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.killed")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--comparisons", type=int, default=100_000)
    reader.add_argument("--members-per-part", type=int, default=3_000)
    reader.add_argument("--folder", type=Path, help="where files are written; default: /tmp")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument(
        "--filled", action="store_true", help="the database holds what an earlier run wrote"
    )
    return reader.parse_args()


if __name__ == "__main__":
    sys.exit(main())
