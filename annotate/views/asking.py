"""What a page asks of each answer, with what was said so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from annotate.forms.answers import NO, YES, AnswersForm, Place
from annotate.forms.ranking import LETTERS
from annotate.models import Candidate
from annotate.questions import Questions, Scale


@dataclass(frozen=True)
class ShownQuestion:
    """One question under one answer; ``value`` is what was said, empty where nothing was."""

    field: str
    sort: str
    name: str
    label: str
    value: str
    choices: Sequence[tuple[str, str]]
    low_means: str = ""
    high_means: str = ""


def shown_questions(form: AnswersForm, said: Mapping[str, Any]) -> dict[str, list[ShownQuestion]]:
    """The ratings and flags of each candidate."""
    shown: dict[str, list[ShownQuestion]] = {each: [] for each in form.answers}
    for place in form.places():
        shown[place.candidate].append(_shown(place, said))
    return shown


def _shown(place: Place, said: Mapping[str, Any]) -> ShownQuestion:
    question = place.question
    of = (place.field, place.sort, question.name, question.label)
    value = said.get(place.candidate, {}).get(place.sort, {}).get(question.name)
    if isinstance(question, Scale):
        points = [(str(point), str(point)) for point in question.points]
        kept = "" if value is None else str(value)
        ends = (question.low_means, question.high_means)
        return ShownQuestion(*of, kept, points, *ends)
    kept = {True: YES, False: NO}.get(value, "")
    choices = [(YES, gettext("Yes")), (NO, gettext("No"))]
    return ShownQuestion(*of, kept, choices)


def raw_texts(candidates: Sequence[Candidate], asked: Questions) -> dict[str, str]:
    """What spans are counted in and an ideal answer begins with; nothing where neither is asked."""
    if not asked.spans and asked.ideal == "no":
        return {}
    return {str(each.uuid): each.text for each in candidates}


def beside_in_words(asked: Questions, order: Sequence[str], body: Mapping[str, Any]) -> str:
    """What was said beside an order, a line for each answer of which anything was said."""
    lines = answers_in_words(asked, order, body.get("answers") or {})
    for name, words in (("reason", gettext("Why: %s")), ("ideal", gettext("Ideal answer: %s"))):
        if text := str(body.get(name) or "").strip():
            lines.append(words % text)
    return "\n".join(lines)


def answers_in_words(
    asked: Questions, order: Sequence[str], answers: Mapping[str, Any]
) -> list[str]:
    """A line for each answer of which anything was said, in the order shown."""
    said = {name: "; ".join(_said_of(asked, answers.get(name, {}))) for name in order}
    letters = zip(LETTERS, order, strict=False)
    return [f"{letter}: {said[name]}" for letter, name in letters if said[name]]


def _said_of(asked: Questions, said: Mapping[str, Any]) -> Iterator[str]:
    ratings, flags = said.get("ratings", {}), said.get("flags", {})
    for scale in asked.ratings:
        if scale.name in ratings:
            yield f"{scale.label} {ratings[scale.name]}"
    for flag in asked.flags:
        if flag.name in flags:
            yield f"{flag.label}: {gettext('yes') if flags[flag.name] else gettext('no')}"
    labels = {each.name: each.label for each in asked.spans}
    for span in said.get("spans", []):
        why = f" ({span['why']})" if span.get("why") else ""
        yield f"{labels.get(span['name'], span['name'])} “{span['quote']}”{why}"
