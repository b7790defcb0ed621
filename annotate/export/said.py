"""What was said of the answers of a ranking, a row for each answer that was given.

An answer is named by its place in ``answers``. What was not answered has no row. Rows of one answer
go by name: databases keep the names of an object in orders of their own.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypedDict

# By candidate, as ``annotate.answering`` keeps them.
Answers: TypeAlias = Mapping[str, Mapping[str, Any]]


class RatingRow(TypedDict):
    answer: int
    name: str
    value: int


class FlagRow(TypedDict):
    answer: int
    name: str
    value: bool


class SpanRow(TypedDict):
    answer: int
    name: str
    start: int
    end: int
    quote: str
    why: str


def rating_rows(said: Answers, place: Mapping[str, int]) -> list[RatingRow]:
    return [
        {"answer": at, "name": name, "value": value}
        for candidate, at in place.items()
        for name, value in sorted(said.get(candidate, {}).get("ratings", {}).items())
    ]


def flag_rows(said: Answers, place: Mapping[str, int]) -> list[FlagRow]:
    return [
        {"answer": at, "name": name, "value": value}
        for candidate, at in place.items()
        for name, value in sorted(said.get(candidate, {}).get("flags", {}).items())
    ]


def span_rows(said: Answers, place: Mapping[str, int]) -> list[SpanRow]:
    return [
        {
            "answer": at,
            "name": span["name"],
            "start": span["start"],
            "end": span["end"],
            "quote": span["quote"],
            "why": span.get("why", ""),
        }
        for candidate, at in place.items()
        for span in said.get(candidate, {}).get("spans", [])
    ]
