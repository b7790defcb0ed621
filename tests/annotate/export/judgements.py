"""Judgements that the tests of the export share; every value can be read at a glance."""

from typing import Any

from annotate.export.rows import DemonstrationText, MessageRows, RankingText


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


def demonstration(number: int = 1, *, side: str = "train") -> DemonstrationText:
    return DemonstrationText(
        id=f"d{number}",
        prompt_id=f"p{number}",
        prompt=asked(f"ask {number}"),
        answer=said(f"say {number}"),
        rater="r-1",
        side=side,
        skill="law",
        language="en",
    )


def ranking(
    tiers: list[list[str]],
    *,
    unrankable: list[str] | None = None,
    strengths: list[int | None] | None = None,
    number: int = 1,
    side: str = "train",
) -> RankingText:
    """A ranking of the answers a, b, c and d, of which each says its own name."""
    return RankingText(
        id=f"k{number}",
        prompt_id=f"p{number}",
        prompt=asked(f"ask {number}"),
        candidates={name: said(f"say {name}") for name in "abcd"},
        tiers=tiers,
        unrankable=unrankable or [],
        strengths=strengths or [],
        rater="r-1",
        side=side,
        skill="law",
        language="en",
    )
