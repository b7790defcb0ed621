"""Put a reward model to a published benchmark, or to a folder of one's own, from local files.

    python -m rewards.engine.run_benchmark RUN_DIR

1. say which revision the files of the folder are, by a hash of all their bytes, refusing any
   other than the ``revision`` that was asked for; and read them
2. score every answer under its prompt
3. count by the benchmark's own rules, each number with a 95 % interval over prompts

Answers that are longer than the model reads are cut, as in training, and counted as ``cut``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from commons.sentences import said_by
from commons.sentences import sentence as _
from rewards.engine.benchmarks import BENCHMARKS
from rewards.engine.benchmarks.case import Benchmark, Case, Scored
from rewards.engine.benchmarks.reading import files_of, revision_of, rows_of
from rewards.engine.chat import render
from rewards.engine.config import Knobs
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.messages import Message
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.scorer import Scorer
from rewards.stats.drawn import Drawing

AT_ONCE = 16  # prompts that are scored together, and between two lines of progress


@dataclass(frozen=True)
class Config(Knobs):
    model: Path
    benchmark: str
    folder: Path
    revision: str = ""  # or how it begins; empty: whatever lies there
    max_length: int | None = None
    seed: int = 0
    rounds: int = 2000


def main(folder: Path) -> None:
    carry_out(folder, Config, measure)


def measure(config: Config, folder: Path) -> Result:
    benchmark = BENCHMARKS.get(config.benchmark)
    if benchmark is None:
        raise BadConfig(
            _(
                "'benchmark' is one of %(known)s, not %(given)s.",
                known=", ".join(BENCHMARKS),
                given=repr(config.benchmark),
            )
        )
    files = files_of(config.folder, benchmark.files)
    revision, hashes = revision_of(config.folder, files)
    _refuse_other(config, revision)
    cases = _cases(files, benchmark)
    scored, cut = _scored(cases, Scorer(config.model, config.max_length))
    drawing = Drawing(np.random.default_rng(config.seed), config.rounds)
    numbers = benchmark.numbers(scored, drawing)
    return {
        "benchmark": config.benchmark,
        "revision": revision,
        "files": hashes,
        "prompts": len(cases),
        "answers": sum(len(case.right) + len(case.wrong) for case in cases),
        "cut": cut,
        "headline": benchmark.headline if benchmark.headline in numbers else None,
        "numbers": {name: number.as_json() for name, number in numbers.items()},
    }


def _refuse_other(config: Config, revision: str) -> None:
    """Numbers of two revisions are not comparable, so nothing is scored of one not asked for."""
    if not revision.startswith(config.revision.lower()):
        raise BadInput(
            _(
                "the files in %(folder)s are of revision %(found)s, and %(asked)s was asked for; "
                "download that one, or leave 'revision' out.",
                folder=config.folder,
                found=revision,
                asked=config.revision,
            )
        )


def _cases(files: Sequence[Path], benchmark: Benchmark) -> list[Case]:
    cases = []
    for file in files:
        for number, row in enumerate(rows_of(file), start=1):
            try:
                cases.append(benchmark.cases(row))
            except BadInput as odd:
                raise BadInput(
                    _(
                        "%(file)s, row %(number)s: %(odd)s Is it the benchmark that you named?",
                        file=file,
                        number=number,
                        odd=said_by(odd),
                    )
                ) from odd
    if not cases:
        raise BadInput(
            _(
                "%(files)s hold no row; download them again.",
                files=", ".join(map(str, files)),
            )
        )
    return cases


def _scored(cases: Sequence[Case], scorer: Scorer) -> tuple[list[Scored], int]:
    """Every case with its scores, and how many answers lost their end."""
    scored: list[Scored] = []
    cut = 0
    for begins in range(0, len(cases), AT_ONCE):
        report(begins, len(cases), _("scoring answers"))
        batch = cases[begins : begins + AT_ONCE]
        rendered = [
            render(scorer.tokenizer, case.prompt, [Message(role="assistant", content=answer)])
            for case in batch
            for answer in (*case.right, *case.wrong)
        ]
        cut += sum(one.is_cut_at(scorer.max_length) for one in rendered)
        scores = iter(scorer.score_ids([one.within(scorer.max_length) for one in rendered]))
        for case in batch:
            right = list(islice(scores, len(case.right)))
            scored.append(Scored(case, right, list(islice(scores, len(case.wrong)))))
    report(len(cases), len(cases), _("scoring answers"))
    return scored, cut


if __name__ == "__main__":
    start(main)
