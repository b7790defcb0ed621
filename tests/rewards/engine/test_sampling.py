"""Answers drawn side by side are the ones that each prompt would get alone."""

from pathlib import Path

import pytest
import torch
from transformers import PreTrainedModel

from rewards.engine.chat import prompt_ids
from rewards.engine.models import load_policy, load_tokenizer
from rewards.engine.sampling import Drawn, Row, draw, pick, plain_text, stops_of
from tests.rewards.engine.conftest import asks

COLD = 1e-4  # so cold that the likeliest token is always drawn


@pytest.fixture
def model(base: Path) -> PreTrainedModel:
    """The tiny base, made to look around, and so sure that rounding cannot change its mind."""
    model = load_policy(base, torch.float32)
    with torch.no_grad():
        model.get_output_embeddings().weight.mul_(30)
        for name, weight in model.named_parameters():
            if "self_attn" in name:
                weight.mul_(8)
    return model


def chance(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def greedy(model: PreTrainedModel, prompt: list[int], limit: int) -> Drawn:
    """The naive way: the whole sequence anew for every token, no cache, no batch."""
    ids: list[int] = []
    while len(ids) < limit:
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([prompt + ids])).logits[0, -1]
        token = int(logits.argmax())
        if token in stops_of(model):
            return Drawn(ids, finished=True)
        ids.append(token)
    return Drawn(ids, finished=False)


def test_rows_of_different_prompts_do_not_disturb_each_other(
    model: PreTrainedModel, base: Path
) -> None:
    tokenizer = load_tokenizer(base)
    prompts = [prompt_ids(tokenizer, asks(text)) for text in ("a", "a longer question", "why?")]
    rows = [Row(place, COLD) for place in (0, 1, 2, 1)]

    drawn = draw(model, prompts, rows, max_new_tokens=12, generator=chance())

    assert drawn == [greedy(model, prompts[row.prompt], 12) for row in rows]


def test_rows_go_on_undisturbed_when_half_of_the_others_have_ended(
    model: PreTrainedModel, base: Path
) -> None:
    """What all rows say, each at another place, is made a stop, so that they end one by one."""
    tokenizer = load_tokenizer(base)
    texts = ["a", "why?", "a longer question", "how", "so many words", "what is it"]
    prompts = [prompt_ids(tokenizer, asks(text)) for text in texts]
    model.generation_config.eos_token_id = []
    free = [greedy(model, prompt, 16).ids for prompt in prompts]
    said_by_all = set(free[0]).intersection(*free[1:])
    stop = max(said_by_all, key=lambda token: len({ids.index(token) for ids in free}))
    model.generation_config.eos_token_id = [stop]
    rows = [Row(place, COLD) for place in range(6)]

    drawn = draw(model, prompts, rows, max_new_tokens=16, generator=chance())

    assert drawn == [greedy(model, prompt, 16) for prompt in prompts]
    assert all(answer.finished for answer in drawn)
    assert len({len(answer.ids) for answer in drawn}) >= 4


def test_the_same_seed_draws_the_same_answers(model: PreTrainedModel) -> None:
    first, again, other = (
        draw(model, [[5, 6, 7]], [Row(0, 30.0)] * 4, max_new_tokens=8, generator=chance(seed))
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_the_nucleus_leaves_the_unlikely_out() -> None:
    """Chances 0.5, 0.3, 0.15, 0.05: 0.7 is reached by two tokens, 0.9 by three."""
    logits = torch.tensor([[0.5, 0.3, 0.15, 0.05]]).log().repeat(2000, 1)
    even = torch.ones(2000, 1)

    narrow = pick(logits, even, top_p=torch.tensor([[0.7]]), generator=chance())
    wide = pick(logits, even, top_p=torch.tensor([[0.9]]), generator=chance())
    all_ = pick(logits, even, top_p=torch.tensor([[1.0]]), generator=chance())

    assert [sorted(set(drawn.tolist())) for drawn in (narrow, wide, all_)] == [
        [0, 1],
        [0, 1, 2],
        [0, 1, 2, 3],
    ]
    assert (narrow == 0).float().mean().item() == pytest.approx(0.5 / 0.8, abs=0.05)


def test_every_row_has_its_own_temperature() -> None:
    logits = torch.tensor([[2.0, 1.0, 0.0]]).repeat(400, 1)
    temperatures = torch.tensor([[COLD], [100.0]]).repeat(200, 1)

    drawn = pick(logits, temperatures, top_p=torch.tensor([[1.0]]), generator=chance())

    assert set(drawn[0::2].tolist()) == {0}
    assert set(drawn[1::2].tolist()) == {0, 1, 2}


def test_a_flat_distribution_is_sorted_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two likeliest of four even tokens hold 0.5 < 0.9, so all are looked at."""
    monkeypatch.setattr("rewards.engine.sampling.LIKELIEST", 2)

    drawn = pick(
        torch.zeros(400, 4), torch.ones(400, 1), top_p=torch.tensor([[0.9]]), generator=chance()
    )

    assert set(drawn.tolist()) == {0, 1, 2, 3}


def test_a_half_character_at_the_cut_is_dropped(base: Path) -> None:
    tokenizer = load_tokenizer(base)
    ids = tokenizer("so é", add_special_tokens=False)["input_ids"]

    assert plain_text(tokenizer, Drawn(ids[:-1], finished=False)) == "so"
