"""What a loop begins with: rankings cut into disjoint sets of prompts, frozen as the product does.

A line of the file is {"prompt": text, "responses": [{"text": …, "score": …}, …]}, best first.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.export.batches import Row, batches_of
from annotate.export.forms import form_of
from annotate.export.policy import Policy
from annotate.export.publishing import NOTHING, publish
from annotate.export.shards import write_shards
from bench.ranked import Line, read_ranked
from commons.stores import FolderStore

SHARES = {"reward": 0.42, "stopping": 0.16, "judge": 0.42}  # of the prompts not held out


@dataclass(frozen=True)
class Sets:
    """Frozen rankings by what they teach, and the prompts of either side."""

    frozen: dict[str, Path]
    train: list[Line]
    held_out: list[Line]

    def sizes(self) -> dict[str, int]:
        most = len(self.train)
        return {
            **{name: len(part) for name, part in parts_of(self.train).items()},
            "train": most,
            "held_out": len(self.held_out),
        }


def cut(data: Path, folder: Path, *, held_out: int, seed: int) -> Sets:
    """Shuffle the file's prompts, hold some out, and freeze what is left, a set for each model."""
    lines = read_ranked(data)
    random.Random(seed).shuffle(lines)
    train = lines[held_out:]
    frozen = {}
    for name, part in parts_of(train).items():
        frozen[name] = folder / "snapshots" / name
        if not frozen[name].exists():
            _freeze(frozen[name], part)
    return Sets(frozen, train, lines[:held_out])


def parts_of(train: Sequence[Line]) -> dict[str, Sequence[Line]]:
    parts, begins = {}, 0
    for name, share in SHARES.items():
        ends = begins + round(share * len(train))
        parts[name] = train[begins : len(train) if name == "judge" else ends]
        begins = ends
    return parts


def write_prompts(target: Path, lines: Sequence[Line], prefix: str) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = (
        {"id": f"{prefix}{n}", "messages": [{"role": "user", "content": line.prompt}]}
        for n, line in enumerate(lines)
    )
    target.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return target


def _freeze(target: Path, lines: Sequence[Line]) -> None:
    policy = Policy()
    staged = FolderStore(target.parent).staged(target.name)
    form = form_of("ranked", policy)
    rows = [_row(number, line) for number, line in enumerate(lines)]
    shards = write_shards(
        staged, "train-00000", form.batches(batches_of(rows)), form.columns, files=policy.files
    )
    publish(
        staged,
        kind="ranked",
        policy=policy,
        said=policy.as_json(),
        members="bench",
        shards={"train": list(shards)},
        facts=NOTHING,
    )


def _row(number: int, line: Line) -> Row:
    return {
        "prompt": [{"role": "user", "content": line.prompt}],
        "answers": [[{"role": "assistant", "content": text}] for text in line.answers],
        "tiers": _tiers(line.scores),
        "unrankable": [],
        "strengths": [None] * (len(set(line.scores)) - 1),
        "ratings": None,
        "flags": None,
        "spans": None,
        "reason": "",
        "ideal": None,
        "ideal_id": "",
        "sources": [""] * len(line.answers),
        "tools": None,
        "prompt_id": f"p{number}",
        "side": "train",
        "iteration": "",
        "skill": "",
        "language": "en",
        "ranking_id": f"r{number}",
        "rater": "",
    }


def _tiers(scores: Sequence[float]) -> list[list[int]]:
    """Answers of equal score share a tier."""
    tiers: list[list[int]] = []
    for place, score in enumerate(scores):
        if place and score == scores[place - 1]:
            tiers[-1].append(place)
        else:
            tiers.append([place])
    return tiers
