"""Workers, their queues and what beat nudges; the cache lies beside the broker.

Tasks are nudges and rows are the queue (docs/architecture.md, decision 7), so the broker may lose
everything at any time and need not be backed up.
"""

from typing import Any

from kombu import Queue

from commons.supervising.state import running_broker
from config.settings.env import environment
from config.settings.product import TIME_ZONE, VAR_DIR

__all__ = [
    "CACHES",
    "CELERY_ACCEPT_CONTENT",
    "CELERY_BEAT_SCHEDULE",
    "CELERY_BEAT_SCHEDULER",
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP",
    "CELERY_BROKER_TRANSPORT_OPTIONS",
    "CELERY_BROKER_URL",
    "CELERY_TASK_ACKS_LATE",
    "CELERY_TASK_CREATE_MISSING_QUEUES",
    "CELERY_TASK_DEFAULT_QUEUE",
    "CELERY_TASK_IGNORE_RESULT",
    "CELERY_TASK_QUEUES",
    "CELERY_TASK_ROUTES",
    "CELERY_TASK_SERIALIZER",
    "CELERY_TIMEZONE",
    "CELERY_WORKER_PREFETCH_MULTIPLIER",
    "REDIS_URL",
]

PREFIX = "laurel"

# Unset, it is the broker that `manage.py up` runs over the same state folder, if it runs; a command
# in another terminal then reaches the same workers.
REDIS_URL = environment.url("REDIS_URL", schemes=("redis", "rediss", "unix")) or running_broker(
    VAR_DIR
)


def celery_url(redis_url: str) -> str:
    """The same server in Celery's words, which call a unix socket redis+socket."""
    return redis_url.replace("unix://", "redis+socket://", 1)


# A message that was not acknowledged for this long is delivered again; a run takes less.
WEEK = 7 * 24 * 3600.0

if REDIS_URL:
    CELERY_BROKER_URL = celery_url(REDIS_URL)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": WEEK,
        "socket_connect_timeout": 2.0,
        "global_keyprefix": f"{PREFIX}:",
    }
    CACHE: dict[str, Any] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
    }
else:
    MESSAGES = VAR_DIR / "messages"
    MESSAGES.mkdir(mode=0o700, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(MESSAGES),
        "data_folder_out": str(MESSAGES),
        "control_folder": str(VAR_DIR / "exchanges"),
        "polling_interval": 0.05,  # seconds; the default of 1 s gives five tasks a second
    }
    # Every process of the host must see one count of requests, so not the process's own memory.
    CACHE = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }

# Texts as they were rendered (commons.markdown.keeping), in a folder of their own: a cache that is
# full throws away a third of whatever it has, and counts of requests are not to go with them.
PATIENCE = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}  # seconds; then it is rendered
RENDERED = {"OPTIONS": PATIENCE} if REDIS_URL else {"LOCATION": VAR_DIR / "rendered"}
LATELY = {"OPTIONS": PATIENCE} if REDIS_URL else {"LOCATION": VAR_DIR / "lately"}

CACHES = {
    "default": {**CACHE, "KEY_PREFIX": f"{PREFIX}:cache"},
    "rendered": {
        **CACHE,
        **RENDERED,
        "KEY_PREFIX": f"{PREFIX}:rendered",
        "TIMEOUT": 7 * 24 * 3600,
    },
    "lately": {**CACHE, **LATELY, "KEY_PREFIX": f"{PREFIX}:lately", "TIMEOUT": 3600},
}

CELERY_TIMEZONE = TIME_ZONE
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# Whatever may load torch or run for hours is nudged on "train", which one process at a time serves.
CELERY_TASK_DEFAULT_QUEUE = "default"
# People wait for what is nudged on "answers": on a host with a GPU a worker of its own serves it.
CELERY_TASK_QUEUES = [Queue("default"), Queue("train"), Queue("answers")]
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ROUTES = {
    "rewards.tasks.open_due_cycles": {"queue": "default"},
    "rewards.tasks.answer_conversations": {"queue": "answers"},
    "rewards.tasks.*": {"queue": "train"},
}

MINUTE, HOUR, DAY = 60.0, 3600.0, 24 * 3600.0
SWEEP = 15.0  # with the 45 s after which a holder is taken for dead, a minute


def nudge(task: str, every: float) -> dict[str, Any]:
    """One entry of beat. A nudge that nobody took before the next one is due is dropped."""
    return {"task": task, "schedule": every, "options": {"expire_seconds": every}}


CELERY_BEAT_SCHEDULE = {
    "expire overdue assignments": nudge("annotate.tasks.expire_overdue_assignments", MINUTE),
    "freeze requested snapshots": nudge("annotate.tasks.freeze_requested_snapshots", MINUTE),
    "find reviews": nudge("annotate.tasks.find_reviews", MINUTE),
    "import confirmed uploads": nudge("annotate.tasks.import_confirmed_uploads", MINUTE),
    "void requested work": nudge("annotate.tasks.void_requested_work", MINUTE),
    "find near-duplicates": nudge("annotate.tasks.find_near_duplicates", MINUTE),
    "fill texts of tasks": nudge("annotate.tasks.fill_texts_of_tasks", MINUTE),
    "keep words of texts": nudge("annotate.tasks.keep_words_of_texts", MINUTE),
    "keep forgotten words": nudge("annotate.tasks.keep_forgotten_words_of_texts", HOUR),
    "measure quality": nudge("annotate.tasks.measure_quality", 5 * MINUTE),
    "send due digests": nudge("annotate.tasks.send_due_digests", HOUR),
    "answer conversations": nudge("rewards.tasks.answer_conversations", MINUTE),
    "open due cycles": nudge("rewards.tasks.open_due_cycles", HOUR),
    "advance open cycles": nudge("rewards.tasks.advance_open_cycles", MINUTE),
    "sweep dead runs": nudge("commons.tasks.sweep_dead_runs", SWEEP),
    "send notices": nudge("commons.tasks.send_notices", MINUTE),
    "prune leftovers": nudge("annotate.tasks.prune_leftovers", DAY),
}
# Its rows are in the database, and in the admin: these entries, and one for each track.
CELERY_BEAT_SCHEDULER = "commons.beat:Scheduler"
