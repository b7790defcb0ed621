"""With this template and tokenizer a prompt of n words is "user : … assistant :", n + 4 tokens."""

import pytest
from datasets import Dataset
from transformers import PreTrainedTokenizerFast
from trl.trainer.reward_trainer import RewardTrainer

from annotate.export.preflight.figures import Effect, Spread
from annotate.export.preflight.tokens import Length, effects
from tests.annotate.export.judgements import asked, said
from tests.annotate.export.preflight.judged import ranked, report_on, written


def test_a_pair_is_as_long_as_its_longer_side(tokenizer):
    """1 + 4 tokens of prompt; the answers have 1, 3 and 2."""
    item = ranked("a", "a b c", "a b", pairs=[(0, 2), (1, 2)])

    found = report_on(item, tokenizer=tokenizer).tokens

    assert found.prompts == Spread(1, 5, 5, 5, 5, 5, 5, 5)
    assert found.answers == Spread(3, 2, 1, 1, 2, 3, 3, 3)
    assert found.rows == Spread(2, 7.5, 7, 7, 7, 8, 8, 8)


def test_rows_over_the_limit_are_counted_and_named_for_every_trainer(tokenizer):
    """Limit 7: the prompt takes 5, so the answer of three words is too long, two are not. The
    prompt of three words fills it by itself. Of three pairs KTO makes six rows."""
    fits = ranked("a", "a b", prompt_id="p1")
    long = ranked("a", "a b c", prompt_id="p2")
    full = ranked("a", "b", prompt="ask me now", prompt_id="p3")

    found = report_on(fits, long, full, tokenizer=tokenizer, max_length=7).tokens

    assert (found.over_length, found.over_length_share) == (2, 2 / 3)
    assert found.trainers == [
        Effect("Reward", rows=3, dropped=2, cut=0),
        Effect("DPO", rows=3, dropped=1, cut=1),
        Effect("KTO", rows=6, dropped=2, cut=1),
    ]
    assert found.longest_named == [
        {"prompt_id": "p2", "tokens": 8},
        {"prompt_id": "p3", "tokens": 8},
    ]


def test_the_reward_trainer_itself_drops_those_pairs(tokenizer):
    theirs = PreTrainedTokenizerFast(tokenizer_file=str(tokenizer / "tokenizer.json"))
    theirs.chat_template = (tokenizer / "chat_template.jinja").read_text()
    pairs = [("a", "a b"), ("a b c", "a"), ("a", "a b c")]
    rows = Dataset.from_list(
        [{"prompt": asked("ask"), "chosen": said(b), "rejected": said(w)} for b, w in pairs]
    )
    args = type("Args", (), {"max_length": 7, "dataset_num_proc": None})()
    items = [ranked(*pair, prompt_id=f"p{at}") for at, pair in enumerate(pairs)]

    kept = RewardTrainer._prepare_dataset(None, rows, theirs, args, "train")

    found = report_on(*items, tokenizer=tokenizer, max_length=7).tokens
    assert len(kept) == 1
    assert found.trainers[0] == Effect("Reward", rows=3, dropped=2, cut=0)
    assert len(kept[0]["rejected_ids"]) == found.rows.least == 7


@pytest.mark.parametrize(
    ("kind", "row", "expected"),
    [
        ("sft", [Length(6, 1)], []),
        ("sft", [Length(6, 2)], ["SFT.cut"]),
        ("sft", [Length(7, 0)], ["SFT.dropped"]),
        ("unpaired", [Length(7, 1)], ["KTO.dropped"]),
        ("preference", [Length(6, 1), Length(6, 2)], ["Reward.dropped", "DPO.cut", "KTO.cut"]),
        ("ranked", [Length(6, 9)], []),
        ("prompts", [Length(9, 0)], []),
    ],
)
def test_what_a_trainer_does_to_a_row_at_a_limit_of_seven(kind, row, expected):
    assert list(effects(kind, row, 7)) == expected


def test_a_demonstration_is_one_row_and_a_prompt_is_one_without_an_answer(tokenizer):
    shown = report_on(written("a b"), kind="sft", tokenizer=tokenizer).tokens
    alone = report_on(written("a b"), kind="prompts", tokenizer=tokenizer).tokens

    assert (shown.rows.p50, alone.rows.p50) == (7, 5)


def test_items_that_the_template_refuses_are_named_and_not_measured(tokenizer):
    (tokenizer / "chat_template.jinja").write_text(
        "{% if messages[0].content == 'no' %}{{ raise_exception('no') }}{% endif %}x"
    )

    found = report_on(
        written("a"), written("a", prompt="no", prompt_id="p2"), kind="sft", tokenizer=tokenizer
    ).tokens

    assert (found.unrenderable, found.unrenderable_named, found.rows.count) == (1, ["p2"], 1)


def test_without_a_tokenizer_tokens_are_absent_and_not_zero():
    assert report_on(written("a"), kind="sft").tokens is None
