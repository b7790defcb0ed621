import io
import select

import pytest

from commons.supervising.child import Child, Life, death
from commons.supervising.journal import Journal, Terminal


@pytest.fixture
def child(tmp_path, script):
    journal = Journal(tmp_path / "fake.log")
    yield Child(script("raise SystemExit(1)"), journal=journal, terminal=Terminal(io.StringIO()))
    journal.close()


def live_from(child: Child, start: float, *, until: float) -> float:
    """Let it live between these two times; the pause that follows."""
    assert child.start_if_due(start)
    assert child.output is not None
    select.select([child.output], [], [])  # readable at its end
    while not child.ended(until):
        pass
    return child.wakes_at - until


def test_the_pause_grows_with_every_death_up_to_a_minute(child):
    now, pauses = 0.0, []
    for _ in range(9):
        pauses.append(live_from(child, now, until=now + 1.0))
        now = child.wakes_at

    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 60.0, 60.0]


def test_one_that_lived_well_is_restarted_as_if_it_had_never_died(child):
    live_from(child, 0.0, until=1.0)
    live_from(child, 10.0, until=11.0)

    assert live_from(child, 20.0, until=80.0) == 1.0


def test_it_does_not_start_before_its_pause_is_over(child):
    live_from(child, 0.0, until=1.0)

    assert child.start_if_due(1.9) is False
    assert child.life is Life.RESTING


def test_one_that_is_asked_to_stop_in_its_pause_is_not_restarted(child):
    live_from(child, 0.0, until=1.0)

    child.stop(1.5)

    assert child.life is Life.DONE
    assert child.start_if_due(99.0) is False


def test_an_exit_status_is_told_in_words():
    assert death(3) == "ended with status 3"
    assert death(-11) == "was killed by SIGSEGV"
