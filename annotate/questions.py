"""What a campaign asks of each answer beside its rank. PURE: no database, no Django.

A version of the instructions carries the questions as JSON, so that every judgement is tied to the
questions it answers:

    {"rank": {
        "criteria": [{"name": "true", "label": "True", "means": "every claim can be checked"}],
        "ratings": [{"name": "helpful", "label": "Helpful", "low": 1, "high": 7,
                     "low_means": "not at all", "high_means": "fully",
                     "means": "it does what was asked"}],
        "flags": [{"name": "harmful", "label": "Could do harm"}],
        "spans": [{"name": "wrong", "label": "Wrong"}],
        "reason": "optional",
        "ideal": "no"}}

Criteria are what answers are judged by: people see them beside the answers, with what each means.
A rating is a criterion on a scale; those of ``criteria`` are read, and ordered by.

Answers to them are kept per candidate, and what was not answered is absent, never zero:

    {"<candidate>": {
        "ratings": {"helpful": 6},
        "flags": {"harmful": false},
        "spans": [{"name": "wrong", "start": 12, "end": 31, "quote": "…", "why": "…"}]}}

``annotate.answering`` checks them and says what a span is; ``annotate.ideal`` is about the best
answer, edited into an ideal one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TypeVar

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
MOST_QUESTIONS = 20  # of one sort: more than a person can answer of nine answers
WIDEST_SCALE = 11  # 0 to 10
SORTS = ("criteria", "ratings", "flags", "spans")


class OddQuestions(ValueError):
    """The form is not one; the message names the place and the remedy."""


class Asked(StrEnum):
    """Whether something is asked, and whether an item can be handed in without it."""

    NO = "no"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Question:
    """``name`` is what the data says for ever, ``label`` what a person reads."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Criterion(Question):
    """What answers are judged by; ``means`` says when one is good by it."""

    means: str = ""


@dataclass(frozen=True, slots=True)
class Scale(Question):
    """A criterion that is rated from ``low`` to ``high``, both of them answers."""

    low: int
    high: int
    low_means: str = ""
    high_means: str = ""
    means: str = ""

    @property
    def points(self) -> range:
        return range(self.low, self.high + 1)


@dataclass(frozen=True, slots=True)
class Questions:
    """All that is asked of one kind of work."""

    criteria: Sequence[Criterion] = ()
    ratings: Sequence[Scale] = ()
    flags: Sequence[Question] = ()
    spans: Sequence[Question] = ()
    reason: Asked = Asked.NO
    ideal: Asked = Asked.NO

    @property
    def judged_by(self) -> Sequence[Criterion | Scale]:
        """What a page tells beside the answers; nothing where the ratings' labels say it all."""
        says_more = self.criteria or any(each.means for each in self.ratings)
        return (*self.criteria, *self.ratings) if says_more else ()

    @property
    def asks_anything(self) -> bool:
        """Whether there is something to answer beside the order."""
        return replace(self, criteria=()) != Questions()

    @property
    def asks_per_answer(self) -> bool:
        return bool(self.ratings or self.flags or self.spans)

    def as_json(self) -> dict[str, object]:
        """As ``questions_of`` reads it."""
        said = asdict(self)
        return {name: list(said[name]) for name in SORTS} | {
            "reason": str(self.reason),
            "ideal": str(self.ideal),
        }


def questions_of(form: Mapping[str, object], kind: str) -> Questions:
    """What a form asks of one kind of work; nothing where it says nothing of it."""
    said = _mapping(form.get(kind, {}), kind)
    if strange := set(said) - {*SORTS, "reason", "ideal"}:
        raise OddQuestions(f"{kind}: nobody knows “{min(strange)}”; leave it out.")
    asked = Questions(
        criteria=tuple(_criterion(each) for each in _list(said, "criteria")),
        ratings=tuple(_scale(each) for each in _list(said, "ratings")),
        flags=tuple(Question(*_named(each, "flags")) for each in _list(said, "flags")),
        spans=tuple(Question(*_named(each, "spans")) for each in _list(said, "spans")),
        reason=_asked(said, "reason"),
        ideal=_asked(said, "ideal"),
    )
    for sort in ((*asked.criteria, *asked.ratings), asked.flags, asked.spans):
        _refuse_twice(sort)
    return asked


Sort = TypeVar("Sort", bound=Question)


def _refuse_twice(sort: Sequence[Sort]) -> None:
    names = [each.name for each in sort]
    if twice := [name for name in names if names.count(name) > 1]:
        raise OddQuestions(f"“{twice[0]}” is asked twice; give each question its own name.")


def _criterion(said: object) -> Criterion:
    name, label = _named(said, "criteria")
    return Criterion(name, label, _meant(_mapping(said, name), "means"))


def _scale(said: object) -> Scale:
    name, label = _named(said, "ratings")
    given = _mapping(said, name)
    low, high = given.get("low"), given.get("high")
    if not (type(low) is int and type(high) is int and 0 <= low < high):
        raise OddQuestions(f"“{name}”: give low and high as whole numbers, 0 ≤ low < high.")
    if high - low >= WIDEST_SCALE:
        raise OddQuestions(f"“{name}”: a scale has at most {WIDEST_SCALE} points.")
    return Scale(
        name,
        label,
        low,
        high,
        low_means=_meant(given, "low_means"),
        high_means=_meant(given, "high_means"),
        means=_meant(given, "means"),
    )


def _meant(given: Mapping[str, object], name: str) -> str:
    return str(given.get(name, "")).strip()


def _named(said: object, where: str) -> tuple[str, str]:
    given = _mapping(said, where)
    name, label = given.get("name"), given.get("label")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise OddQuestions(
            f"{where}: a name is a word of small letters, digits and hyphens, not {name!r}."
        )
    if not isinstance(label, str) or not label.strip():
        raise OddQuestions(f"{where}: “{name}” needs a label that people read.")
    return name, label.strip()


def _list(said: Mapping[str, object], name: str) -> Sequence[object]:
    found = said.get(name, [])
    if not isinstance(found, list) or len(found) > MOST_QUESTIONS:
        raise OddQuestions(f"{name}: give a list of at most {MOST_QUESTIONS} questions.")
    return found


def _mapping(said: object, where: str) -> Mapping[str, object]:
    if not isinstance(said, Mapping):
        raise OddQuestions(f"{where}: give an object with names and values.")
    return said


def _asked(said: Mapping[str, object], name: str) -> Asked:
    try:
        return Asked(str(said.get(name, Asked.NO)))
    except ValueError:
        raise OddQuestions(f"{name}: say no, optional or required.") from None
