"""Frozen states: what is pooled, what is kept, and that a kill tears nothing."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModel

from rewards.engine import pooling, states
from rewards.engine.chat import Ids
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.first_layers import blocks_of, load_first_layers
from rewards.engine.pooling import Look
from rewards.engine.state_cache import Cache
from rewards.engine.states import Reader

ALL = Look((1, 2), ("answer", "whole", "last", "spread"))


@pytest.fixture(autouse=True)
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "fast_dtype", lambda: torch.float32)


def test_states_are_pooled_over_answer_whole_and_last(base: Path) -> None:
    """By hand from all hidden states; the second layer's are taken before the last norm."""
    text = Ids([5, 6, 7], [8, 9])
    whole = AutoModel.from_pretrained(base)
    caught: dict[str, Any] = {}
    blocks_of(whole)[0].register_forward_hook(lambda _m, _i, out: caught.update(first=out))
    with torch.inference_mode():
        whole(torch.tensor([text]))
    state = caught["first"][0] if isinstance(caught["first"], tuple) else caught["first"]
    state = state.reshape(5, -1)  # (T, D)

    (row,) = Reader(base, Look((1,), ALL.poolings), None).rows([text])

    expected = torch.cat(
        [state[3:].mean(0), state.mean(0), state[4], state[3:].std(0, correction=0)]
    )
    np.testing.assert_allclose(row, expected.numpy(), atol=1e-5)


def test_evidence_grows_with_the_answer_and_not_with_the_size_of_its_states() -> None:
    """Two tokens of length 1 in every coordinate: 2 / (2 + 300) of their mean, however large."""
    states_ = torch.tensor([[[9.0, 9.0], [1.0, 1.0], [50.0, 50.0]]])
    spans = pooling.spans_of([Ids([5], [6, 7])], 3, Look((1,), ("evidence",)))

    (found,) = pooling.pooled(states_, spans, ("evidence",))

    assert found.tolist() == pytest.approx([2 / 302, 2 / 302], abs=1e-6)


def test_padding_changes_nothing(base: Path) -> None:
    short, long = Ids([5, 6, 7], [8, 9]), Ids([5, 6, 7], [*range(10, 60)])
    reader = Reader(base, ALL, None)

    together = reader.rows([long, short])

    np.testing.assert_allclose(together[1], reader.rows([short])[0], atol=1e-5)


def test_only_the_layers_that_are_read_are_loaded(base: Path) -> None:
    assert len(blocks_of(load_first_layers(base, 1))) == 1
    with pytest.raises(BadConfig, match="1 to 2"):
        load_first_layers(base, 3)


def test_what_was_read_is_found_again_to_the_last_digit(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [Ids([5], [6, 7]), Ids([5], [8]), Ids([5], [6, 7])]
    first = Reader(base, ALL, tmp_path).rows(texts)
    monkeypatch.setattr(Reader, "_pooled", None)  # would fail if it were called

    again = Reader(base, ALL, tmp_path).rows(texts)

    assert np.array_equal(first, again)
    assert np.array_equal(first[0], first[2])


def test_another_look_or_another_split_is_another_row(base: Path, tmp_path: Path) -> None:
    reader = Reader(base, ALL, tmp_path)
    one, other = reader.rows([Ids([5, 6], [7]), Ids([5], [6, 7])])
    fewer = Reader(base, Look((1,), ("whole",)), tmp_path).rows([Ids([5, 6], [7])])

    assert not np.array_equal(one, other)
    assert fewer.shape == (1, one.size // 8)


def test_what_a_killed_writer_left_is_not_read(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.add({b"k" * 32: np.ones(3, np.float32)})
    (tmp_path / ".0000.safetensors.partial").write_bytes(b"torn")

    found = Cache(tmp_path).find([b"k" * 32, b"n" * 32])

    assert {key: row.tolist() for key, row in found.items()} == {b"k" * 32: [1.0, 1.0, 1.0]}


def test_two_caches_see_what_the_other_wrote(tmp_path: Path) -> None:
    one, other = Cache(tmp_path), Cache(tmp_path)
    assert other.find([b"k" * 32]) == {}

    one.add({b"k" * 32: np.ones(3, np.float32)})

    assert list(other.find([b"k" * 32])) == [b"k" * 32]


def test_a_look_that_makes_no_sense_is_refused(base: Path) -> None:
    with pytest.raises(BadConfig, match="'poolings'"):
        Look((1,), ("middle",))
    with pytest.raises(BadConfig, match="'layers'"):
        Look((), ("whole",))
    with pytest.raises(BadInput, match="Rendered.within"):
        Reader(base, Look((1,), ("answer",)), None).rows([[5, 6]])
    with pytest.raises(BadInput, match="no token"):
        Reader(base, Look((1,), ("answer",)), None).rows([Ids([5, 6], [])])
