"""What is asked for on the command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

ABOUT = "How fast, and how exactly, people get work and hand it in."


@dataclass(frozen=True)
class Options:
    """One measurement. Times are seconds."""

    database_url: str
    annotators: int
    overlap: int  # judgements wanted per task
    tasks: int
    seconds: float
    warm_up: float
    think: float
    next: bool  # a submission asks for the next assignment in the same request
    keys: bool  # requests carry idempotency keys
    kill_every: float | None
    grow: tuple[int, ...]  # sizes to measure the take at, instead of the timed load
    web_workers: int | None  # None: as the product has it
    web_threads: int | None
    seed: int


def parse(argv: Sequence[str] | None = None) -> Options:
    reader = argparse.ArgumentParser(prog="python -m bench.queue", description=ABOUT)
    reader.add_argument("--database-url", required=True, help="without tasks; is migrated")
    reader.add_argument("--annotators", type=whole, default=20, metavar="N")
    reader.add_argument("--overlap", type=whole, default=1, metavar="K")
    reader.add_argument("--tasks", type=whole, default=10_000, metavar="M")
    reader.add_argument("--seconds", type=float, default=30.0, help="measured, after the warm-up")
    reader.add_argument("--warm-up", type=float, default=5.0, metavar="SECONDS")
    reader.add_argument("--think", type=float, default=0.0, metavar="SECONDS")
    reader.add_argument("--next", action="store_true", help="submissions bring the next item")
    reader.add_argument("--no-keys", dest="keys", action="store_false")
    reader.add_argument("--kill-every", type=float, metavar="SECONDS", help="kill -9 a web worker")
    reader.add_argument("--grow", type=sizes, default=(), metavar="1000,10000,…")
    reader.add_argument("--web-workers", type=whole, help="default: the product's")
    reader.add_argument("--web-threads", type=whole, help="default: the product's")
    reader.add_argument("--seed", type=int, default=1234)
    given = reader.parse_args(argv)
    if given.kill_every is not None and given.kill_every <= 0:
        reader.error("--kill-every takes a number of seconds above 0")
    return Options(**vars(given))


def whole(said: str) -> int:
    number = int(said)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{said} is not a whole number from 1 up")
    return number


def sizes(said: str) -> tuple[int, ...]:
    """Sizes between commas, the smallest first."""
    return tuple(sorted({whole(each) for each in said.split(",")}))
