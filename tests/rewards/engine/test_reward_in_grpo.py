"""A reward folder is one that others load as it stands: scores agree, and GRPO trains by it.

A fast head is no such folder: GRPO takes it as a callable, and trains by it likewise.
"""

from pathlib import Path

import pytest
import torch
from datasets import Dataset
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)
from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.grpo_trainer import GRPOTrainer

from annotate.export.batches import Row
from rewards.engine import train_head
from rewards.engine.chat import prompt_ids
from rewards.engine.messages import Message, with_system
from rewards.engine.models import load_policy
from rewards.engine.scorer import RewardFunction, Scorer, as_reward_function
from rewards.engine.train_reward import main
from tests.rewards.engine.conftest import Run, asks, freeze_ranked, says

# TRL 1.16 asks transformers 5.23 by the old name
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")

PROMPTS = [with_system(asks(text)) for text in ("why?", "a much longer question 99", "how?")]
ANSWERS = [says(text) for text in ("eeee", "aaaa", "an answer that is padded less than others")]


@pytest.fixture(params=["full", "pad is eos", "lora"])
def folder(
    request: pytest.FixtureRequest, run: Run, base: Path, tmp_path: Path, letters: list[Row]
) -> Path:
    """A trained reward model; once of a base whose pad token ends every turn, as SmolLM2's does,
    and once of adapters that were merged."""
    if request.param == "pad is eos":
        base = pad_as_eos(base, tmp_path / "base")
    config: dict[str, object] = {
        "snapshot": freeze_ranked(tmp_path / "frozen", train=letters),
        "base": base,
        "out": tmp_path / "model",
        "learning_rate": 3e-3,
        "groups": 2,
        "drop_covariates": True,
    }
    if request.param == "lora":
        config |= {"method": "lora", "lora_rank": 4, "learning_rate": 2e-2}
    run(main, config)
    return tmp_path / "model"


def pad_as_eos(base: Path, out: Path) -> Path:
    load_policy(base, torch.float32).save_pretrained(out)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(base)
    tokenizer.pad_token = tokenizer.eos_token
    tokenizer.save_pretrained(out)
    return out


def plain_scores(folder: Path) -> list[float]:
    """By transformers alone, in one batch padded on the right."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    texts = [
        tokenizer.apply_chat_template([*prompt, *answer], tokenize=False)
        for prompt, answer in zip(PROMPTS, ANSWERS, strict=True)
    ]
    batch = tokenizer(texts, padding=True, padding_side="right", return_tensors="pt")
    with torch.inference_mode():
        scores: list[float] = model(**batch).logits[:, 0].tolist()
    return scores


@pytest.fixture
def head(run: Run, base: Path, tmp_path: Path, letters: list[Row]) -> Path:
    config = {
        "snapshot": freeze_ranked(tmp_path / "frozen", train=letters),
        "base": base,
        "out": tmp_path / "head",
        "heads": 3,
    }
    run(train_head.main, config)
    return tmp_path / "head"


def grpo(reward: str | RewardFunction, base: Path, out: Path) -> GRPOTrainer:
    """As ``docs/reward-models.md`` says: a folder by its name, cut-off answers masked."""
    args = GRPOConfig(
        output_dir=str(out),
        max_steps=2,
        num_generations=4,
        per_device_train_batch_size=4,
        max_completion_length=8,
        mask_truncated_completions=True,
        activation_checkpointing=False,
        learning_rate=1e-3,
        use_cpu=True,
        bf16=False,
        report_to="none",
        disable_tqdm=True,
        save_strategy="no",
        logging_steps=1,
        dataloader_pin_memory=False,
    )
    return GRPOTrainer(
        model=load_policy(base, torch.float32),
        reward_funcs=reward,
        args=args,
        train_dataset=Dataset.from_list([{"prompt": prompt} for prompt in PROMPTS]),
        processing_class=AutoTokenizer.from_pretrained(base),
    )


def by_grpo(trainer: GRPOTrainer, answers: list[list[Message]]) -> list[float]:
    rows = [{"prompt": prompt} for prompt in PROMPTS]
    found = trainer._calculate_rewards(rows, PROMPTS, answers, [[0]] * len(PROMPTS))
    scores: list[float] = found[:, 0].tolist()
    return scores


def test_our_scorer_transformers_and_grpo_give_the_same_scores(
    folder: Path, base: Path, tmp_path: Path
) -> None:
    ours = Scorer(folder).score(PROMPTS, ANSWERS)

    trainer = grpo(str(folder), base, tmp_path / "policy")

    assert plain_scores(folder) == pytest.approx(ours, abs=1e-4)
    assert by_grpo(trainer, ANSWERS) == pytest.approx(ours, abs=1e-4)
    assert len({round(score, 3) for score in ours}) == 3
    assert AutoTokenizer.from_pretrained(folder).pad_token == (
        "<|unknown|>" if (tmp_path / "base").exists() else "<|pad|>"
    )


def test_what_a_policy_has_just_written_is_scored_at_the_same_place(
    folder: Path, base: Path
) -> None:
    """As OpenRLHF does: the ids that were sampled, whose last one ends the turn."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()

    found = []
    for prompt, [answer] in zip(PROMPTS, ANSWERS, strict=True):
        written = tokenizer(answer["content"], add_special_tokens=False)["input_ids"]
        ids = [*prompt_ids(tokenizer, prompt), *written, tokenizer.eos_token_id]
        with torch.inference_mode():
            found.append(model(input_ids=torch.tensor([ids])).logits.item())

    assert found == pytest.approx(Scorer(folder).score(PROMPTS, ANSWERS), abs=1e-4)


def test_grpo_trains_with_the_folder_as_its_reward_function(
    folder: Path, base: Path, tmp_path: Path
) -> None:
    trainer = grpo(str(folder), base, tmp_path / "policy")

    trainer.train()

    rewarded = [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]
    assert len(rewarded) == 2
    assert all(abs(reward) > 1e-6 for reward in rewarded)


def test_grpo_trains_with_a_fast_head_as_its_reward_function(
    head: Path, base: Path, tmp_path: Path
) -> None:
    trainer = grpo(as_reward_function(head), base, tmp_path / "policy")
    policy = trainer.model
    assert isinstance(policy, PreTrainedModel)
    before = [weight.detach().clone() for weight in policy.parameters()]

    trainer.train()

    rewarded = [entry for entry in trainer.state.log_history if "reward" in entry]
    assert len(rewarded) == 2
    assert all(entry["reward_std"] > 0 for entry in rewarded)
    assert by_grpo(trainer, ANSWERS) == pytest.approx(Scorer(head).score(PROMPTS, ANSWERS), 1e-4)
    after = list(policy.parameters())
    assert any(not torch.equal(now, old) for now, old in zip(after, before, strict=True))
