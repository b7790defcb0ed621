"""What earlier iterations kept is learned from wherever that is still right, in ids of now."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerBase

from rewards.engine.chat import prompt_ids
from rewards.engine.improving.earlier import Keeping, read_usable
from rewards.engine.improving.prompts import Asked, Parted
from rewards.engine.improving.samples import Sample, spelt_by
from rewards.engine.models import load_tokenizer
from rewards.engine.prompts import Prompt
from tests.rewards.engine.conftest import asks


@pytest.fixture
def tokenizer(base: Path) -> PreTrainedTokenizerBase:
    return load_tokenizer(base)


def ids_of(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def sample(tokenizer: PreTrainedTokenizerBase, text: str, score: float = 0.0) -> Sample:
    return Sample(text, ids_of(tokenizer, text), True, score)


def write(file: Path, prompts: dict[str, list[Sample]]) -> Path:
    rows = [
        {"prompt": name, "messages": asks(name), "answers": [asdict(each) for each in said]}
        for name, said in prompts.items()
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def asked(tokenizer: PreTrainedTokenizerBase, *names: str) -> list[Asked]:
    return [Asked(Prompt(each, asks(each)), prompt_ids(tokenizer, asks(each))) for each in names]


def keeping(tokenizer: PreTrainedTokenizerBase, **how: object) -> Keeping:
    parted = Parted(asked(tokenizer, "now"), asked(tokenizer, "seen"))
    usual = Keeping(tokenizer, parted, None, 200, 1.0, reads_whole=lambda prompt: True)
    return replace(usual, **how)  # type: ignore[arg-type]  # fields of a Keeping


def test_all_but_the_watched_and_the_unusable_are_kept(
    tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    yes = [sample(tokenizer, "yes")]
    long = "long " * 60
    file = write(tmp_path / "s.jsonl", dict.fromkeys(("now", "old", "seen", "gone", long), yes))
    usable = tmp_path / "usable.txt"
    usable.write_text("\n".join(["now", "old", "seen"]) + "\n")

    every = keeping(tokenizer).keep([file])
    some = keeping(tokenizer, usable=read_usable(usable)).keep([file])

    assert [each.prompt for each in every.best] == ["now", "old", "gone"]
    assert [each.prompt for each in some.best] == ["now", "old"]
    assert [each.ids for each in some.asked] == [
        prompt_ids(tokenizer, asks(name)) for name in ("now", "old")
    ]


def test_what_the_reward_model_does_not_read_whole_is_not_kept(
    tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    yes = [sample(tokenizer, "yes")]
    file = write(tmp_path / "s.jsonl", dict.fromkeys(("now", "old"), yes))

    kept = keeping(tokenizer, reads_whole=lambda prompt: prompt != asks("old")).keep([file])

    assert [each.prompt for each in kept.best] == ["now"]


def test_what_is_watched_is_learned_from_where_nothing_stops_by_it(
    tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    """Without a stopping model, prompts are watched and learned from as well."""
    file = write(tmp_path / "s.jsonl", {"seen": [sample(tokenizer, "yes")]})
    both = asked(tokenizer, "now", "seen")

    kept = keeping(tokenizer, parted=Parted(both, both[1:])).keep([file])

    assert [each.prompt for each in kept.best] == ["seen"]


def test_of_each_iteration_the_best_answer_stays(
    tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    """Two iterations have asked the same; the scores of two models are not compared."""
    first = write(
        tmp_path / "1", {"old": [sample(tokenizer, "no", 5), sample(tokenizer, "yes", 9)]}
    )
    second = write(tmp_path / "2", {"old": [sample(tokenizer, "perhaps", 1)]})

    kept = keeping(tokenizer).keep([first, second])

    assert [[answer.text for answer in each.answers] for each in kept.best] == [
        ["yes"],
        ["perhaps"],
    ]
    assert [each.id for each in kept.asked] == ["old"]


def test_ids_that_spell_the_text_stay_as_the_model_drew_them(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    """It began with a blank, which the text does not keep."""
    said = replace(sample(tokenizer, "yes"), ids=ids_of(tokenizer, " yes"))

    assert spelt_by(tokenizer, said) == said


@pytest.mark.parametrize("ids", ["other words", [10**6], []], ids=["other", "beyond", "none"])
def test_ids_of_another_tokenizer_are_spelt_anew(
    tokenizer: PreTrainedTokenizerBase, ids: str | list[int]
) -> None:
    theirs = ids_of(tokenizer, ids) if isinstance(ids, str) else ids
    said = Sample("yes, quite", theirs, True, 1.0)

    assert spelt_by(tokenizer, said) == replace(said, ids=ids_of(tokenizer, "yes, quite"))


def test_what_cannot_be_spelt_is_left_out(
    tokenizer: PreTrainedTokenizerBase, tmp_path: Path
) -> None:
    """The text holds what is a special token here, and would not come out as it went in."""
    odd = Sample("end with <|im_end|> always", [10**6], True, 9.0)
    file = write(tmp_path / "s.jsonl", {"a": [odd], "b": [odd, sample(tokenizer, "yes")]})

    kept = keeping(tokenizer).keep([file])

    assert spelt_by(tokenizer, odd) is None
    assert [(each.prompt, each.answers[0].text) for each in kept.best] == [("b", "yes")]
    assert [each.id for each in kept.asked] == ["b"]
