"""What a running child says is kept: one point a step. Trainings are spread where that is set."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from rewards import engine
from rewards.models import Metric
from rewards.runner import Progress
from rewards.services import run as runs
from rewards.services.run import (
    TRAIN_POLICIES,
    Heart,
    carry_out,
    claim_requested_run,
    request_run,
    silent,
)


@pytest.mark.django_db
def test_a_step_told_in_two_lines_is_one_point() -> None:
    """As it learns, and as it is validated; a later step holds nothing of the one before."""
    heart = Heart(request_run(module="train_reward", config={}), None, silent)

    heart.beat(Progress(1, 2, "training", {"loss": 0.7}))
    heart.beat(Progress(1, 2, "training", {"validation_loss": 0.6}))
    heart.beat(Progress(1, 2, "training"))
    heart.beat(Progress(2, 2, "training", {"loss": 0.5}))

    assert list(Metric.objects.order_by("step").values_list("step", "values")) == [
        (1, {"loss": 0.7, "validation_loss": 0.6}),
        (2, {"loss": 0.5}),
    ]


def asked_of_engine(module: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """How a claimed run of this module is started."""
    asked: dict[str, object] = {}

    def start(module: str, folder: Path, config: object, hear: object, **how: object) -> object:
        asked.update(how)
        return {}

    monkeypatch.setattr(runs, "run_engine", start)
    request_run(module=module, config={})
    run = claim_requested_run()
    assert run is not None
    assert carry_out(run)
    return asked


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("module", "config"),
    [
        *(
            ("train_policy", "all.yaml"),
            ("train_rloo", "all.yaml"),
            ("train_best_of_n", "all.yaml"),
        ),
        *(("train_head", None), ("evaluate_policy", None), ("evaluate_reward", None)),
        *(("generate", None), ("run_benchmark", None), ("compare_rewards", None)),
    ],
)
def test_trainings_that_can_be_spread_are_and_nothing_else_is(
    module: str, config: str | None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENGINE_ACCELERATE = Path("all.yaml")
    settings.ENGINE_ACCELERATE_REWARDS = Path("rewards.yaml")

    asked = asked_of_engine(module, monkeypatch)

    assert asked == ({"accelerate": Path(config)} if config else {})


@pytest.mark.django_db
def test_where_no_config_is_named_every_run_is_one_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert asked_of_engine("train_reward", monkeypatch) == {}


def test_what_is_spread_is_what_several_processes_may_do() -> None:
    """Each script says for itself whether several may be launched for it."""
    scripts = Path(engine.__path__[0]).glob("*.py")
    together = {file.stem for file in scripts if "together=True)" in file.read_text()}

    assert together == TRAIN_POLICIES | {"train_reward"}
