"""A reward model learns rankings, survives a kill, and leaves a folder that others load."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from annotate.export.batches import Row
from rewards.engine import train_reward, training
from rewards.engine.data import open_snapshot
from rewards.engine.errors import BadConfig, BadInput, Diverged
from rewards.engine.groups import padded, read_groups
from rewards.engine.messages import with_system
from rewards.engine.models import (
    give_own_pad,
    load_policy,
    load_tokenizer,
    placed,
    rewards_of,
)
from rewards.engine.scorer import Scorer
from rewards.engine.train_reward import main
from rewards.engine.training import Watch
from tests.rewards.engine.conftest import Run, asks, freeze_ranked, ranked_row, says


@pytest.fixture
def config(base: Path, tmp_path: Path, letters: list[Row]) -> dict[str, object]:
    return {
        "snapshot": freeze_ranked(tmp_path / "frozen", train=letters),
        "base": base,
        "out": tmp_path / "model",
        "learning_rate": 3e-3,
        "epochs": 2,
        "groups": 2,
    }


@pytest.fixture
def in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on hardware that has no bfloat16."""
    for module in (training, train_reward):
        monkeypatch.setattr(module, "fast_dtype", lambda: torch.float32)


def test_it_learns_which_answer_people_prefer(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    result = run(main, config)

    scorer = Scorer(tmp_path / "model")
    answers = [says(text) for text in ("eeee eeee", "aeae aeae", "aaaa aaaa")]
    scores = scorer.score([asks("question 99")] * 3, answers)
    assert scores == sorted(scores, reverse=True)
    assert {
        key: result[key] for key in ("groups", "pairs", "ties", "skipped_long", "cut_long")
    } == {
        "groups": 30,
        "pairs": 90,
        "ties": 0,
        "skipped_long": 0,
        "cut_long": 0,
    }
    assert float(str(result["train_accuracy"])) > 0.9
    assert float(str(result["loss"])) < 0.5


def test_the_folder_loads_as_plain_sequence_classification_and_scores_the_same(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    run(main, config)
    folder = tmp_path / "model"
    prompts = [asks("question 99"), asks("another, longer question"), asks("why?")]
    answers = [says("eeee"), says("a much longer answer that has to be padded less"), says("aa")]

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    texts = [
        tokenizer.apply_chat_template([*with_system(prompt), *answer], tokenize=False)
        for prompt, answer in zip(prompts, answers, strict=True)
    ]
    batch = tokenizer(texts, padding=True, padding_side="right", return_tensors="pt")
    with torch.inference_mode():
        theirs = model(**batch).logits[:, 0].tolist()

    assert Scorer(folder).score(prompts, answers) == pytest.approx(theirs, abs=1e-4)
    assert model.dtype == torch.float32
    assert tokenizer.pad_token_id not in (None, tokenizer.eos_token_id)
    assert sorted(path.suffix for path in folder.iterdir() if path.stat().st_size > 20_000) == [
        ".safetensors"
    ]


def test_the_manifest_says_where_the_model_comes_from(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path
) -> None:
    result = run(main, config)

    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    frozen = json.loads((tmp_path / "frozen" / "manifest.json").read_text())
    assert manifest["kind"] == "reward"
    assert manifest["base"] == manifest["parent"] == str(base)
    assert manifest["snapshot"] == frozen["digest"]
    assert manifest["config"]["max_length"] == 512
    assert manifest["metrics"] == result


def test_a_killed_run_goes_on_and_ends_at_the_same_numbers(
    run: Run,
    config: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    undisturbed = run(main, {**config, "out": tmp_path / "undisturbed"}, name="undisturbed")
    save = Watch.on_save

    def save_and_die(self: Watch, args: Any, state: Any, control: Any, **rest: object) -> None:
        save(self, args, state, control, **rest)
        if state.global_step == 11:
            raise KeyboardInterrupt

    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    monkeypatch.setattr(Watch, "on_save", save_and_die)
    with pytest.raises(KeyboardInterrupt):
        run(main, config)
    monkeypatch.undo()
    (tmp_path / "runs" / "run" / "checkpoints" / "checkpoint-12").mkdir()  # torn by the kill
    capsys.readouterr()

    resumed = run(main, config)

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = ("groups", "pairs", "train_accuracy", "loss")
    assert [line["step"] for line in said if line["says"] == "training"][:2] == [11, 12]
    assert {key: resumed[key] for key in told} == {key: undisturbed[key] for key in told}
    ours, theirs = (
        load_file(tmp_path / name / "model.safetensors") for name in ("model", "undisturbed")
    )
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert not (tmp_path / "runs" / "run" / "checkpoints").exists()


def test_shares_of_a_snapshot_are_disjoint_and_whole(base: Path, config: dict[str, object]) -> None:
    tokenizer = load_tokenizer(base)
    snapshot = open_snapshot(Path(str(config["snapshot"])), "ranked")

    read = [
        read_groups(snapshot, tokenizer, share=share, limit=512).groups
        for share in [(0, 2), (1, 2), (0, 1)]
    ]

    first, second, whole = ({tuple(group.sequences[0]) for group in groups} for groups in read)
    assert first & second == set()
    assert first | second == whole
    assert len(whole) == 30


def test_a_prompt_too_long_to_be_read_is_left_out_and_a_long_answer_is_cut(
    run: Run, base: Path, tmp_path: Path
) -> None:
    """Of 160 ids a prompt may take 120. A tiny base reads bytes; the template takes about 80."""
    long_prompt = ranked_row(1, ["a", "b"], [[0], [1]])
    long_prompt["prompt"] = asks("why? " * 40)
    rows = [long_prompt, ranked_row(2, ["a", "b" * 200], [[0], [1]])]

    result = run(
        main,
        {
            "snapshot": freeze_ranked(tmp_path / "frozen", train=rows),
            "base": base,
            "out": tmp_path / "model",
            "max_length": 160,
        },
    )

    assert (result["groups"], result["skipped_long"], result["cut_long"]) == (1, 1, 1)


def test_the_batches_of_a_step_count_as_one(
    run: Run, config: dict[str, object], tmp_path: Path, in_float32: None
) -> None:
    """Three rankings in one batch, or in three batches of one step: the same numbers."""
    together = run(main, {**config, "max_steps": 3, "groups": 3}, name="together")

    apart = {**config, "max_steps": 3, "groups": 3, "out": tmp_path / "apart"}
    found = run(main, {**apart, "tokens_per_batch": 1}, name="apart")

    assert found["loss"] == pytest.approx(together["loss"], abs=1e-6)


def test_a_reward_keeps_its_digits_where_the_rest_is_in_bfloat16(base: Path) -> None:
    model = placed(AutoModelForSequenceClassification.from_pretrained(base, num_labels=1))
    ids, mask = padded([[5, 6, 7], [8, 9]], 256)

    with torch.autocast("cpu", torch.bfloat16), torch.inference_mode():
        rewards = rewards_of(model, ids, mask)

    assert rewards.dtype == torch.float32
    assert not torch.equal(rewards, rewards.bfloat16().float())


def test_the_pad_token_is_one_that_no_text_holds(base: Path) -> None:
    """Another special token where there is one to spare, else a new one."""
    spare, none_left = load_tokenizer(base), load_tokenizer(base)
    model = load_policy(base, torch.float32)
    spare.pad_token = spare.eos_token
    none_left.pad_token = none_left.unk_token = none_left.eos_token

    give_own_pad(spare, model)
    give_own_pad(none_left, model)

    assert spare.pad_token == "<|unknown|>"
    assert none_left.pad_token == "<|pad|>"
    assert model.config.pad_token_id == none_left.pad_token_id


def test_only_the_first_layers_are_kept_when_asked(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    run(main, {**config, "layers": 1, "max_steps": 1})

    model = AutoModelForSequenceClassification.from_pretrained(tmp_path / "model")
    assert model.config.num_hidden_layers == len(model.model.layers) == 1


def test_memory_is_spared_for_wide_batches_without_changing_the_numbers(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    plain = run(main, {**config, "max_steps": 3}, name="plain")

    asked = {**config, "max_steps": 3, "recompute": "always", "out": tmp_path / "spared"}
    spared = run(main, asked, name="spared")

    assert spared["loss"] == pytest.approx(plain["loss"], abs=1e-6)


def test_nonsense_is_refused_in_words(run: Run, config: dict[str, object], tmp_path: Path) -> None:
    held_out_only = freeze_ranked(tmp_path / "other", test=[ranked_row(1, ["a", "b"], [[0], [1]])])

    with pytest.raises(BadConfig, match=r"'share' must be \[i, n\] with 0 <= i < n, not \[2, 2\]"):
        run(main, {**config, "share": [2, 2]})
    with pytest.raises(BadConfig, match="'layers' must be 1 to 2"):
        run(main, {**config, "layers": 3})
    with pytest.raises(BadInput, match="no ranking to learn from in share 0 of 1"):
        run(main, {**config, "snapshot": held_out_only})


def test_a_loss_that_is_no_number_stops_the_run_in_words(
    run: Run, config: dict[str, object]
) -> None:
    with pytest.raises(Diverged, match="not a number at step .*; lower the learning rate"):
        run(main, {**config, "learning_rate": 1e30})
