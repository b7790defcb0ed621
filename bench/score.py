"""How many candidates are scored in a second once their scores are kept.

    python -m bench.score --database-url URL --candidates 20000 [--answers 4] [--rounds 3]

The database at URL is empty; its tables are made. Scores are kept for all candidates (prompts of
about 200 characters, answers of about 1,200), then asked for again: through the service that the
train worker uses, and through ``manage.py score FILE --json``, which also reads, checks and writes
every line. No engine runs. The last line on standard output is JSON, the medians of the rounds.
"""

import argparse
import importlib
import os
import tempfile

import django
import orjson


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
        inside = importlib.import_module("bench.score_inside")  # Django's models, once it is set up
        figures = inside.measured(asked.candidates, asked.answers, asked.rounds)
    print(orjson.dumps(figures).decode())


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.score")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--candidates", type=int, default=20_000)
    reader.add_argument("--answers", type=int, default=4, help="to one prompt")
    reader.add_argument("--rounds", type=int, default=3)
    return reader.parse_args()


if __name__ == "__main__":
    main()
