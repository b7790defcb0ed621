"""Judgements that the tests of the export share; every value can be read at a glance."""

from collections.abc import Iterable
from typing import Any

from annotate.export.policy import Policy
from annotate.export.rows import (
    About,
    DemonstrationText,
    IdealText,
    MessageRows,
    RankingText,
    Row,
    preference_rows,
)

PLAIN = Policy()

# What every row says of the prompt of number 1.
ABOUT: Row = {
    "tools": None,
    "prompt_id": "p1",
    "side": "train",
    "iteration": "2026-W48",
    "skill": "law",
    "language": "en",
}


def asked(text: str) -> MessageRows:
    return [{"role": "user", "content": text}]


def said(text: str) -> MessageRows:
    return [{"role": "assistant", "content": text}]


def read_back(value: Any) -> Any:
    """What a table gives back of rows: a field that a message does not have is null there."""
    if isinstance(value, list):
        return [read_back(each) for each in value]
    if isinstance(value, dict):
        gaps = {"name": None, "tool_calls": None} if "role" in value else {}
        return gaps | {name: read_back(each) for name, each in value.items()}
    return value


def about(number: int = 1, *, side: str = "train", iteration: str = "2026-W48") -> About:
    return About(
        prompt_id=f"p{number}",
        prompt=asked(f"ask {number}"),
        side=side,
        skill="law",
        language="en",
        iteration=iteration,
    )


def demonstration(number: int = 1, *, side: str = "train") -> DemonstrationText:
    return DemonstrationText(
        id=f"d{number}", about=about(number, side=side), answer=said(f"say {number}"), rater="r-1"
    )


def ranking(
    tiers: list[list[str]],
    *,
    unrankable: Iterable[str] = (),
    strengths: list[int | None] | None = None,
    number: int = 1,
    rater: int = 1,
    side: str = "train",
    iteration: str = "2026-W48",
    ideal: str = "",
    points: dict[str, int] | None = None,
) -> RankingText:
    """What rater 1, 2, … says of the answers a, b, c and d, of which each says its own name.

    ``points``: by answer, on the scale "helpful".
    """
    return RankingText(
        id=f"k{rater}",
        about=about(number, side=side, iteration=iteration),
        candidates={name: said(f"say {name}") for name in "abcd"},
        tiers=tiers,
        unrankable=list(unrankable),
        strengths=strengths or [],
        rater=f"r-{rater}",
        sources={"a": "model-1"},
        answers={name: {"ratings": {"helpful": each}} for name, each in (points or {}).items()},
        ideal=IdealText(ideal, said(f"say {ideal}")) if ideal else None,
    )


def pairs_in(rows: Iterable[Row], *names: str) -> list[tuple[Any, ...]]:
    """Of each row the last word of the better and the worse answer, and these columns."""
    return [
        (word(row["chosen"]), word(row["rejected"]), *(row[name] for name in names)) for row in rows
    ]


def pairs(*rankings: RankingText, policy: Policy = PLAIN) -> list[tuple[Any, ...]]:
    return pairs_in(preference_rows(rankings, policy))


def word(answer: MessageRows) -> str:
    return str(answer[-1]["content"]).removeprefix("say ")
