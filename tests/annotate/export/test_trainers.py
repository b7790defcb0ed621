"""What TRL's trainers make of the frozen folders: the batches that their collators see."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import datasets
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    PreTrainedTokenizerFast,
)
from trl.trainer.reward_config import RewardConfig
from trl.trainer.reward_trainer import RewardTrainer
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from annotate.export.rows import MARGINS, IdealText, Row, preference_rows, ranked_row, sft_row
from annotate.export.snapshot import write_snapshot
from annotate.questions import Question, Questions, Scale
from tests.annotate.export.judgements import demonstration, ranking, read_back, said

# TRL 1.16 sets this by itself, and transformers 5 calls it by another name.
pytestmark = pytest.mark.filterwarnings("ignore:`gradient_checkpointing` is deprecated")

WORDS = ["<pad>", "<eos>", "<unk>", "user:", "assistant:", "ask", "say", "a", "b", "c", "1", "2"]
TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }} <eos> {% endfor %}"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


@pytest.fixture
def tokenizer() -> PreTrainedTokenizerFast:
    words = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=words,
        pad_token="<pad>",
        eos_token="<eos>",
        unk_token="<unk>",
        chat_template=TEMPLATE,
    )


@pytest.fixture
def shape() -> LlamaConfig:
    shape = LlamaConfig(
        vocab_size=len(WORDS),
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
    )
    shape.num_labels = 1
    return shape


def loaded(
    tmp_path: Path, rows: list[Row], *, kind: str, policy: dict[str, object]
) -> datasets.Dataset:
    folder = tmp_path / "snapshot"
    write_snapshot(folder, kind=kind, policy=policy, rows={"train": rows}, members_digest="m")
    return datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))


def test_sft_trainer_sees_the_conversations(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast, shape: LlamaConfig
) -> None:
    rows: list[Row] = [sft_row(demonstration(1)), sft_row(demonstration(2))]
    trainer = SFTTrainer(
        model=LlamaForCausalLM(shape),
        args=SFTConfig(
            output_dir=str(tmp_path / "out"),
            use_cpu=True,
            bf16=False,
            per_device_train_batch_size=2,
            max_steps=1,
            save_strategy="no",
        ),
        train_dataset=loaded(tmp_path, rows, kind="sft", policy={}),
        processing_class=tokenizer,
    )

    batch = next(iter(trainer.get_train_dataloader()))
    trainer.train()

    assert sorted(tokenizer.batch_decode(batch["input_ids"])) == [
        "user: ask 1 <eos> assistant: say 1 <eos>",
        "user: ask 2 <eos> assistant: say 2 <eos>",
    ]


@pytest.mark.parametrize("folder", ["snapshot", "snapshot/jsonl"])
def test_calls_and_tools_are_loaded_as_chat_templates_take_them(
    tmp_path: Path, folder: str
) -> None:
    """The first row has neither, so that nothing can be guessed from it."""
    tool = {"type": "function", "function": {"name": "dose", "parameters": {"type": "object"}}}
    call = {"type": "function", "function": {"name": "dose", "arguments": {"drugs": ["a", "b"]}}}
    spoken = {"role": "assistant", "content": "", "tool_calls": [call]}
    result = {"role": "tool", "name": "dose", "content": "100 mg"}
    last = {"role": "assistant", "content": "100 mg."}
    called = replace(demonstration(2), answer=[spoken, result, last], tools=[tool])
    rows: list[Row] = [sft_row(demonstration(1)), sft_row(called)]
    write_snapshot(
        tmp_path / "snapshot", kind="sft", policy={}, rows={"train": rows}, members_digest="m"
    )

    plain, row = datasets.load_dataset(
        str(tmp_path / folder), split="train", cache_dir=str(tmp_path / "cache")
    )

    said = [{name: each for name, each in one.items() if each} for one in row["messages"]]
    assert said[1:] == [{"role": "assistant", "tool_calls": [call]}, result, last]
    assert json.loads(row["tools"]) == [tool]
    assert (plain["tools"], plain["messages"][1]["tool_calls"]) == (None, None)


def test_reward_trainer_sees_the_pairs_and_their_margins(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast, shape: LlamaConfig
) -> None:
    """Strength 3 asks for a margin of 1, an unknown one for none."""
    order = ranking([["b"], ["a"], ["c"]], strengths=[3, None])
    rows: list[Row] = list(preference_rows(order, margins=MARGINS))
    trainer = RewardTrainer(
        model=LlamaForSequenceClassification(shape),
        args=RewardConfig(
            output_dir=str(tmp_path / "out"),
            use_cpu=True,
            bf16=False,
            per_device_train_batch_size=3,
            max_steps=1,
            save_strategy="no",
        ),
        train_dataset=loaded(tmp_path, rows, kind="preference", policy={"margins": True}),
        processing_class=tokenizer,
    )

    batch = next(iter(trainer.get_train_dataloader()))
    trainer.train()

    texts = tokenizer.batch_decode(batch["input_ids"])  # (2 * pairs,): chosen, then rejected
    margins = [round(float(margin), 6) for margin in batch["margin"]]
    assert batch["margin"].dtype == torch.float32
    assert sorted(zip(texts[:3], texts[3:], margins, strict=True)) == [
        (turn("a"), turn("c"), 0.0),
        (turn("b"), turn("a"), 1.0),
        (turn("b"), turn("c"), 1.0),
    ]


def turn(answer: str) -> str:
    return f"user: ask 1 <eos> assistant: say {answer} <eos>"


def test_a_loader_reads_answers_of_every_shape_in_both_forms(tmp_path: Path) -> None:
    """The first rows have nothing that a loader could guess a column's type from."""
    asked = Questions([Scale("helpful", "Helpful", 0, 4)], [Question("harmful", "Could do harm")])
    plain = ranking([["a"], ["b"]])
    said_more = replace(
        plain,
        asked=asked,
        answers={"a": {"ratings": {"helpful": 0}, "flags": {"harmful": False}}},
        ideal=IdealText("i1", said("say more")),
    )
    rows: list[Row] = [ranked_row(plain), ranked_row(said_more)]

    parquet = loaded(tmp_path, rows, kind="ranked", policy={})
    lines = datasets.load_dataset(
        str(tmp_path / "snapshot" / "jsonl"), split="train", cache_dir=str(tmp_path / "lines")
    )

    assert list(parquet) == list(lines) == read_back(rows)
