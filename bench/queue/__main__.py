"""``python -m bench.queue``: progress on standard error, one JSON object on standard output."""

import importlib
import json
import signal
import sys
from typing import NoReturn

import django

from bench.queue.options import parse
from bench.queue.processes import NotMeasured, say
from bench.queue.surroundings import surroundings

INEXACT, FAILED, STOPPED = 1, 2, 130
STOPS = (signal.SIGINT, signal.SIGTERM)


def stop(*_: object) -> NoReturn:
    """End in order; whoever is impatient does not keep us from cleaning up."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
    say("stopped")
    sys.exit(STOPPED)


def main() -> int:
    options = parse()
    for number in STOPS:
        signal.signal(number, stop)
    try:
        with surroundings(options.database_url) as state:
            django.setup()
            run = importlib.import_module("bench.queue.run")  # its models need the settings
            figures = run.measure(options, state)
    except NotMeasured as why:
        say(str(why))
        return FAILED
    print(json.dumps(figures))
    return 0 if figures["is_exact"] else INEXACT


if __name__ == "__main__":
    sys.exit(main())
