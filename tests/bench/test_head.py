"""What a head is measured with: what is chosen is chosen among the prompts that it learns from."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench import head
from bench.head_looks import LOOKS, USUAL, Read, looks_of, union
from bench.ranked import as_rows, read_ranked
from rewards.engine.models import load_tokenizer
from rewards.engine.pooling import Look
from rewards.engine.states import Reader
from tests.bench.letters import write_letters
from tests.rewards.tiny import make_tiny_base

PROMPTS = 40


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_letters(tmp_path / "data.jsonl", PROMPTS)


def test_a_look_has_the_columns_that_it_would_have_read_by_itself(tmp_path, data):
    base = make_tiny_base(tmp_path / "base")
    texts = as_rows(read_ranked(data)[:2], load_tokenizer(base), limit=256).texts
    looks = {"one": Look((2,), ("last", "answer")), "other": Look((1, 2), ("spread",))}

    read = Read(union(looks), Reader(base, union(looks), None).rows(texts))

    assert union(looks) == Look((1, 2), ("answer", "last", "spread"))
    for look in looks.values():
        np.testing.assert_allclose(read.of(look), Reader(base, look, None).rows(texts), atol=1e-5)


def test_the_look_is_chosen_by_the_prompts_that_a_fold_learns_from(tmp_path, data):
    """One look sees who wins among the first prompts alone, the other among the last alone. Where
    the last are held out, the first one is taken, and is of no use there: nothing else is chosen.
    """
    rows = as_rows(read_ranked(data), load_tokenizer(make_tiny_base(tmp_path / "base")), limit=256)
    better = np.isin(np.arange(len(rows.texts)), rows.pairs.better).astype(np.float32)
    noise = np.random.default_rng(0).normal(size=len(better)).astype(np.float32)
    first = rows.prompts < PROMPTS / 2
    states = np.stack([np.where(first, better, noise), np.where(first, noise, better)], axis=1)
    read = Read(Look((1,), ("answer", "evidence")), states)
    looks = {"first": Look((1,), ("answer",)), USUAL: Look((1,), ("evidence",))}

    found = head.trained(read, looks, rows, np.arange(PROMPTS // 2), head.Way(heads=1), seed=0)

    assert found.chosen == "first"
    held_out = rows.pairs.part(~first[rows.pairs.better])
    scores = found.scores[head.NESTED]
    right = scores[held_out.better, 0] > scores[held_out.worse, 0]
    assert 0.2 < right.mean() < 0.8


def test_it_tells_the_figures_of_the_usual_look_and_of_the_chosen_one(
    tmp_path, data, monkeypatch, capsys
):
    base = make_tiny_base(tmp_path / "base")
    monkeypatch.setattr(
        "sys.argv", ["head", "--data", str(data), "--base", str(base), "--heads", "1"]
    )

    head.main()

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["prompts"] == PROMPTS
    assert set(said["usual"]) == set(said["nested"]) >= {"accuracy", "advantage", "equal_length"}
    assert said["usual"]["accuracy_without_covariates"]["value"] > 0.9
    assert len(said["chosen"][0]) == head.FOLDS
    assert set(said["chosen"][0]) <= set(LOOKS)
    assert looks_of([USUAL], base) == {USUAL: Look((1,), ("evidence",))}
