"""How trainings are spread is named in the environment; what cannot be is refused at the start."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import engine, env

Configs = tuple[Path | None, Path | None]


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> Configs:
    """The configs for policies and for reward models with these variables."""
    monkeypatch.setattr(env, "environment", env.Environment(given))
    try:
        fresh = importlib.reload(engine)
        return fresh.ENGINE_ACCELERATE, fresh.ENGINE_ACCELERATE_REWARDS
    finally:
        monkeypatch.undo()


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    importlib.reload(engine)


def written(folder: Path, kind: str) -> Path:
    file = folder / f"{kind}.yaml"
    file.write_text(f"distributed_type: {kind}\nnum_processes: 2\n")
    return file


def test_nothing_set_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch) == (None, None)


def test_one_config_is_for_all_trainings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = written(tmp_path, "MULTI_GPU")

    assert read(monkeypatch, ENGINE_ACCELERATE=str(whole)) == (whole, whole)


def test_reward_models_may_have_one_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole, shards = written(tmp_path, "MULTI_GPU"), written(tmp_path, "FSDP")
    rewards = {"ENGINE_ACCELERATE_REWARDS": str(shards)}

    assert read(monkeypatch, ENGINE_ACCELERATE=str(whole), **rewards) == (whole, shards)
    assert read(monkeypatch, **rewards) == (None, shards)


def test_a_config_may_be_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "two.json"
    file.write_text(json.dumps({"distributed_type": "MULTI_GPU", "num_processes": 2}))

    assert read(monkeypatch, ENGINE_ACCELERATE=str(file)) == (file, file)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (None, "No such file or directory; set it to a file as `accelerate config` writes it"),
        ("- [", "it cannot be read; set it to a file"),
        ("[1, 2]", "it holds no settings; set it to a file"),
        ("distributed_type: MULTI_CPU", "its distributed_type is 'MULTI_CPU'; set that to one of"),
        ("num_processes: 2", "its distributed_type is None; set that to one of MULTI_GPU"),
        ("distributed_type: FSDP", "'FSDP'; policies are not trained in shards; name it as"),
    ],
)
def test_what_cannot_be_a_config_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str | None, refused: str
) -> None:
    file = tmp_path / "odd.yaml"
    if said is not None:
        file.write_text(said)

    with pytest.raises(ImproperlyConfigured, match=f"ENGINE_ACCELERATE is '{file}': .*{refused}"):
        read(monkeypatch, ENGINE_ACCELERATE=str(file))
