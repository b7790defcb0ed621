"""Learn answers by heart: what fine-tuning on demonstrations and best-of-n share.

A row is ``input_ids`` and ``labels`` of like length; only the ids of the answer carry loss.
"""

from collections.abc import Sequence
from typing import TypeAlias, cast

from datasets import Dataset
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from trl.data_utils import pack_dataset
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from rewards.engine.training import CommonArguments

IGNORED = -100  # the label that carries no loss

Row: TypeAlias = dict[str, list[int]]


def row_of(ids: Sequence[int], answer_from: int) -> Row:
    """The ids as they are learned: nothing before ``answer_from`` carries loss."""
    return {
        "input_ids": list(ids),
        "labels": [IGNORED] * answer_from + list(ids[answer_from:]),
    }


def answer_trainer(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    rows: Sequence[Row],
    *,
    common: CommonArguments,
    epochs: float,
    max_length: int,
    packing: bool,
) -> SFTTrainer:
    """TRL's SFTTrainer over rows that are rendered here, as everywhere.

    Packed, several rows stand one behind the other in sequences of ``max_length`` ids: nothing is
    padded, and no row sees another (their positions begin anew, by which attention keeps them
    apart).
    """
    dataset = Dataset.from_list(list(rows))
    if packing:
        dataset = cast(Dataset, pack_dataset(dataset, max_length, strategy="bfd"))
    return SFTTrainer(
        model=model,
        args=SFTConfig(
            num_train_epochs=epochs,
            max_length=max_length,
            packing=packing,
            dataset_kwargs={"skip_prepare_dataset": True},
            **common,
        ),
        train_dataset=dataset,
        processing_class=tokenizer,
    )


def longest(rows: Sequence[Row]) -> int:
    return max(len(row["input_ids"]) for row in rows)
