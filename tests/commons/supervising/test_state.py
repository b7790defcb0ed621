import os

import pytest

from commons.supervising import state
from commons.supervising.state import AlreadyRunning, Running, State, running_broker

HERE = Running(pid=42, broker="unix:///run/redis.sock", address="http://127.0.0.1:8000")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(state, "PATIENCE", 0.0)


def test_a_second_one_over_the_same_folder_is_told_where_the_first_is(tmp_path):
    first, second = State(tmp_path), State(tmp_path)

    with first.held():
        first.say(HERE)
        with pytest.raises(AlreadyRunning) as refused, second.held():
            pass

    assert str(refused.value) == (
        "Laurel already runs here at http://127.0.0.1:8000 (process 42); stop it first: `kill 42`."
    )


def test_when_the_first_has_ended_the_next_may_start(tmp_path):
    with State(tmp_path).held():
        pass

    with State(tmp_path).held():
        assert State(tmp_path).read() is None


def test_what_a_killed_one_left_behind_is_not_believed(tmp_path):
    """The files are there and the lock is not: so it is after kill -9."""
    with State(tmp_path).held():
        State(tmp_path).say(HERE)
        left = (tmp_path / "run" / "up.json").read_text()
    (tmp_path / "run" / "up.json").write_text(left)

    assert State(tmp_path).read() is None
    assert running_broker(tmp_path) == ""
    with State(tmp_path).held():
        assert not (tmp_path / "run" / "up.json").exists()


def test_other_commands_find_the_broker_while_it_runs(tmp_path):
    with State(tmp_path).held():
        State(tmp_path).say(HERE)

        assert State(tmp_path).read() == HERE
        assert running_broker(tmp_path) == "unix:///run/redis.sock"


def test_where_nothing_ever_ran_nothing_is_found(tmp_path):
    assert running_broker(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_nobody_elses(tmp_path):
    with State(tmp_path).held():
        assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "run").stat().st_uid == os.getuid()
