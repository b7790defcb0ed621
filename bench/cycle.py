"""What one cycle costs beside training and generation.

    python -m bench.cycle [--rounds 3] [--database-url URL]

Models of a few thousand parameters go round a whole cycle, as the train worker does it: freeze,
teach, reward model, judge, report card, policy, comparison, decision, candidates. The database is
an empty one (SQLite in a temporary folder where no URL is given). Each round is two weeks, in turn:
one whose engine runs are each started by themselves (``apart``), and one whose runs share what they
load (``shared``), as the train worker has it.

``overhead_s`` is the wall time less what the engine ran for, ``engine_starting_s`` what of that it
took until each run's first word, ``beyond_s`` the two together: all that is neither training nor
generation. ``cpu_s`` is of all processes. The last line on standard output is JSON, the medians.
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
            "DATABASE_URL": asked.database_url or f"sqlite:///{folder}/bench.sqlite3",
            "REDIS_URL": "",
            "BASE_MODEL": f"{folder}/base",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ENV_FILE": "",
            "LAUREL_VAR": folder,
            "LOG_LEVEL": "ERROR",
        }
        django.setup()
        inside = importlib.import_module("bench.cycle_inside")  # Django's models, once it is set up
        figures = inside.measured(Path(folder), asked.rounds)
    print(orjson.dumps(figures).decode())


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.cycle")
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--database-url", default="", help="of an empty database")
    return reader.parse_args()


if __name__ == "__main__":
    main()
