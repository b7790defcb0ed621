"""Answers to what ``annotate.questions`` asks of each candidate, checked. PURE.

What comes out is what is kept: in one order, and without what was not answered. Missing is never
zero: neither null nor an empty text nor an empty list stands for it.

A span is a stretch of the candidate's raw text: the contents of its assistant messages, Markdown
and all, with an empty line between two. ``start`` and ``end`` count Unicode code points from 0,
``end`` behind the last one, and ``quote`` is ``text[start:end]``: it proves that whoever marked
the stretch meant the same text. Spans may overlap; ``why`` is optional.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from annotate.answer_errors import StrangeAnswers
from annotate.questions import Question, Questions, Scale

LONGEST_WHY = 500  # characters
MOST_SPANS = 100  # of one candidate

Answer = dict[str, object]
Answers = dict[str, Answer]

SORTS = ("ratings", "flags", "spans")
SPAN = ("name", "start", "end", "quote", "why")


def checked_answers(
    said: Mapping[str, object], *, asked: Questions, offered: Sequence[str]
) -> Answers:
    """What may be kept of it. Quotes are left to ``check_quotes``, which needs the texts."""
    for name in said:
        if name not in offered:
            raise StrangeAnswers(
                "This answer was never offered.",
                field=f"answers.{name[:40]}",
                remedy="Name the answers by their ids, as the item does.",
            )
    kept = {name: _answer(said[name], asked, f"answers.{name}") for name in offered if name in said}
    return {name: answer for name, answer in kept.items() if answer}


def readable_answers(said: object, *, asked: Questions, offered: Sequence[str]) -> Answers:
    """What can be shown of a draft, which may say anything: nothing where it is odd."""
    try:
        return checked_answers(
            _object(said or {}, "answers", offered), asked=asked, offered=offered
        )
    except StrangeAnswers:
        return {}


def check_quotes(answers: Answers, texts: Mapping[str, str]) -> None:
    """Refuse a span whose quote is not what stands there."""
    for name, answer in answers.items():
        for at, span in enumerate(spans_of(answer)):
            start, end = cast(int, span["start"]), cast(int, span["end"])
            if end > len(texts[name]) or texts[name][start:end] != span["quote"]:
                raise StrangeAnswers(
                    "The text does not say this there.",
                    field=f"answers.{name}.spans.{at}.quote",
                    remedy="Quote text[start:end] of the candidate's raw text, in code points.",
                )


def spans_of(answer: Mapping[str, object]) -> list[dict[str, object]]:
    """The spans of one candidate, as they are kept."""
    return cast(list[dict[str, object]], answer.get("spans", []))


def _answer(said: object, asked: Questions, at: str) -> Answer:
    given = _object(said, at, SORTS)
    kept: Answer = {
        "ratings": _ratings(given.get("ratings", {}), asked.ratings, f"{at}.ratings"),
        "flags": _flags(given.get("flags", {}), asked.flags, f"{at}.flags"),
        "spans": _spans(given.get("spans", []), asked.spans, f"{at}.spans"),
    }
    return {sort: each for sort, each in kept.items() if each}


def _ratings(said: object, asked: Sequence[Scale], at: str) -> dict[str, int]:
    given = _object(said, at, [scale.name for scale in asked])
    return {
        scale.name: _point(given[scale.name], scale, f"{at}.{scale.name}")
        for scale in asked
        if given.get(scale.name) is not None
    }


def _point(said: object, scale: Scale, at: str) -> int:
    if type(said) is not int or said not in scale.points:  # true is no 1
        raise StrangeAnswers(
            f"“{scale.label}” goes from {scale.low} to {scale.high}.",
            field=at,
            remedy="Give a whole number on the scale, or leave it out.",
        )
    return said


def _flags(said: object, asked: Sequence[Question], at: str) -> dict[str, bool]:
    given = _object(said, at, [flag.name for flag in asked])
    for name, value in given.items():
        if value is not None and not isinstance(value, bool):
            raise StrangeAnswers(
                "A flag is yes or no.",
                field=f"{at}.{name}",
                remedy="Give true or false, or leave it out.",
            )
    return {
        flag.name: cast(bool, given[flag.name])
        for flag in asked
        if given.get(flag.name) is not None
    }


def _spans(said: object, asked: Sequence[Question], at: str) -> list[dict[str, object]]:
    if not isinstance(said, list) or len(said) > MOST_SPANS:
        raise StrangeAnswers(
            "This is no list of marked stretches.",
            field=at,
            remedy=f"Give a list of at most {MOST_SPANS} spans.",
        )
    names = [span.name for span in asked]
    kept = [_span(one, names, f"{at}.{number}") for number, one in enumerate(said)]
    return sorted(kept, key=_place)


def _place(span: Mapping[str, object]) -> tuple[int, int, str]:
    return cast(int, span["start"]), cast(int, span["end"]), str(span["name"])


def _span(said: object, names: Sequence[str], at: str) -> dict[str, object]:
    given = _object(said, at, SPAN)
    name, start, end, quote = (given.get(each) for each in ("name", "start", "end", "quote"))
    if name not in names:
        raise StrangeAnswers(
            "Nobody asked for spans of this name.", field=f"{at}.name", remedy=_known(names)
        )
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise StrangeAnswers(
            "A stretch begins before it ends.",
            field=f"{at}.start",
            remedy="Give start and end as whole numbers, 0 ≤ start < end.",
        )
    if not isinstance(quote, str):
        raise StrangeAnswers(
            "The quote is missing.", field=f"{at}.quote", remedy="Quote what stands there."
        )
    return {"name": name, "start": start, "end": end, "quote": quote} | _why(given, at)


def _why(given: Mapping[str, object], at: str) -> dict[str, object]:
    why = given.get("why")
    if why is None or (isinstance(why, str) and not why.strip()):
        return {}
    if not isinstance(why, str) or len(why.strip()) > LONGEST_WHY or "\0" in why:
        raise StrangeAnswers(
            "The reason for a stretch is a short text.",
            field=f"{at}.why",
            remedy=f"Give at most {LONGEST_WHY} characters, or leave it out.",
        )
    return {"why": why.strip()}


def _object(said: object, at: str, names: Sequence[str]) -> Mapping[str, object]:
    if not isinstance(said, Mapping):
        raise StrangeAnswers(
            "This is no object.", field=at, remedy="Give an object with names and values."
        )
    for name in said:
        if name not in names:
            raise StrangeAnswers(
                "Nobody asked for this.", field=f"{at}.{str(name)[:40]}", remedy=_known(names)
            )
    return said


def _known(names: Sequence[str]) -> str:
    return f"Use one of {', '.join(names)}, or leave it out." if names else "Leave it out."
