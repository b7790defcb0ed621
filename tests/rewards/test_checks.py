"""``check --deploy`` says of a config what the engine would say; the engine alone reads it."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.checks import Error, Warning
from pytest_django.fixtures import Settings

from rewards.checks import trainings_can_be_spread

REFUSED = "refused: accelerate does not read it; mend it, then retry: unknown keys (['num_gpus'])"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the engine was asked; it refuses a config whose name has odd in it."""
    words: list[list[str]] = []

    def run(command: list[str], **how: object) -> SimpleNamespace:
        words.append(command[1:])
        if "odd" in command[-1]:
            return SimpleNamespace(returncode=2, stderr=f"a library speaks\n{REFUSED}\n")
        if "bare" in command[-1]:
            return SimpleNamespace(returncode=1, stderr="No module named 'accelerate'")
        return SimpleNamespace(returncode=0, stderr="a library speaks")

    monkeypatch.setattr("rewards.checks.subprocess.run", run)
    return words


def test_nothing_is_started_where_trainings_are_not_spread(
    asked: list[list[str]], settings: Settings
) -> None:
    settings.ENGINE_ACCELERATE = settings.ENGINE_ACCELERATE_REWARDS = None

    assert trainings_can_be_spread() == []
    assert asked == []


def test_a_config_is_read_once(asked: list[list[str]], settings: Settings) -> None:
    settings.ENGINE_ACCELERATE = settings.ENGINE_ACCELERATE_REWARDS = Path("/etc/two.yaml")

    assert trainings_can_be_spread() == []
    assert asked == [["-m", "rewards.engine.launching", "/etc/two.yaml"]]


def test_what_accelerate_does_not_read_is_an_error_in_its_words(
    asked: list[list[str]], settings: Settings
) -> None:
    settings.ENGINE_ACCELERATE = Path("/etc/two.yaml")
    settings.ENGINE_ACCELERATE_REWARDS = Path("/etc/odd.yaml")

    said = REFUSED.removeprefix("refused: ")
    error = Error(said, obj="ENGINE_ACCELERATE_REWARDS", id="rewards.E001")
    assert trainings_can_be_spread() == [error]


def test_a_host_without_what_training_needs_is_warned(
    asked: list[list[str]], settings: Settings
) -> None:
    settings.ENGINE_ACCELERATE = settings.ENGINE_ACCELERATE_REWARDS = Path("/etc/bare.yaml")

    [found] = trainings_can_be_spread()

    assert isinstance(found, Warning)
    assert found.msg == (
        "whether accelerate reads /etc/bare.yaml is not known: No module named 'accelerate'"
    )
