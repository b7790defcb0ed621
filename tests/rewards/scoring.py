"""An engine that scores an answer by its letters, and says how often it was started."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from rewards.runner import EngineCrashed, Progress


@dataclass
class LetterEngine:
    """The score of an answer is its length, with a spread of a half; ``texts`` is what it read.

    A model of ``single`` has one head and counts by its own number: no spread.
    """

    fails: bool = False
    single: dict[Path, Callable[[str], float]] = field(default_factory=dict)
    texts: list[list[str]] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def __call__(
        self,
        module: str,
        folder: Path,
        config: Mapping[str, object],
        on_progress: Callable[[Progress], bool],
    ) -> dict[str, object]:
        assert module == "score"
        if self.fails:
            raise EngineCrashed("the engine ended with code 1:\nno memory")
        rows = [orjson.loads(line) for line in Path(str(config["texts"])).read_bytes().splitlines()]
        answers = [answer[-1]["content"] for row in rows for answer in row["answers"]]
        self.texts.append(answers)
        self.during()
        on_progress(Progress(1, 1, "scoring answers"))
        count = self.single.get(Path(str(config["model"])))
        lines = [orjson.dumps(_said(each, count)) for each in answers]
        Path(str(config["out"])).write_bytes(b"\n".join(lines) + b"\n")
        return {"answers": len(answers)}


def _said(answer: str, count: Callable[[str], float] | None) -> dict[str, float | None]:
    if count is None:
        return {"score": float(len(answer)), "spread": 0.5}
    return {"score": count(answer), "spread": None}
