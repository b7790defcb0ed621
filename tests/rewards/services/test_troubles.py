"""A full disk, a loss that is no number, memory that ran out, a server that is away: each by a real
child process, up to the words on the cycle's page, and a retry once it is mended."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from annotate.models import Campaign
from commons.models import RunState
from rewards.enums import Stage
from rewards.models import Cycle, CycleStep, Track
from rewards.services.cycle import advance_cycle, open_cycle
from rewards.services.track import create_track
from tests.factories import make_member, make_ranking
from tests.rewards.test_runner import engine as child
from tests.rewards.tiny import make_tiny_base

__all__ = ["child"]  # a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(campaign: Campaign, settings: Settings, tmp_path: Path) -> Track:
    """A track of a tiny model whose engine is the real one."""
    settings.ARTIFACTS = tmp_path / "artifacts"
    settings.BASE_MODEL = str(make_tiny_base(tmp_path / "base"))
    return create_track(name="Main", campaigns=[campaign.uuid], by=None)


def set_up(track: Track, **columns: object) -> None:
    Track.objects.filter(pk=track.pk).update(**columns)
    track.refresh_from_db()


def held(track: Track) -> tuple[Cycle, str]:
    """The cycle once it stands still, and why it does, in words."""
    cycle = open_cycle(track=track)
    while advance_cycle(cycle=cycle):
        pass
    cycle.refresh_from_db()
    assert cycle.stage == Stage.FAILED
    step = CycleStep.objects.get(cycle=cycle, state=RunState.FAILED)
    (reason,) = cycle.reasons
    assert reason == f"{Stage(step.stage).label}: {step.error}"
    assert step.run is not None
    assert step.run.state == RunState.FAILED
    return cycle, step.error


@pytest.mark.parametrize(
    ("body", "says", "todo"),
    [
        (
            "open('/dev/full', 'wb', buffering=0).write(b'x')",
            "the disk is full; free some space",
            "then retry",
        ),
        (
            "raise MemoryError",
            "the engine ran out of memory. Ask for less at once",
            "then retry: with other settings it begins anew",
        ),
        (
            "os.kill(os.getpid(), 9)",
            "the engine was killed (SIGKILL), most often because memory ran out. Ask for less",
            "then retry",
        ),
    ],
)
def test_a_dead_engine_holds_the_step_in_words(
    small: Track, child: Callable[[str], Path], body: str, says: str, todo: str
) -> None:
    child(body)

    _, error = held(small)

    assert error.startswith(says)
    assert todo in error


def test_a_killed_engine_is_begun_again_and_then_holds_the_step_in_words(
    small: Track, child: Callable[[str], Path]
) -> None:
    """By SIGTERM, as a machine that shuts down does; the third death at one place is the last."""
    child("print('begun', file=sys.stderr, flush=True); os.kill(os.getpid(), 15)")

    cycle, error = held(small)

    run = CycleStep.objects.get(cycle=cycle, state=RunState.FAILED).run
    assert run is not None
    assert (run.attempts, run.deaths, run.deaths_in_a_row) == (3, 3, 3)
    assert error.startswith(
        "the engine ended with code -15:\nbegun\nlaurel: the engine was killed,"
    )
    assert error.count("begun\n") + error.endswith("begun") == 3


def test_a_full_disk_holds_the_step_before_the_engine_starts(
    small: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run's settings cannot be written: nothing is left of it but the row."""
    write = Path.write_text

    def full(path: Path, *said: object, **how: object) -> int:
        if path.name == "config.json.part":
            raise OSError(28, "No space left on device", str(path))
        return write(path, *said, **how)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Path, "write_text", full)

    _, error = held(small)

    assert error.startswith("the disk is full; free some space")
    assert "then retry. It was writing" in error


def test_a_loss_that_is_no_number_holds_the_step(small: Track, campaign: Campaign) -> None:
    person = make_member(campaign)
    for _ in range(30):  # of which a third is the reward model's to learn from
        make_ranking(campaign, person)
    set_up(small, knobs={"rewarding": {"learning_rate": 1e30, "layers": 1, "max_steps": 9}})

    _, error = held(small)

    assert "the loss is not a number at step" in error
    assert error.endswith("or look at the data; then retry.")


def test_a_server_that_is_away_holds_the_step(small: Track, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.GENERATORS = {"gpu": f"http://127.0.0.1:{port}/v1"}
    mix = [{"who": "server", "server": "gpu", "model": "org/large"}]
    set_up(small, quorum=1000, knobs={"answering": {"mix": mix, "tries": 1}})

    cycle, error = held(small)

    assert cycle.outcome == "held"
    assert error.startswith(f"the server 'gpu' at http://127.0.0.1:{port}/v1 did not answer after")
    assert "start it or mend its address in GENERATORS, then retry" in error
