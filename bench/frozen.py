"""Rankings of a data file as the frozen snapshot that training reads."""

from collections.abc import Sequence
from pathlib import Path

from annotate.export.batches import Row, batches_of
from annotate.export.forms import form_of
from annotate.export.policy import Policy
from annotate.export.publishing import publish
from annotate.export.shards import write_shards
from bench.reward_texts import Cut
from commons.stores import FolderStore


def freeze(folder: Path, train: Sequence[Cut]) -> Path:
    """A ``ranked`` snapshot of rankings whose best answer is first."""
    staged = FolderStore(folder.parent).staged(folder.name)
    form = form_of("ranked", Policy())
    names = [column.name for column in form.columns]
    said = [row_of(number, cut) for number, cut in enumerate(train)]
    rows = batches_of([{name: row[name] for name in names} for row in said])
    shards = write_shards(
        staged, "train-00000", form.batches(rows), form.columns, files=Policy().files
    )
    publish(
        staged,
        kind="ranked",
        policy=Policy(),
        said=Policy().as_json(),
        members="bench",
        shards={"train": shards},
    )
    return folder


def row_of(number: int, cut: Cut) -> Row:
    answers = len(cut.answers)
    return {
        "prompt": [{"role": "user", "content": cut.asks}],
        "answers": [[{"role": "assistant", "content": text}] for text in cut.says],
        "tiers": [[place] for place in range(answers)],
        "unrankable": [],
        "strengths": [None] * (answers - 1),
        "sources": ["bench"] * answers,
        "prompt_id": str(number),
        "ranking_id": str(number),
        "rater": "bench",
        "side": "train",
        "reason": "",
        "ideal_id": "",
        "iteration": "",
        "skill": "",
        "language": "",
        **dict.fromkeys(("ratings", "flags", "spans", "ideal", "tools")),
    }
