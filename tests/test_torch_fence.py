"""A web process stays small: torch belongs to the engine's own processes."""

import subprocess
import sys

from config.settings.env import BASE_DIR

WHAT_THE_WEB_LOADS = """
import sys
import config.wsgi
from django.urls import get_resolver
from config.celery import app

get_resolver().url_patterns  # every view, form and service behind a URL; admin came with the apps
app.loader.import_default_modules()  # every task
print(*sorted({"torch", "transformers", "trl", "datasets"} & sys.modules.keys()))
"""


def test_whatever_the_web_and_the_workers_load_torch_stays_out(tmp_path):
    loaded = subprocess.run(
        [sys.executable, "-c", WHAT_THE_WEB_LOADS],
        cwd=BASE_DIR,
        env={"ENV_FILE": "", "LAUREL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == ""
