"""Logs go to standard error, one line an event; whoever started the process keeps them."""

from typing import Any

from config.settings.env import environment

__all__ = ["LOGGING"]

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
level = environment.choice("LOG_LEVEL", among=LEVELS, default="INFO")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": level},
    "loggers": {
        # Django's own handlers would mail the admins and hide what happens with DEBUG off.
        "django": {"handlers": ["stderr"], "level": level, "propagate": False},
        "httpx2": {"level": "WARNING"},  # else it writes a line for each request to a hub
    },
}
