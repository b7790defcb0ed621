"""What the workers are nudged to do, and when."""

import pytest

from commons.tasks import send_notices
from rewards import tasks


@pytest.mark.django_db
def test_a_promotion_is_told_before_the_next_step_of_its_cycle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server that is to write the candidates is started anew by what is told."""
    done: list[object] = []
    steps = ["decided", "answered", ""]

    def advance(cycle: object) -> bool:
        done.append(steps.pop(0))
        return bool(done[-1])

    monkeypatch.setattr(tasks, "open_cycles", lambda: [object()])
    monkeypatch.setattr(tasks, "advance_cycle", advance)
    monkeypatch.setattr(tasks, "nudge", done.append)

    tasks.advance_open_cycles()

    assert done == ["decided", send_notices, "answered", send_notices, "", send_notices]
