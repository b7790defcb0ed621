"""Tiny models, tiny snapshots, and runs of an engine script inside the test's own process."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from annotate.export.batches import Row
from annotate.export.policy import Policy
from tests.annotate.export.freezing import write_snapshot
from tests.rewards.tiny import make_tiny_base

Answer = list[dict[str, str]]
Run = Callable[..., dict[str, object]]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One tiny base for all tests; nobody writes to it."""
    return make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Carry out ``main`` with a config in a run folder, and give its result."""

    def carry_out(
        main: Callable[[Path], None], config: Mapping[str, object], name: str = "run"
    ) -> dict[str, object]:
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(config, default=str))
        main(folder)
        result: dict[str, object] = json.loads((folder / "result.json").read_text())
        return result

    return carry_out


def says(text: str) -> Answer:
    return [{"role": "assistant", "content": text}]


def asks(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def ranked_row(number: int, answers: list[str], tiers: list[list[int]]) -> Row:
    """A ranking of ``answers`` under prompt ``p<number>``; what no tier holds is unrankable."""
    placed = {place for tier in tiers for place in tier}
    return {
        "prompt": asks(f"question {number}"),
        "answers": [says(answer) for answer in answers],
        "tiers": tiers,
        "unrankable": [place for place in range(len(answers)) if place not in placed],
        "strengths": [None] * (len(tiers) - 1),
        "ratings": None,
        "flags": None,
        "spans": None,
        "reason": "",
        "ideal": None,
        "ideal_id": "",
        "sources": ["someone"] * len(answers),
        "tools": None,
        "prompt_id": f"p{number}",
        "side": "train",
        "iteration": "2026-W48",
        "skill": "",
        "language": "en",
        "ranking_id": f"r{number}",
        "rater": "someone",
    }


def pair_row(number: int, chosen: str, rejected: str, **numbers: float) -> Row:
    """``chosen`` was preferred to ``rejected`` under prompt ``p<number>``."""
    return {
        "prompt": asks(f"question {number}"),
        "chosen": says(chosen),
        "rejected": says(rejected),
        **numbers,
        "tools": None,
        "prompt_id": f"p{number}",
        "side": "train",
        "iteration": "2026-W48",
        "skill": "",
        "language": "en",
        "ranking_id": f"r{number}",
        "rater": "someone",
        "ideal_id": "",
        "strength": None,
        "chosen_source": "someone",
        "rejected_source": "someone",
    }


def sft_row(number: int, answer: str) -> Row:
    return {
        "messages": asks(f"question {number}") + says(answer),
        "answer_from": 1,
        "tools": None,
        "prompt_id": f"p{number}",
        "side": "train",
        "iteration": "2026-W48",
        "skill": "",
        "language": "en",
        "demonstration_id": f"d{number}",
        "rater": "someone",
    }


def freeze_ranked(folder: Path, **sides: list[Row]) -> Path:
    write_snapshot(folder, kind="ranked", rows=sides)
    return folder


def freeze_pairs(folder: Path, policy: Policy, **sides: list[Row]) -> Path:
    write_snapshot(folder, kind="preference", rows=sides, policy=policy)
    return folder


def freeze_sft(folder: Path, **sides: list[Row]) -> Path:
    write_snapshot(folder, kind="sft", rows=sides)
    return folder


def write_prompts(path: Path, texts: Mapping[str, str]) -> Path:
    lines = [json.dumps({"id": name, "messages": asks(text)}) for name, text in texts.items()]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def letters() -> list[Row]:
    """Thirty rankings of three in which the answer with more letters e is better."""
    texts = ["eeee eeee", "aeae aeae", "aaaa aaaa"]
    return [ranked_row(number, texts, [[0], [1], [2]]) for number in range(30)]
