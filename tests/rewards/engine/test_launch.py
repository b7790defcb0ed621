"""The launcher's files say what they are meant to; whether GPUs do it no test here can tell."""

from pathlib import Path

import pytest
from accelerate.commands.config.config_args import ClusterConfig, load_config_from_file
from accelerate.commands.launch import _validate_launch_command, launch_command_parser
from accelerate.utils import DistributedType
from accelerate.utils.launch import prepare_multi_gpu_env

from rewards.engine import together, train_reward

FOLDER = Path(train_reward.__file__).parent / "launch"


def read(name: str) -> ClusterConfig:
    config = load_config_from_file(str(FOLDER / name))
    assert isinstance(config, ClusterConfig)
    return config


def test_shards_are_asked_for_by_their_names_and_so_training_sees_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = ["--config_file", str(FOLDER / "fsdp.yaml"), "--num_processes", "2"]
    asked = launch_command_parser().parse_args([*command, "-m", train_reward.__name__, "RUN_DIR"])
    args, config, _ = _validate_launch_command(asked)

    told = prepare_multi_gpu_env(args)

    assert isinstance(config, ClusterConfig)
    assert (args.use_fsdp, args.module, args.training_script_args) == (True, True, ["RUN_DIR"])
    assert told["FSDP_VERSION"] == "2"
    assert told["FSDP_TRANSFORMER_CLS_TO_WRAP"] == "LlamaDecoderLayer"
    assert told["FSDP_STATE_DICT_TYPE"] == "FULL_STATE_DICT"
    assert told["FSDP_CPU_RAM_EFFICIENT_LOADING"] == "false"
    assert not together.is_sharded()
    monkeypatch.setenv("ACCELERATE_USE_FSDP", told["ACCELERATE_USE_FSDP"])
    assert together.is_sharded()


def test_deepspeed_is_asked_for_by_keys_that_accelerate_knows() -> None:
    config = read("deepspeed.yaml")

    assert config.distributed_type == DistributedType.DEEPSPEED
    assert config.deepspeed_config["zero_stage"] == 3
    known = {action.dest for action in launch_command_parser()._actions}
    assert {name for name in config.deepspeed_config if name not in known} == set()


def test_fsdp_is_asked_for_by_keys_that_accelerate_knows() -> None:
    known = {action.dest for action in launch_command_parser()._actions}

    assert {name for name in read("fsdp.yaml").fsdp_config if name not in known} == set()
