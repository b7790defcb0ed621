"""SQLite in one file, or PostgreSQL by URL.

SQLite runs so that what was acknowledged survives a power cut (synchronous=FULL), readers never
wait for a writer (WAL), and a transaction asks for the write lock when it begins (IMMEDIATE):
deferred transactions that turn into writers fail with "database is locked" however long the
timeout is.
"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.settings.env import BASE_DIR, environment, hidden, refusal
from config.settings.product import VAR_DIR

__all__ = ["DATABASES"]

SQLITE = "sqlite"
POSTGRES = ("postgres", "postgresql")

KEPT = 60  # seconds that a thread keeps its connection for the next request

SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,  # seconds that a writer waits for its turn
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL;"
        "PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;"
        "PRAGMA cache_size=-8000;"
        "PRAGMA temp_store=MEMORY"
    ),
}


def database_at(url: str) -> dict[str, Any]:
    """Django's description of the database at this URL."""
    if urlsplit(url).scheme == SQLITE:
        return sqlite_at(url)
    return postgres_at(url)


def sqlite_at(url: str) -> dict[str, Any]:
    """sqlite:///relative/to/the/project.sqlite3 or, with a fourth slash, an absolute path."""
    parts = urlsplit(url)
    if parts.netloc or len(parts.path) < 2 or parts.query:
        raise refusal("DATABASE_URL", url, "write it as sqlite:///folder/file.sqlite3")
    name = BASE_DIR / unquote(parts.path[1:])
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": SQLITE_OPTIONS,
        "CONN_MAX_AGE": KEPT,
    }


def postgres_at(url: str) -> dict[str, Any]:
    """postgres://user:password@host:port/name?sslmode=require; psycopg reads what follows the ?."""
    parts = urlsplit(url)
    name = unquote(parts.path[1:])
    if not name or "/" in name:
        remedy = "write it as postgres://user:password@host:port/name"
        raise refusal("DATABASE_URL", hidden(url), remedy)
    return {
        "ENGINE": "commons.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": options_in(parts.query),
        "CONN_MAX_AGE": KEPT,
        "CONN_HEALTH_CHECKS": True,  # a kept connection is asked whether it still lives
    }


def options_in(query: str) -> dict[str, Any]:
    """What psycopg is told: all of the query, and that hot statements are prepared at once.

    ?prepare_threshold=never is for a pooler that gives each transaction another connection and
    knows no prepared statements.
    """
    options: dict[str, Any] = dict(parse_qsl(query))
    never = options.pop("prepare_threshold", "") == "never"
    return {**options, "prepare_threshold": None if never else 0}


given = environment.url("DATABASE_URL", schemes=(SQLITE, *POSTGRES))
DATABASES = {"default": database_at(given or f"sqlite:///{VAR_DIR / 'laurel.sqlite3'}")}
