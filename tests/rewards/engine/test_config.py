"""``config.json`` is read into a dataclass, or refused by name."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from rewards.engine.config import Knobs, read_config
from rewards.engine.errors import BadConfig


@dataclass(frozen=True)
class Config(Knobs):
    out: Path
    rate: float = 0.5
    layers: int | None = None
    share: tuple[int, ...] = (0, 1)


def given(folder: Path, **keys: object) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(keys))
    return path


def test_values_come_as_their_fields_types(tmp_path: Path) -> None:
    path = given(tmp_path, out="there", rate=1, layers=3, share=[1, 2])

    assert read_config(path, Config) == Config(Path("there"), 1.0, 3, (1, 2))


def test_what_is_left_out_takes_its_default(tmp_path: Path) -> None:
    assert read_config(given(tmp_path, out="there"), Config) == Config(Path("there"))


@pytest.mark.parametrize(
    ("keys", "refusal"),
    [
        (
            {"out": "there", "speed": 1},
            "unknown key 'speed'; the keys are out, rate, layers, share",
        ),
        ({}, "key 'out' is missing"),
        ({"out": "there", "rate": "fast"}, "key 'rate' must be a number, not 'fast'"),
        ({"out": "there", "rate": True}, "key 'rate' must be a number, not True"),
        ({"out": "there", "layers": 1.5}, "key 'layers' must be a whole number, not 1.5"),
        ({"out": "there", "share": ["a"]}, "key 'share' must be a whole number, not 'a'"),
        ({"out": ""}, "key 'out' must be a path, not ''"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    tmp_path: Path, keys: dict[str, object], refusal: str
) -> None:
    with pytest.raises(BadConfig, match=refusal):
        read_config(given(tmp_path, **keys), Config)
