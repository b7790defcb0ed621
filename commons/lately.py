"""What was done within the hour, remembered by all processes, so that it is not done once more.

A cache may lose it at any time, or be gone: then it is done again, which must do no harm.
"""

import logging
from collections.abc import Sequence

from django.core.cache import caches
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

CACHE = "lately"  # its TIMEOUT is the hour


def not_lately(names: Sequence[str]) -> list[str]:
    """Those of these that nobody remembers, in their order."""
    try:
        found = caches[CACHE].get_many(names)
    except (RedisError, OSError) as gone:
        logger.warning("what was done lately cannot be read: %s", gone)
        return list(names)
    return [name for name in names if name not in found]


def remember(names: Sequence[str]) -> None:
    try:
        caches[CACHE].set_many(dict.fromkeys(names, ""))
    except (RedisError, OSError) as gone:
        logger.warning("what was done lately cannot be written: %s", gone)
