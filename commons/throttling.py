"""How often one may ask: so many requests in every minute of the clock, counted in one round trip.

The count begins anew with the minute, so a burst around its turn may be twice as large: the limit
protects the installation, it is no promise to the last request.
"""

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis import Redis
from redis.exceptions import RedisError
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from commons.models import User

if TYPE_CHECKING:  # DRF's views import what the settings name, this module among it
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

MINUTE = 60  # seconds
PATIENCE = 0.25  # seconds that a request waits for its count

Counter = Callable[[str, int], int]
"""Count one more of a name in a minute, and say how many there were in that minute."""


class PerMinute(BaseThrottle):
    """``API_RATE`` requests a minute for a person, ``API_RATE_ANONYMOUS`` for an address."""

    seconds_left = 0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        return self.counts_one_of(request.user if request.user.is_authenticated else None, request)

    def counts_one_of(self, person: User | None, request: Request) -> bool:
        """Count one request of a person, or of the address where there is none."""
        if person is not None:
            return self.counts(f"person:{person.pk}", settings.API_RATE)
        return self.counts(f"address:{self.get_ident(request)}", settings.API_RATE_ANONYMOUS)

    def counts(self, name: str, limit: int) -> bool:
        """Count one request. False: it is one too many."""
        minute, second = divmod(int(time.time()), MINUTE)
        self.seconds_left = MINUTE - second
        return counter()(cache.make_key(f"throttle:{name}"), minute) <= limit

    def wait(self) -> int:
        return self.seconds_left


def count_refused(request: Request, person: User | None = None) -> None:
    """Count a request that is about to be refused, so that nobody asks without end.

    ``person``: who sent it, where that is certain. A key that does not hold names nobody: whoever
    found one that was revoked could else use up what its person may ask.
    """
    throttle = PerMinute()
    if not throttle.counts_one_of(person, request):
        raise Throttled(throttle.wait())


def seconds_to_wait(request: HttpRequest, *, what: str, limit: int) -> int:
    """Count one visit of an address to a page that is for strangers too.

    0: it may go on; else it is one too many, and so many seconds are left of the minute.
    """
    throttle = PerMinute()
    address = throttle.get_ident(cast(Request, request))  # asks for its META alone
    return 0 if throttle.counts(f"{what}:{address}", limit) else throttle.wait()


def counter() -> Counter:
    """Redis where there is one, so that all hosts share a count; else the files of this host."""
    if settings.REDIS_URL:
        return redis_counter(settings.REDIS_URL)
    return file_counter(settings.VAR_DIR / "requests")


@once
def redis_counter(url: str) -> Counter:
    """INCR and EXPIRE in one packet. While Redis does not answer, nobody is held back."""
    client = Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)

    def count(name: str, minute: int) -> int:
        key = f"{name}:{minute}"
        try:
            with client.pipeline(transaction=False) as both:
                both.incr(key)
                both.expire(key, 2 * MINUTE)
                return int(both.execute()[0])
        except RedisError:
            logger.warning("Redis counts no requests: nobody is held back", exc_info=True)
            return 0

    return count


@once
def file_counter(root: Path) -> Counter:
    """A file for each name and minute, a byte longer with each request.

    The system appends one byte at a time however many processes write, and tells each of them
    where its own byte came to lie: an exact count for all processes of a host, without a lock.
    """

    def count(name: str, minute: int) -> int:
        folder = root / str(minute)
        path = folder / hashlib.sha256(name.encode()).hexdigest()
        try:
            return appended(path)
        except FileNotFoundError:
            begin(folder, minute)
            return appended(path)

    def begin(folder: Path, minute: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for other in root.iterdir():
            if other.name.isdigit() and int(other.name) < minute - 1:
                shutil.rmtree(other, ignore_errors=True)  # another process may do the same

    return count


def appended(path: Path) -> int:
    """How long a file is once one byte was added."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, b".")
        return os.lseek(handle, 0, os.SEEK_CUR)
    finally:
        os.close(handle)
