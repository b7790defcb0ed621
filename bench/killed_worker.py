"""A process that does what a worker does with datasets: ``bench.killed`` starts it, and kills it.

    python -m bench.killed_worker MEMBERS_PER_PART

Once it is told to go, it freezes what waits and helps where others freeze, until it is killed or
whoever started it is gone.
"""

import importlib
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    importlib.import_module("bench.killed_inside").work(int(sys.argv[1]))


if __name__ == "__main__":
    main()
