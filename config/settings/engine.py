"""How trainings are started: on one GPU, or over several as a config of accelerate says."""

import json
from collections.abc import Collection
from pathlib import Path

import yaml

from config.settings.env import environment, refusal

__all__ = ["ENGINE_ACCELERATE", "ENGINE_ACCELERATE_REWARDS"]

SHARDED = frozenset({"FSDP", "DEEPSPEED"})
# MULTI_CPU is not among them: without MPI, accelerate starts a single process for it.
KINDS = frozenset({"MULTI_GPU"}) | SHARDED
REMEDY = "set it to a file as `accelerate config` writes it"


def _config(name: str, *, among: Collection[str], else_do: str = "") -> Path | None:
    """The config that a variable names; refuses what cannot be one. None when not set.

    Whether accelerate knows every key in it only accelerate can say, and that needs torch: the
    engine refuses it in words, and ``manage.py check --deploy`` asks beforehand.
    """
    if not environment.text(name):
        return None
    file = environment.path(name, default=Path())
    kind = _kind(name, file)
    if kind not in among:
        remedy = f"its distributed_type is {kind!r}; " + (
            else_do if kind in KINDS else f"set that to one of {', '.join(sorted(among))}"
        )
        raise refusal(name, str(file), remedy)
    return file


def _kind(name: str, file: Path) -> object:
    """What the config says of how its processes work together."""
    try:
        said = file.read_text(encoding="utf-8")
        told = json.loads(said) if file.suffix == ".json" else yaml.safe_load(said)
    except OSError as broken:
        raise refusal(name, str(file), f"{broken.strerror}; {REMEDY}") from broken
    except (ValueError, yaml.YAMLError) as broken:
        raise refusal(name, str(file), f"it cannot be read; {REMEDY}") from broken
    if not isinstance(told, dict):
        raise refusal(name, str(file), f"it holds no settings; {REMEDY}")
    return told.get("distributed_type")


# The config by which fine-tuning and the ways to a better policy are started.
ENGINE_ACCELERATE = _config(
    "ENGINE_ACCELERATE",
    among=KINDS - SHARDED,
    else_do="policies are not trained in shards; name it as ENGINE_ACCELERATE_REWARDS",
)
# The one for reward models, which may be sharded: the same, unless it is said.
ENGINE_ACCELERATE_REWARDS = _config("ENGINE_ACCELERATE_REWARDS", among=KINDS) or ENGINE_ACCELERATE
