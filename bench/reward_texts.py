"""The rankings that ``bench.reward`` learns, as ids that both sides read alike."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rewards.engine.chat import end_at_turn, prompt_room, render
from rewards.engine.models import load_tokenizer

LIMIT = 512


@dataclass(frozen=True)
class Cut:
    """One ranking: its texts and their ids, the best answer first, no ids past the limit."""

    asks: str
    says: list[str]
    prompt: list[int]
    answers: list[list[int]]

    @property
    def sequences(self) -> list[list[int]]:
        return [self.prompt + answer for answer in self.answers]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Places of the better and the worse of each pair."""
        places = range(len(self.answers))
        return [(better, worse) for better in places for worse in places[better + 1 :]]


@dataclass(frozen=True)
class Texts:
    train: Sequence[Cut]
    held: Sequence[Cut]

    @property
    def lengths(self) -> list[list[int]]:
        """Characters of each answer that is judged, whole."""
        return [[len(text) for text in cut.says] for cut in self.held]

    def as_json(self) -> dict[str, Any]:
        return {
            "train": [asdict(cut) for cut in self.train],
            "held": [asdict(cut) for cut in self.held],
        }

    @classmethod
    def from_json(cls, read: dict[str, Any]) -> "Texts":
        return cls([Cut(**cut) for cut in read["train"]], [Cut(**cut) for cut in read["held"]])


def read_texts(data: Path, base: Path, *, k: int, train: int, held: int) -> Texts:
    """The first ``train`` rankings of ``k`` answers in a file, and ``held`` that follow them.

    A prompt that leaves its answers too little room is passed over: ``train_reward`` leaves it out.
    """
    tokenizer = load_tokenizer(base)
    end_at_turn(tokenizer)
    cuts: list[Cut] = []
    for line in data.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if len(row["responses"]) != k or len(cuts) == train + held:
            continue
        texts = [response["text"] for response in row["responses"]]
        asks = [{"role": "user", "content": row["prompt"]}]
        rendered = [render(tokenizer, asks, [{"role": "assistant", "content": t}]) for t in texts]
        prompt = rendered[0].prompt
        if len(prompt) <= prompt_room(LIMIT):
            answers = [each.within(LIMIT)[len(prompt) :] for each in rendered]
            cuts.append(Cut(row["prompt"], texts, prompt, answers))
    if len(cuts) < train + held:
        raise SystemExit(f"{data} has {len(cuts)} rankings of {k}; ask for fewer.")
    return Texts(cuts[:train], cuts[train:])
