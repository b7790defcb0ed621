"""What trainers make of frozen folders with pictures: one step of TRL's, of a model that sees.

The model is LLaVA's, of some thousand parameters, and its processor is made here: it cuts a picture
of 8 by 8 pixels into four patches, which become four tokens before the words.
"""

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
    CLIPVisionConfig,
    LlamaConfig,
    LlamaForSequenceClassification,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer
from trl.trainer.kto_config import KTOConfig
from trl.trainer.kto_trainer import KTOTrainer
from trl.trainer.reward_config import RewardConfig
from trl.trainer.reward_trainer import RewardTrainer
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from annotate.export.images import Image
from annotate.export.policy import Policy
from annotate.export.rows import About, Row, preference_rows, sft_row, unpaired_rows
from tests.annotate.drawing import drawn
from tests.annotate.export.freezing import write_snapshot
from tests.annotate.export.judgements import demonstration, ranking

# TRL 1.16 asks for this by itself, and transformers 5 calls it by another name.
pytestmark = pytest.mark.filterwarnings("ignore:.*gradient_checkpointing.* is deprecated")

PLAIN = Policy()
SIDE, PATCH = 8, 4  # pixels
PATCHES = (SIDE // PATCH) ** 2
WORDS = ["<pad>", "<eos>", "<unk>", "<image>", "user:", "assistant:", "ask", "say", *"ab12"]
TEMPLATE = (
    "{% for m in messages %}{{ m.role }}: {% for part in m.content %}"
    "{{ '<image> ' if part.type == 'image' else part.text + ' ' }}{% endfor %}<eos> {% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


@pytest.fixture
def processor() -> LlavaProcessor:
    words = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words,
        pad_token="<pad>",
        eos_token="<eos>",
        unk_token="<unk>",
        additional_special_tokens=["<image>"],
    )
    return LlavaProcessor(
        image_processor=CLIPImageProcessorPil(
            size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}
        ),
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=TEMPLATE,
    )


SMALL: dict[str, Any] = {"hidden_size": 8, "intermediate_size": 8, "num_attention_heads": 1}


def text_shape() -> LlamaConfig:
    return LlamaConfig(
        **SMALL,
        vocab_size=len(WORDS),
        num_hidden_layers=1,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
    )


def model() -> LlavaForConditionalGeneration:
    return LlavaForConditionalGeneration(
        LlavaConfig(
            vision_config=CLIPVisionConfig(
                **SMALL, num_hidden_layers=2, image_size=SIDE, patch_size=PATCH
            ),
            text_config=text_shape(),
            image_token_index=WORDS.index("<image>"),
        )
    )


@pytest.fixture
def one_step(tmp_path: Path) -> dict[str, Any]:
    """On the CPU, with two rows, and nothing kept."""
    return {
        "output_dir": str(tmp_path / "out"),
        "use_cpu": True,
        "bf16": False,
        "per_device_train_batch_size": 2,
        "max_steps": 1,
        "learning_rate": 0.1,
        "save_strategy": "no",
        "report_to": "none",
    }


Loaded = Callable[..., datasets.Dataset]


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    def load(rows: list[Row], *, kind: str) -> datasets.Dataset:
        folder = tmp_path / "snapshot"
        write_snapshot(folder, kind=kind, policy=PLAIN, rows={"train": rows})
        return datasets.load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))

    return load


def seen(about: About, *shades: int) -> About:
    """The same prompt, which asks about a picture of each of these shades."""
    return replace(about, images=[picture(shade) for shade in shades])


def picture(shade: int) -> Image:
    data = drawn(shade=shade)
    return Image(f"images/train-00000/{shade}.png", len(data), lambda: data)


def asked_with(number: int, *, pictures: int) -> str:
    return f"user: {'<image> ' * PATCHES * pictures}ask {number} <eos> assistant: say "


def texts_in(processor: LlavaProcessor, batch: dict[str, torch.Tensor]) -> list[str]:
    found = processor.tokenizer.batch_decode(batch["input_ids"])
    return [text.replace("<pad>", "").strip() for text in found]


def sees(model: torch.nn.Module, train: Callable[[], object]) -> bool:
    """Whether a step moves what looks at pictures, and not the words alone."""
    before = {name: each.clone() for name, each in model.named_parameters()}
    train()
    moved = [name for name, each in model.named_parameters() if not torch.equal(each, before[name])]
    return any("vision_tower" in name for name in moved)


def test_sft_trainer_sees_the_pictures_before_the_words(
    one_step: dict[str, Any], loaded: Loaded, processor: LlavaProcessor
) -> None:
    """One prompt of the dataset asks about a picture, the other about none."""
    one, other = demonstration(1), demonstration(2)
    rows = [
        sft_row(replace(one, about=seen(one.about, 3))),
        sft_row(replace(other, about=seen(other.about))),
    ]
    trainer = SFTTrainer(
        model=(seeing := model()),
        args=SFTConfig(**one_step),
        train_dataset=loaded(rows, kind="sft"),
        processing_class=processor,
    )

    batch = next(iter(trainer.get_train_dataloader()))

    assert batch["pixel_values"].shape == (1, 3, SIDE, SIDE)
    assert sorted(texts_in(processor, batch)) == sorted(
        [asked_with(1, pictures=1) + "1 <eos>", asked_with(2, pictures=0) + "2 <eos>"]
    )
    assert sees(seeing, trainer.train)


def test_dpo_trainer_sees_the_pictures_with_both_answers(
    one_step: dict[str, Any], loaded: Loaded, processor: LlavaProcessor
) -> None:
    """Two of them: they come again with the rejected answer."""
    judged = ranking([["a"], ["b"]])
    judged = replace(judged, about=seen(judged.about, 3, 9))
    trainer = DPOTrainer(
        model=(seeing := model()),
        ref_model=model(),
        args=DPOConfig(**one_step | {"per_device_train_batch_size": 1}),
        train_dataset=loaded(list(preference_rows([judged], PLAIN)), kind="preference"),
        processing_class=processor,
    )

    batch = next(iter(trainer.get_train_dataloader()))

    assert batch["pixel_values"].shape == (4, 3, SIDE, SIDE)
    assert texts_in(processor, batch) == [
        asked_with(1, pictures=2) + "a <eos>",
        asked_with(1, pictures=2) + "b <eos>",
    ]
    assert sees(seeing, trainer.train)


def test_kto_trainer_sees_the_pictures_of_each_answer(
    one_step: dict[str, Any], loaded: Loaded, processor: LlavaProcessor
) -> None:
    judged = ranking([["a"], ["b"]])
    judged = replace(judged, about=seen(judged.about, 3))
    trainer = KTOTrainer(
        model=(seeing := model()),
        ref_model=model(),
        args=KTOConfig(**one_step),
        train_dataset=loaded(list(unpaired_rows([judged], PLAIN)), kind="unpaired"),
        processing_class=processor,
    )

    batch = next(iter(trainer.get_train_dataloader()))

    found = zip(texts_in(processor, batch), batch["label"].tolist(), strict=True)
    assert batch["pixel_values"].shape == (2, 3, SIDE, SIDE)
    assert sorted(found) == [
        (asked_with(1, pictures=1) + "a <eos>", True),
        (asked_with(1, pictures=1) + "b <eos>", False),
    ]
    assert sees(seeing, trainer.train)


def test_reward_trainer_passes_over_the_pictures(
    one_step: dict[str, Any], loaded: Loaded, processor: LlavaProcessor
) -> None:
    """TRL 1.16 has none that sees: it learns from the words alone, and says nothing of it."""
    judged = ranking([["a"], ["b"]])
    judged = replace(judged, about=seen(judged.about, 3))
    tokenizer = processor.tokenizer
    tokenizer.chat_template = (
        "{% for m in messages %}{{ m.role }}: {{ m.content }} <eos> {% endfor %}"
    )
    shape = text_shape()
    shape.num_labels = 1
    trainer = RewardTrainer(
        model=LlamaForSequenceClassification(shape),
        args=RewardConfig(**one_step | {"per_device_train_batch_size": 1}),
        train_dataset=loaded(list(preference_rows([judged], PLAIN)), kind="preference"),
        processing_class=tokenizer,
    )

    batch = next(iter(trainer.get_train_dataloader()))
    trainer.train()

    assert "pixel_values" not in batch
    assert texts_in(processor, batch) == [
        asked_with(1, pictures=0) + "a <eos>",
        asked_with(1, pictures=0) + "b <eos>",
    ]
