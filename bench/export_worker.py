"""One process that freezes what it is told, or helps another to: ``bench.export`` starts it."""

import importlib
import json
import os
import resource
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    figures = importlib.import_module("bench.export_writing").write(sys.argv[1])
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "peak_rss_mb": round(used.ru_maxrss / 1024),
                "cpu_seconds": used.ru_utime + used.ru_stime,
                **figures,
            }
        )
    )


if __name__ == "__main__":
    main()
