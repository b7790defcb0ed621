"""How fast comparisons leave as files, beside what the database alone needs to write them.

    python -m bench.export --database-url URL --comparisons 1000000 [--workers 1]

The database at URL is empty; its tables are made, and what was brought in stays: a later run with
``--filled`` begins with the second step.

1. write seeded prompts of 300 characters, four candidates of 1,020 each, random enough that they
   hardly compress, and one strict ranking of the four: six pairs a prompt
2. the floor: ``psql`` copies one row per pair (prompt, chosen, rejected) to a CSV file, joined in
   SQL; on SQLite the same statement through Python's sqlite3 and csv
3. freeze ``preference`` as Parquet and as JSON lines, without the report, each by ``--workers``
   processes of their own; the time is that of the snapshot's row, from its claim to its end, so it
   holds membership, shards, cards and manifest. Every file is synced; the floor's is not
4. the floor once more: the smaller of both counts, as the machine is shared

Beside the seconds stand those of processors, of our processes and (where it is seen) the
database's: ``serial_share`` of them is the writing down of members, where no second worker helps.

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
        inside = importlib.import_module("bench.export_inside")  # models, once Django is set up
        if not asked.filled:
            inside.fill(asked.comparisons, seed=asked.seed)
        figures = inside.measured(Path(folder), workers=asked.workers, report=asked.report)
    print(json.dumps({"bench": "export", "workers": asked.workers, **figures}))


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.export")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--comparisons", type=int, default=1_000_000)
    reader.add_argument("--workers", type=int, default=1, help="processes that write shards")
    reader.add_argument("--report", action="store_true", help="with the pre-flight report")
    reader.add_argument("--folder", type=Path, help="where files are written; default: /tmp")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument(
        "--filled", action="store_true", help="the database holds what an earlier run wrote"
    )
    return reader.parse_args()


if __name__ == "__main__":
    main()
