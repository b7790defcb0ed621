"""The form of a ranking whose campaign asks for more than the order.

Ratings, flags, the reason and the ideal answer are plain fields, with scripts and without. Spans
are marked with a script, which sends them as JSON; a page without one has no field for them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from django import forms
from django.utils.translation import gettext_lazy as _

from annotate.forms.ranking import LETTERS, RankingForm
from annotate.questions import Asked, Question, Questions
from annotate.services.ranking import RankingAnswer

YES, NO = "yes", "no"

Said = dict[str, dict[str, Any]]  # of each candidate


@dataclass(frozen=True)
class Place:
    """Where one question is answered for one candidate."""

    candidate: str
    sort: str
    question: Question

    @property
    def field(self) -> str:
        return f"{self.sort}_{self.candidate}_{self.name}"

    @property
    def name(self) -> str:
        return self.question.name


class AnswersForm(RankingForm):
    spans = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *, asked: Questions, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # answers, and what a Form has
        self.asked = asked
        for place in self.places():
            values = _values(place)
            self.fields[place.field] = forms.ChoiceField(
                choices=[(each, each) for each in ("", *values)],
                required=False,
                widget=forms.HiddenInput,  # the page draws it; its errors are named with all others
            )
        if asked.reason is not Asked.NO:
            self.fields["reason"] = forms.CharField(required=False, strip=False)
        if asked.ideal is not Asked.NO:
            self.fields["ideal"] = forms.CharField(required=False, strip=False)
            letters = zip(self.answers, LETTERS, strict=False)
            self.fields["ideal_from"] = forms.ChoiceField(
                choices=[("", _("the best one")), *letters],
                required=False,
                widget=forms.HiddenInput,
            )

    def places(self) -> Iterator[Place]:
        for candidate in self.answers:
            for scale in self.asked.ratings:
                yield Place(candidate, "ratings", scale)
            for flag in self.asked.flags:
                yield Place(candidate, "flags", flag)

    def clean_spans(self) -> dict[str, list[object]] | None:
        said = self.cleaned_data["spans"]
        if not said:
            return None
        try:
            return parsed_spans(orjson.loads(said))
        except ValueError as odd:
            raise forms.ValidationError(
                _("What you marked did not arrive whole; reload the page and submit again.")
            ) from odd

    def answer(self) -> RankingAnswer:
        said = self.beside()
        return replace(
            super().answer(),
            answers=said.get("answers", {}),
            reason=said.get("reason", ""),
            ideal=said.get("ideal", ""),
            ideal_from=said.get("ideal_from") or None,
        )

    def draft(self) -> dict[str, object] | None:
        order = super().draft()
        return None if order is None else order | self.beside()

    def says_the_same(self, body: Mapping[str, object]) -> bool:
        """What was not said is absent from what is kept, and empty in a form."""
        said = self.draft() or {}
        if not said.get("ideal_from"):
            said.pop("ideal_from", None)  # it is the best one's, whichever that is
        return all(_bare(body.get(name)) == _bare(each) for name, each in said.items())

    @property
    def marks_nothing(self) -> bool:
        """It was sent without a script, which alone can mark a stretch."""
        return self.cleaned_data.get("spans") is None

    def beside(self) -> dict[str, Any]:
        """What is said beside the order, as a draft holds it."""
        said: dict[str, Any] = {}
        if self.asked.asks_per_answer:
            said["answers"] = said_of_each(self.places(), self.cleaned_data)
        for name in ("reason", "ideal", "ideal_from"):
            if name in self.fields:
                said[name] = str(self.cleaned_data.get(name, "")).replace("\r\n", "\n")
        return said


def said_of_each(places: Iterable[Place], given: Mapping[str, Any]) -> Said:
    """Ratings, flags and spans by candidate, without what was not answered."""
    kept: Said = {}
    for place in places:
        if value := given.get(place.field):
            points = value == YES if place.sort == "flags" else int(value)
            kept.setdefault(place.candidate, {}).setdefault(place.sort, {})[place.name] = points
    for candidate, spans in (given.get("spans") or {}).items():
        if spans:
            kept.setdefault(candidate, {})["spans"] = spans
    return kept


def parsed_spans(said: object) -> dict[str, list[object]]:
    """Spans by candidate; ValueError for another shape. What is in them the service judges."""
    if not isinstance(said, dict) or not all(isinstance(each, list) for each in said.values()):
        raise ValueError("spans")
    return said


def _values(place: Place) -> list[str]:
    points = getattr(place.question, "points", None)
    return [YES, NO] if points is None else [str(point) for point in points]


def _bare(said: object) -> object:
    said = said.strip() if isinstance(said, str) else said
    return said or None
