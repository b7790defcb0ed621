"""What a measurement has to itself: a state folder, a Redis database, an environment.

Nothing of it is left when the measurement ends; the measured database stays, to be looked at.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from redis.exceptions import RedisError

from bench.queue.processes import NotMeasured, end, start, wait_until
from commons.supervising.brokers import answers, choose_broker

LOCAL_REDIS = "redis://127.0.0.1:6379"
LAST_DATABASE = 15  # a Redis has 16 unless it was told otherwise
CLAIM, CLAIMED = "laurel-queue", 6 * 3600  # seconds, should nobody be left to give it back
RATE = 1_000_000  # requests a minute: the throttle counts and never refuses


@contextmanager
def surroundings(database_url: str) -> Iterator[Path]:
    """Set this process's environment as its server's will be; yields the state folder."""
    with TemporaryDirectory(prefix="laurel-queue-") as folder:
        state = Path(folder)
        with redis_for(state) as redis_url:
            os.environ |= {
                "ALLOWED_HOSTS": "localhost",
                "API_RATE": str(RATE),
                "DATABASE_URL": database_url,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "ENV_FILE": "",
                "LAUREL_VAR": str(state),
                "REDIS_URL": redis_url,
            }
            yield state


@contextmanager
def redis_for(state: Path) -> Iterator[str]:
    """REDIS_URL if it is set, else an empty database of the local Redis, else one as ``up`` has it.

    Yields an empty URL where no Redis can be had: the product then caches in files.
    """
    if given := os.environ.get("REDIS_URL", "").strip():
        yield given
    elif answers(LOCAL_REDIS):
        with empty_database() as url:
            yield url
    else:
        with redis_of_ours(state) as url:
            yield url


@contextmanager
def empty_database() -> Iterator[str]:
    for number in range(LAST_DATABASE, 0, -1):
        url = f"{LOCAL_REDIS}/{number}"
        with Redis.from_url(url) as redis:
            if not claimed(redis):
                continue
            try:
                yield url
            finally:
                redis.flushdb()
            return
    raise NotMeasured(f"every database of {LOCAL_REDIS} is in use: name one by REDIS_URL.")


def claimed(redis: Redis) -> bool:
    """Whether this database was empty and is ours now."""
    try:
        return redis.dbsize() == 0 and bool(redis.set(CLAIM, os.getpid(), nx=True, ex=CLAIMED))
    except RedisError:  # it has fewer databases
        return False


@contextmanager
def redis_of_ours(state: Path) -> Iterator[str]:
    broker = choose_broker("", state)
    if broker.program is None:
        yield ""
        return
    log = state / "redis.log"
    process = start(broker.program.argv, log=log)
    try:
        wait_until(partial(answers, broker.url), process=process, log=log, name="Redis")
        yield broker.url
    finally:
        end(process)
