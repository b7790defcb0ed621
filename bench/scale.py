"""What a week of the aims costs in rows and bytes: a known fraction of it is played and measured.

    python -m bench.scale --database-url URL [--share 0.005] [--against 0.002]

The database at URL is empty. A week is 100,000 prompts with four candidates each, 100,000
demonstrations and 1,000,000 comparisons, which are 166,667 rankings of four. ``share`` of it goes
through the product's own paths: prompts by ``import_prompts``, every turn by the services that
pages and API call (taken, shown, drafted, handed in), words of search, then both datasets frozen.
Rows and bytes of every table and file are counted and scaled to the whole week. With ``against``, a
smaller share is measured on the way, and how far its forecast of the larger one is off is said.
The last line on standard output is JSON.
"""

import argparse
import importlib
import os
import tempfile
from pathlib import Path

import django
import orjson


def main() -> None:
    asked = options()
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        os.environ |= {
            "DATABASE_URL": asked.database_url,
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": "",
            "LAUREL_VAR": folder,
            "LOG_LEVEL": "ERROR",
        }
        django.setup()
        inside = importlib.import_module("bench.scale_inside")  # Django's models, once it is set up
        figures = inside.measured(Path(folder), sorted({asked.against, asked.share} - {0.0}))
    print(orjson.dumps(figures).decode())


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.scale")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--share", type=float, default=0.005, help="of a week")
    reader.add_argument("--against", type=float, default=0.002, help="a smaller share; 0 for none")
    return reader.parse_args()


if __name__ == "__main__":
    main()
