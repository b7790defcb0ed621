"""The product's settings, with what a test run must not share with the product or pay for."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

STATE = Path(tempfile.mkdtemp(prefix="laurel-tests-"))
atexit.register(shutil.rmtree, STATE, ignore_errors=True)
os.environ |= {"ENV_FILE": "", "LAUREL_VAR": str(STATE)}

from config.settings import *  # noqa: E402  # the folder has to be known before

# A file, not memory: tests open connections in several threads, as the product does.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": STATE / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"]["OPTIONS"],
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF",
    }

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, and only here
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# A nudge goes nowhere unless a test asks for ``nudges_run_at_once``: rows are the queue.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
