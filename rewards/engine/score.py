"""Score answers out of a file.

    python -m rewards.engine.score RUN_DIR

1. read ``texts``: JSON lines of {"prompt": messages, "answers": [messages, …], "tools": […]}
2. score every answer; a head's frozen states are looked up in ``cache`` and kept there
3. append to ``out`` one JSON line an answer, in their order: {"score", "spread"}

Started again after a kill, it goes on behind the last whole line.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commons.sentences import sentence as _
from rewards.engine.chat import render
from rewards.engine.config import Knobs
from rewards.engine.errors import BadInput, wrong_with
from rewards.engine.jsonl import append_rows, keep_first, whole_rows
from rewards.engine.messages import as_messages
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.scorer import Scorer

AT_ONCE = 256  # answers between two lines of progress; sorted by length among themselves


@dataclass(frozen=True)
class Config(Knobs):
    model: Path
    texts: Path
    out: Path
    cache: Path | None = None
    max_length: int | None = None


def main(folder: Path) -> None:
    carry_out(folder, Config, score)


def score(config: Config, folder: Path) -> Result:
    scorer = Scorer(config.model, config.max_length, config.cache)
    texts = list(_read(config.texts, scorer))
    done = len(whole_rows(config.out))
    keep_first(config.out, done)  # what a kill tore
    for begin in range(done, len(texts), AT_ONCE):
        report(begin, len(texts), _("scoring answers"))
        found = scorer.uncertain_ids(texts[begin : begin + AT_ONCE])
        append_rows(config.out, [{"score": one, "spread": spread} for one, spread in found])
    config.out.touch()
    report(len(texts), len(texts), _("scoring answers"))
    return {"answers": len(texts)}


def _read(path: Path, scorer: Scorer) -> Iterator[list[int]]:
    """Every answer of the file, rendered and cut."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                prompt = as_messages(row["prompt"])
                answers = [as_messages(answer) for answer in row["answers"]]
                for answer in answers:
                    rendered = render(scorer.tokenizer, prompt, answer, row.get("tools") or ())
                    yield rendered.within(scorer.max_length)
            except (ValueError, KeyError, TypeError, BadInput) as broken:
                raise BadInput(
                    _(
                        "%(file)s, line %(number)s: %(odd)s",
                        file=path,
                        number=number,
                        odd=wrong_with(broken),
                    )
                ) from broken


if __name__ == "__main__":
    start(main)
