import os
import subprocess
import sys

import pytest

from config.settings.env import BASE_DIR


def manage(tmp_path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command of the product in a process of its own, with these variables and no others."""
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=BASE_DIR,
        env={**known, "ENV_FILE": "", "LAUREL_VAR": str(tmp_path / "var"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_behind_https_the_deployment_check_finds_nothing(tmp_path):
    checked = manage(tmp_path, "check", "--deploy", "--fail-level", "INFO", HTTPS="1")

    assert checked.returncode == 0, checked.stderr
    assert "no issues (0 silenced)" in checked.stdout


@pytest.mark.parametrize(
    ("name", "said", "remedy"),
    [
        ("LAUREL_DEBUG", "1", "LAUREL_DEBUG is not a setting of Laurel: did you mean"),
        ("DATABASE_URL", "mysql://host/db", "DATABASE_URL is 'mysql://host/db': set it to a URL"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE is 'Mars/Olympus': set it to one of"),
        ("SECRET_KEY", "short", "SECRET_KEY is 'too short': set it to at least 50"),
    ],
)
def test_an_odd_variable_stops_every_command_and_is_named(tmp_path, name, said, remedy):
    refused = manage(tmp_path, "check", **{name: said})

    assert refused.returncode != 0
    assert remedy in refused.stderr


def test_debug_is_off_unless_it_is_asked_for(settings):
    assert settings.DEBUG is False
    assert settings.ALLOWED_HOSTS == ["localhost", "127.0.0.1", "[::1]", "testserver"]
