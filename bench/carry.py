"""How fast a whole campaign comes in and goes out again, and in how much memory.

    python -m bench.carry --database-url URL --prompts N

The database at URL is empty; its tables are made, and what came in stays, to be looked at.

1. write a seeded campaign as ``export_campaign`` would: for each prompt four candidates of 120
   words, a task, and two turns of two people with a ranking each
2. ``import_campaign`` in a process of its own: rows a second, memory
3. ``check_work``: every turn is accounted for
4. ``export_campaign`` in a process of its own: rows a second, memory, and the very same manifest

Figures for people go to standard error; the last line on standard output is one JSON object.
"""

import argparse
import importlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
import orjson

Figures = dict[str, object]

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
        figures = measured(asked, Path(folder))
    print(orjson.dumps(figures).decode())


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.carry")
    reader.add_argument("--database-url", required=True, help="of an empty database")
    reader.add_argument("--prompts", type=int, required=True)
    reader.add_argument("--seed", type=int, default=1)
    return reader.parse_args()


def measured(asked: argparse.Namespace, folder: Path) -> Figures:
    inside = importlib.import_module("bench.carry_inside")  # Django's models, once it is set up
    importlib.import_module("bench.intake_inside").refuse_rows()
    run("migrate", "--verbosity", "0")
    rows = inside.write_campaign(folder / "there", prompts=asked.prompts, seed=asked.seed)
    size = sum(each.stat().st_size for each in (folder / "there").iterdir())
    say(f"{rows:,} rows, {size / 1e6:.0f} MB of JSON")
    came = timed("import", rows, "import_campaign", str(folder / "there"))
    checked = timed("check_work", rows, "check_work")
    went = timed("export", rows, "export_campaign", inside.NAME, "--out", str(folder / "back"))
    there, back = (folder / each / "manifest.json" for each in ("there", "back"))
    return {
        "bench": "carry",
        "database": asked.database_url.partition(":")[0],
        "prompts": asked.prompts,
        "rows": rows,
        "json_mb": round(size / 1e6, 1),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "import": came,
        "check_work": checked,
        "export": went,
        "same_manifest": there.read_bytes() == back.read_bytes(),
    }


def timed(name: str, rows: int, *command: str) -> Figures:
    """What one run of a command took; the processor's time is the child's, not the database's."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert child.stdout is not None
    told = child.stdout.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"the {name} ended with status {status}: {told}")
    seconds = time.perf_counter() - begun
    figures: Figures = {
        "seconds": round(seconds, 1),
        "rows_per_second": round(rows / seconds),
        "peak_mb": round(used.ru_maxrss / 1024),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
    }
    say(f"{name}: {figures}")
    return figures


def run(*command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)


def say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
