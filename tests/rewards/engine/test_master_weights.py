"""Masters in float32, a copy in bfloat16: what learns, what computes, what is saved."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from transformers import AutoModelForSequenceClassification, LlamaConfig, Trainer, TrainingArguments

from rewards.engine import master_weights
from rewards.engine.master_weights import MASTER, MasterAdamW

HOW = {"lr": 1e-2, "betas": (0.8, 0.9), "eps": 1e-6, "weight_decay": 0.1}


def weights(seed: int = 0) -> list[nn.Parameter]:
    chance = torch.Generator().manual_seed(seed)
    return [nn.Parameter(torch.randn(shape, generator=chance)) for shape in ((7, 3), (5,))]


def learn(optimizer: torch.optim.Optimizer, params: list[nn.Parameter], steps: range) -> None:
    """Steps with gradients that bfloat16 holds exactly, the same for every kind of parameter."""
    for step in steps:
        chance = torch.Generator().manual_seed(step)
        for param in params:
            grad = torch.randn(param.shape, generator=chance).bfloat16()
            param.grad = grad.to(param.dtype)
        optimizer.step()
        optimizer.zero_grad()


def masters(optimizer: MasterAdamW, params: list[nn.Parameter]) -> list[torch.Tensor]:
    return [optimizer.state[param][MASTER] for param in params]


def same(found: list[torch.Tensor], expected: list[torch.Tensor]) -> bool:
    pairs = zip(found, expected, strict=True)
    return all(a.dtype == b.dtype and torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("at_once", [4, 1 << 18], ids=["in stretches", "at once"])
def test_masters_learn_as_adamw_in_float32_does(monkeypatch, at_once):
    monkeypatch.setattr(master_weights, "AT_ONCE", at_once)
    plain, ours = weights(), weights()
    expected, optimizer = torch.optim.AdamW(plain, **HOW, fused=True), MasterAdamW(ours, **HOW)

    learn(expected, plain, range(5))
    learn(optimizer, ours, range(5))

    torch.testing.assert_close(masters(optimizer, ours), [p.data for p in plain])
    assert same([p.data for p in ours], [m.bfloat16() for m in masters(optimizer, ours)])


def test_a_step_too_small_for_bfloat16_is_not_lost():
    """1 + 2**-12 rounds to 1 in bfloat16 (8 bits); 32 such steps reach 1 + 2**-7."""
    weight = nn.Parameter(torch.ones(1))
    optimizer = MasterAdamW([weight], lr=2**-12, eps=0.0)

    for _ in range(32):
        weight.grad = torch.full_like(weight, -1.0)
        optimizer.step()

    assert weight.dtype == torch.bfloat16
    assert weight.item() == 1 + 2**-7


def test_an_exact_group_is_its_own_master():
    head, body = weights()
    optimizer = MasterAdamW([{"params": [body]}, {"params": [head], "exact": True}], **HOW)
    plain = weights()[0]

    learn(optimizer, [head], range(3))
    learn(torch.optim.AdamW([plain], **HOW, fused=True), [plain], range(3))

    assert (head.dtype, body.dtype) == (torch.float32, torch.bfloat16)
    torch.testing.assert_close(head, plain)
    assert MASTER not in optimizer.state[head]


def test_a_state_goes_through_a_file_and_on_as_if_nothing_had_happened(tmp_path):
    """The new weights begin elsewhere: all that counts is in the state."""
    whole, broken, fresh = weights(), weights(), weights(seed=1)
    undisturbed, before = MasterAdamW(whole, **HOW), MasterAdamW(broken, **HOW)
    learn(undisturbed, whole, range(6))

    learn(before, broken, range(3))
    torch.save(before.state_dict(), tmp_path / "optimizer.pt")
    after = MasterAdamW(fresh, lr=1.0)
    after.load_state_dict(torch.load(tmp_path / "optimizer.pt", weights_only=True))
    learn(after, fresh, range(3, 6))

    assert same(masters(after, fresh), masters(undisturbed, whole))
    assert same([p.data for p in fresh], [p.data for p in whole])


def test_weights_must_begin_in_float32():
    with pytest.raises(TypeError, match="begin in float32"):
        MasterAdamW([nn.Parameter(torch.zeros(2, dtype=torch.bfloat16))])


def tiny(seed: int = 0) -> Any:
    torch.manual_seed(seed)
    shape: dict[str, Any] = {
        "vocab_size": 20,
        "hidden_size": 8,
        "intermediate_size": 12,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "num_labels": 1,
        "pad_token_id": 0,
    }
    return AutoModelForSequenceClassification.from_config(LlamaConfig(**shape), dtype=torch.float32)


class Towards(Trainer):
    """Teaches rewards: a loss that needs no rankings."""

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        states = model.model(input_ids=inputs["input_ids"]).last_hidden_state[:, -1]
        return (model.score(states.float())[:, 0] - inputs["aim"]).square().mean()


def trained(folder: Path, model: Any, *, resume: bool = False) -> MasterAdamW:
    """Four steps with clipping and a falling rate; a checkpoint after the second."""
    body = list(model.model.parameters())
    head = list(model.score.parameters())
    parts: list[dict[str, Any]] = [{"params": body}, {"params": head, "exact": True}]
    optimizer = MasterAdamW(parts, lr=1e-2)
    args = TrainingArguments(
        output_dir=str(folder),
        max_steps=4,
        save_steps=2,
        learning_rate=1e-2,
        max_grad_norm=0.5,
        per_device_train_batch_size=2,
        lr_scheduler_type="linear",
        use_cpu=True,
        disable_tqdm=True,
        report_to="none",
        remove_unused_columns=False,
    )
    rows = [{"input_ids": [1 + n, 5, 9], "aim": float(n)} for n in range(8)]
    trainer = Towards(model=model, args=args, train_dataset=rows, optimizers=(optimizer, None))
    trainer.train(resume_from_checkpoint=str(folder / "checkpoint-2") if resume else None)
    return optimizer


def test_a_trainer_that_goes_on_from_a_checkpoint_ends_at_the_same_numbers(tmp_path):
    undisturbed, resumed = tiny(), tiny(seed=1)

    whole = trained(tmp_path, undisturbed)
    rest = trained(tmp_path, resumed, resume=True)

    whole.to_float32(undisturbed)
    rest.to_float32(resumed)
    expected = undisturbed.state_dict()
    assert {
        name: torch.equal(value, expected[name]) for name, value in resumed.state_dict().items()
    } == dict.fromkeys(expected, True)


def test_a_saved_folder_holds_the_masters_in_float32(tmp_path):
    model = tiny()
    optimizer = trained(tmp_path / "run", model)
    names = {weight: name for name, weight in model.named_parameters()}
    expected = {
        names[weight]: state.get(MASTER, weight).detach().clone()
        for weight, state in optimizer.state.items()
    }

    optimizer.to_float32(model)
    model.save_pretrained(tmp_path / "model")

    saved = load_file(tmp_path / "model" / "model.safetensors")
    assert saved.keys() == expected.keys()
    assert all(torch.equal(saved[name], expected[name]) for name in expected)
    assert {value.dtype for value in saved.values()} == {torch.float32}
    assert any(not torch.equal(value, value.bfloat16().float()) for value in saved.values())
