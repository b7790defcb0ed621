"""What trainers make of the frozen folders: one step of TRL's, and the keys that OpenRLHF reads."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

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
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer
from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.grpo_trainer import GRPOTrainer
from trl.trainer.kto_config import KTOConfig
from trl.trainer.kto_trainer import KTOTrainer
from trl.trainer.reward_config import RewardConfig
from trl.trainer.reward_trainer import RewardTrainer
from trl.trainer.rloo_config import RLOOConfig
from trl.trainer.rloo_trainer import RLOOTrainer
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from annotate.export.policy import MARGINS, Policy
from annotate.export.rows import Row, preference_rows, prompt_row, sft_row, unpaired_rows
from tests.annotate.export.freezing import write_snapshot
from tests.annotate.export.judgements import about, asked, demonstration, ranking, said

# TRL 1.16 asks for this by itself, and transformers 5 calls it by another name.
pytestmark = pytest.mark.filterwarnings("ignore:.*gradient_checkpointing.* is deprecated")

PLAIN, CHANCES = Policy(), Policy(chances=True)
WORDS = ["<pad>", "<eos>", "<unk>", "user:", "assistant:", "ask", "say", "a", "b", "c", "1", "2"]
TEMPLATE = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }} <eos> {% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


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


@pytest.fixture
def one_step(tmp_path: Path) -> dict[str, Any]:
    """On the CPU, with two rows, and nothing kept."""
    return {
        "output_dir": str(tmp_path / "out"),
        "use_cpu": True,
        "bf16": False,
        "per_device_train_batch_size": 2,
        "max_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
    }


Loaded = Callable[..., datasets.Dataset]


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    def load(rows: list[Row], *, kind: str, policy: Policy = PLAIN) -> datasets.Dataset:
        folder = tmp_path / "snapshot"
        write_snapshot(folder, kind=kind, policy=policy, rows={"train": rows})
        return datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))

    return load


def turn(answer: str) -> str:
    return f"user: ask 1 <eos> assistant: say {answer} <eos>"


@pytest.mark.parametrize("policy", [PLAIN, CHANCES])
def test_sft_trainer_sees_the_conversations(
    one_step: dict[str, Any],
    loaded: Loaded,
    tokenizer: PreTrainedTokenizerFast,
    shape: LlamaConfig,
    policy: Policy,
) -> None:
    rows = [sft_row(demonstration(number), policy) for number in (1, 2)]
    trainer = SFTTrainer(
        model=LlamaForCausalLM(shape),
        args=SFTConfig(**one_step),
        train_dataset=loaded(rows, kind="sft", policy=policy),
        processing_class=tokenizer,
    )

    batch = next(iter(trainer.get_train_dataloader()))
    trainer.train()

    assert sorted(tokenizer.batch_decode(batch["input_ids"])) == [
        "user: ask 1 <eos> assistant: say 1 <eos>",
        "user: ask 2 <eos> assistant: say 2 <eos>",
    ]


@pytest.mark.parametrize("policy", [PLAIN, Policy(margins=MARGINS), CHANCES])
def test_reward_trainer_sees_the_pairs_and_their_margins(
    one_step: dict[str, Any],
    loaded: Loaded,
    tokenizer: PreTrainedTokenizerFast,
    shape: LlamaConfig,
    policy: Policy,
) -> None:
    """Strength 3 asks for a margin of 1, an unknown one for none."""
    order = ranking([["b"], ["a"], ["c"]], strengths=[3, None])
    rows = list(preference_rows([order], policy))
    trainer = RewardTrainer(
        model=LlamaForSequenceClassification(shape),
        args=RewardConfig(**one_step | {"per_device_train_batch_size": 3}),
        train_dataset=loaded(rows, kind="preference", policy=policy),
        processing_class=tokenizer,
    )

    batch = next(iter(trainer.get_train_dataloader()))
    trainer.train()

    texts = tokenizer.batch_decode(batch["input_ids"])  # (2 * pairs,): chosen, then rejected
    found = sorted(zip(texts[:3], texts[3:], margins_in(batch), strict=True))
    assert found == [
        (turn("a"), turn("c"), 0.0),
        (turn("b"), turn("a"), 1.0 if policy.margins else 0.0),
        (turn("b"), turn("c"), 1.0 if policy.margins else 0.0),
    ]


def margins_in(batch: dict[str, torch.Tensor]) -> list[float]:
    if "margin" not in batch:
        return [0.0] * 3
    assert batch["margin"].dtype == torch.float32
    return [round(float(margin), 6) for margin in batch["margin"]]


@pytest.mark.parametrize("policy", [PLAIN, Policy(ties="both", votes="soft"), CHANCES])
def test_dpo_trainer_sees_the_pairs_and_passes_over_what_it_does_not_know(
    one_step: dict[str, Any],
    loaded: Loaded,
    tokenizer: PreTrainedTokenizerFast,
    shape: LlamaConfig,
    policy: Policy,
) -> None:
    rows = list(preference_rows([ranking([["a"], ["b"], ["c"]])], policy))[:2]
    trainer = DPOTrainer(
        model=LlamaForCausalLM(shape),
        ref_model=LlamaForCausalLM(shape),
        args=DPOConfig(**one_step),
        train_dataset=loaded(rows, kind="preference", policy=policy),
        processing_class=tokenizer,
    )

    batch = next(iter(trainer.get_train_dataloader()))
    trainer.train()

    texts = tokenizer.batch_decode(batch["input_ids"])  # (2 * pairs,): chosen, then rejected
    assert sorted(zip(texts[:2], texts[2:], strict=True)) == [
        (turn("a"), turn("b")),
        (turn("a"), turn("c")),
    ]


def test_dpo_trainer_reads_transcripts(
    one_step: dict[str, Any],
    loaded: Loaded,
    tokenizer: PreTrainedTokenizerFast,
    shape: LlamaConfig,
) -> None:
    """It finds the prompt in what both begin with; the model knows no word of the form."""
    policy = Policy(form="transcript")
    trainer = DPOTrainer(
        model=LlamaForCausalLM(shape),
        ref_model=LlamaForCausalLM(shape),
        args=DPOConfig(**one_step | {"per_device_train_batch_size": 1}),
        train_dataset=loaded(
            list(preference_rows([ranking([["a"], ["b"]])], policy)),
            kind="preference",
            policy=policy,
        ),
        processing_class=tokenizer,
    )

    batch = next(iter(trainer.get_train_dataloader()))
    trainer.train()

    assert [text.split(" ask 1 ")[-1] for text in tokenizer.batch_decode(batch["input_ids"])] == [
        "<unk> say a <eos>",
        "<unk> say b <eos>",
    ]


@pytest.mark.parametrize("policy", [PLAIN, CHANCES])
def test_kto_trainer_sees_answers_and_whether_they_are_good(
    one_step: dict[str, Any],
    loaded: Loaded,
    tokenizer: PreTrainedTokenizerFast,
    shape: LlamaConfig,
    policy: Policy,
) -> None:
    rows = list(unpaired_rows([ranking([["b"], ["a"]])], policy))
    trainer = KTOTrainer(
        model=LlamaForCausalLM(shape),
        ref_model=LlamaForCausalLM(shape),
        args=KTOConfig(**one_step),
        train_dataset=loaded(rows, kind="unpaired", policy=policy),
        processing_class=tokenizer,
    )

    found = trainer.train_dataset
    trainer.train()
    assert isinstance(found, datasets.Dataset)

    assert sorted(
        (tokenizer.decode(row["prompt_ids"] + row["completion_ids"]), row["label"]) for row in found
    ) == [(turn("a"), False), (turn("b"), True)]


def test_rloo_trainer_asks_the_prompts(
    one_step: dict[str, Any],
    loaded: Loaded,
    tokenizer: PreTrainedTokenizerFast,
    shape: LlamaConfig,
) -> None:
    """Its rewards are told the columns of each row, so that they may judge by skill or tools."""
    heard: list[tuple[Any, str]] = []

    def reward(prompts: list[Any], skill: list[str], **more: object) -> list[float | None]:
        heard.extend(zip(prompts, skill, strict=True))
        return [float(number) for number, _ in enumerate(prompts)]

    trainer = RLOOTrainer(
        model=LlamaForCausalLM(shape),
        reward_funcs=reward,
        args=RLOOConfig(**one_step, beta=0.0, num_generations=2, max_completion_length=2),
        train_dataset=loaded([prompt_row(about(1))], kind="prompts"),
        processing_class=tokenizer,
    )

    trainer.train()

    assert [(prompt[0]["content"], skill) for prompt, skill in heard] == [("ask 1", "law")] * 2


def test_a_policy_is_trained_on_prompts_by_groups_as_well(
    loaded: Loaded, tokenizer: PreTrainedTokenizerFast, shape: LlamaConfig, one_step: dict[str, Any]
) -> None:
    """GRPO holds the answers of a group against each other; it reads the same rows as RLOO."""
    heard: list[tuple[Any, str, str]] = []

    def reward(
        prompts: list[Any], skill: list[str], side: list[str], **more: object
    ) -> list[float | None]:
        heard.extend(zip(prompts, skill, side, strict=True))
        return [float(number) for number, _ in enumerate(prompts)]

    trainer = GRPOTrainer(
        model=LlamaForCausalLM(shape),
        reward_funcs=reward,
        args=GRPOConfig(**one_step, beta=0.0, num_generations=2, max_completion_length=2),
        train_dataset=loaded([prompt_row(about(1))], kind="prompts"),
        processing_class=tokenizer,
    )

    trainer.train()

    assert [(prompt[0]["content"], *rest) for prompt, *rest in heard] == [
        ("ask 1", "law", "train")
    ] * 2


# What OpenRLHF 0.11.0 does with a row, by its documented options (openrlhf/datasets of
# github.com/OpenRLHF/OpenRLHF at 3c3be623): ``preprocess_data`` in sft_dataset.py,
# reward_dataset.py and prompts_dataset.py, all with ``--data.apply_chat_template``.


def openrlhf_texts(
    tokenizer: PreTrainedTokenizerFast, before: list[Any], *answers: list[Any]
) -> list[str]:
    """The prompt as the model sees it, and what each answer adds to it."""

    def text(messages: list[Any], **more: Any) -> str:
        return str(tokenizer.apply_chat_template(messages, tokenize=False, **more))

    prompt = text(before, add_generation_prompt=True)
    return [prompt, *(text(before + answer)[len(prompt) :] for answer in answers)]


OPENRLHF = Policy(form="openrlhf")


def test_openrlhf_reads_a_demonstration_by_input_key_and_output_key(
    loaded: Loaded, tokenizer: PreTrainedTokenizerFast
) -> None:
    [row] = loaded([sft_row(demonstration(1))], kind="sft", policy=OPENRLHF)

    assert openrlhf_texts(tokenizer, row["input"], row["output"]) == [
        "user: ask 1 <eos> assistant: ",
        "say 1 <eos> ",
    ]


def test_openrlhf_reads_a_pair_by_prompt_key_and_its_margin(
    loaded: Loaded, tokenizer: PreTrainedTokenizerFast
) -> None:
    policy = replace(OPENRLHF, margins=MARGINS)
    rows = list(preference_rows([ranking([["a"], ["b"]], strengths=[2])], policy))

    [row] = loaded(rows, kind="preference", policy=policy)

    assert openrlhf_texts(tokenizer, row["prompt"], row["chosen"], row["rejected"]) == [
        "user: ask 1 <eos> assistant: ",
        "say a <eos> ",
        "say b <eos> ",
    ]
    assert row["margin"] == 2 / 3


def test_openrlhf_reads_a_prompt_by_input_key_and_its_datasource(
    loaded: Loaded, tokenizer: PreTrainedTokenizerFast
) -> None:
    [row] = loaded([prompt_row(about(1))], kind="prompts", policy=OPENRLHF)

    assert openrlhf_texts(tokenizer, row["input"]) == ["user: ask 1 <eos> assistant: "]
    assert row["datasource"] == "law"


def test_the_tables_hold_what_the_trainers_were_shown(loaded: Loaded) -> None:
    """A conversation before the open turn stays in the prompt, and the answer stands alone."""
    prompt = [*asked("one"), *said("two"), *asked("three")]
    order = ranking([["a"], ["b"]])
    order = replace(order, about=replace(order.about, prompt=prompt))

    [row] = loaded(list(preference_rows([order], PLAIN)), kind="preference")

    assert [message["content"] for message in row["prompt"]] == ["one", "two", "three"]
    assert [message["content"] for message in row["chosen"]] == ["say a"]
