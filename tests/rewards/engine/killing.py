"""A run that is killed right after its second checkpoint, and goes on."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from rewards.engine import training
from rewards.engine.training import Watch
from tests.rewards.engine.conftest import Run


def run_killed_at(
    step: int,
    run: Run,
    main: Callable[[Path], None],
    config: Mapping[str, object],
    monkeypatch: pytest.MonkeyPatch,
    name: str = "run",
) -> None:
    """Checkpoint at every step, and die once the one of ``step`` is whole."""
    save = Watch.on_save

    def save_and_die(self: Watch, args: Any, state: Any, control: Any, **rest: object) -> None:
        save(self, args, state, control, **rest)
        if state.global_step == step:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
        patched.setattr(Watch, "on_save", save_and_die)
        with pytest.raises(KeyboardInterrupt):
            run(main, config, name=name)
