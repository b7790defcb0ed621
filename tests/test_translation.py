"""German is the proof that everything people read can be translated: it says all that is marked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

GERMAN = Path(settings.LOCALE_PATHS[0]) / "de" / "LC_MESSAGES"
DOMAINS = ["django", "djangojs"]
SPEAKING = ["annotate", "commons", "rewards", "config", "templates", "manage.py"]

pytestmark = [
    pytest.mark.skipif(not shutil.which("xgettext"), reason="no gettext: apt install gettext"),
    pytest.mark.parametrize("domain", DOMAINS),
]


def run(*words: str | Path, cwd: Path | None = None) -> str:
    outside = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(words, cwd=cwd, env=outside, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def marked(tmp_path: Path, domain: str) -> Path:
    """All that is marked in the code as it stands now, gathered beside it."""
    for name in SPEAKING:
        there = Path(settings.BASE_DIR) / name
        if there.is_dir():
            skipped = shutil.ignore_patterns("__pycache__", "migrations", "*.min.js")
            shutil.copytree(there, tmp_path / name, ignore=skipped)
        else:
            shutil.copy(there, tmp_path / name)
    (tmp_path / "locale" / "de" / "LC_MESSAGES").mkdir(parents=True)
    gather = [sys.executable, "manage.py", "makemessages", "--locale=de", f"--domain={domain}"]
    run(*gather, cwd=tmp_path)
    return tmp_path / "locale" / "de" / "LC_MESSAGES" / f"{domain}.po"


def test_german_says_all_that_is_marked(marked: Path, domain: str) -> None:
    run("msgcmp", GERMAN / f"{domain}.po", marked)


def test_german_is_compiled_as_it_is_written(tmp_path: Path, domain: str) -> None:
    written = tmp_path / "written.mo"
    run("msgfmt", "--check", f"--output-file={written}", GERMAN / f"{domain}.po")

    assert run("msgunfmt", GERMAN / f"{domain}.mo") == run("msgunfmt", written)


def test_german_guesses_nothing(domain: str) -> None:
    """What was carried over from a similar sentence waits for a person."""
    assert run("msgattrib", "--only-fuzzy", GERMAN / f"{domain}.po") == ""
