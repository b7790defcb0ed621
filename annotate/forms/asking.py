"""What a lead asks of each answer, as a page has it: a row for each question.

``annotate.questions`` judges it. A row without a label is left out, so that a page without scripts
can take a question away and has a few rows to spare.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import ClassVar, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Kind
from annotate.questions import (
    MOST_QUESTIONS,
    Asked,
    Criterion,
    OddQuestions,
    Questions,
    Scale,
    questions_of,
)

Said = dict[str, object]
Data = Mapping[str, object] | None

OWN, UNRATED = "own", "none"
SCALES = {"1-7": (1, 7), "1-5": (1, 5), "0-4": (0, 4)}
TO_SPARE = 2  # empty rows
ASKED = [
    (Asked.NO, gettext_lazy("Not asked")),
    (Asked.OPTIONAL, gettext_lazy("May be given")),
    (Asked.REQUIRED, gettext_lazy("Must be given")),
]


def name_from(label: str) -> str:
    """The name in the data where none was given; empty where the label has no such letters."""
    return re.sub(r"^[^a-z]+", "", slugify(label).replace("_", "-"))[:40].rstrip("-")


class Row(forms.Form):
    """One question. Nothing is required: a row may be to spare."""

    sort: ClassVar[str]
    label = forms.CharField(required=False, max_length=100, label=gettext_lazy("Question"))
    name = forms.CharField(required=False, max_length=40, label=gettext_lazy("Name in the data"))

    def said(self) -> Said | None:
        """The question as ``annotate.questions`` reads it; None for a row to spare."""
        label = self.cleaned_data.get("label", "")
        if not label:
            return None
        return {"name": self.cleaned_data.get("name") or name_from(label), "label": label}

    def clean(self) -> Said:
        said = self.said()
        if said is not None and not said["name"]:
            raise forms.ValidationError(
                {"name": _("Give it a name of small letters, such as “helpful”.")}
            )
        refuse_odd({self.sort_of_this(): [said]} if said else {})
        return self.cleaned_data

    def sort_of_this(self) -> str:
        return self.sort


class CriterionRow(Row):
    """What answers are judged by: rated on a scale, or only read.

    ``low`` and ``high`` count where the scale is one's own.
    """

    sort = "ratings"
    label = forms.CharField(required=False, max_length=100, label=gettext_lazy("Criterion"))
    means = forms.CharField(
        required=False,
        max_length=300,
        label=gettext_lazy("What it means"),
        help_text=gettext_lazy("People read it beside the answers."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    scale = forms.ChoiceField(
        choices=[
            *((name, f"{low} – {high}") for name, (low, high) in SCALES.items()),
            (OWN, gettext_lazy("of my own")),
            (UNRATED, gettext_lazy("not rated: people order by it")),
        ],
        initial="1-7",
        required=False,
        label=gettext_lazy("Scale"),
    )
    low = forms.IntegerField(required=False, min_value=0, label=gettext_lazy("From"))
    high = forms.IntegerField(required=False, min_value=1, label=gettext_lazy("To"))
    low_means = forms.CharField(
        required=False, max_length=60, label=gettext_lazy("The lowest means")
    )
    high_means = forms.CharField(
        required=False, max_length=60, label=gettext_lazy("The highest means")
    )

    def said(self) -> Said | None:
        said, given = super().said(), self.cleaned_data
        if said is None:
            return None
        said["means"] = " ".join(given.get("means", "").split())
        if self.is_unrated:
            return said
        ends = (given.get("low"), given.get("high"))
        low, high = SCALES.get(given.get("scale") or "", ends)
        meant = {name: given.get(name, "") for name in ("low_means", "high_means")}
        return said | {"low": low, "high": high} | meant

    @property
    def is_unrated(self) -> bool:
        return self.cleaned_data.get("scale") == UNRATED

    def sort_of_this(self) -> str:
        return "criteria" if self.is_unrated else self.sort


class FlagRow(Row):
    sort = "flags"


class SpanRow(Row):
    sort = "spans"


def refuse_odd(said: Mapping[str, Sequence[Said]]) -> None:
    try:
        questions_of({Kind.RANK: said}, Kind.RANK)
    except OddQuestions as odd:
        raise forms.ValidationError(str(odd)) from odd


class Rows(BaseFormSet[Row]):
    """All questions of one fieldset."""

    def said(self) -> dict[str, list[Said]]:
        """By their sort, as ``annotate.questions`` reads them."""
        found: dict[str, list[Said]] = {}
        for row in self.forms:
            if (said := row.said()) is not None:
                found.setdefault(row.sort_of_this(), []).append(said)
        return found

    def clean(self) -> None:
        if not any(self.errors):
            refuse_odd(self.said())


def rows_of(row: type[Row]) -> type[Rows]:
    made = formset_factory(
        row,
        formset=Rows,
        extra=TO_SPARE,
        max_num=MOST_QUESTIONS,
        absolute_max=2 * MOST_QUESTIONS,
        validate_max=True,
    )
    return cast("type[Rows]", made)


CriterionRows, FlagRows, SpanRows = map(rows_of, (CriterionRow, FlagRow, SpanRow))


class MoreForm(forms.Form):
    """What is asked of an order as a whole."""

    reason = forms.ChoiceField(choices=ASKED, label=gettext_lazy("A written reason"))
    ideal = forms.ChoiceField(
        choices=ASKED,
        label=gettext_lazy("The best answer, edited into an ideal one"),
        help_text=gettext_lazy("It stands above all the others, and is a written answer as well."),
    )


class QuestionBuilder:
    """The questions per answer, drawn from ``asked`` or read from what was posted."""

    def __init__(self, data: Data = None, *, asked: Questions | None = None) -> None:
        asked = asked or Questions()
        criteria: list[Criterion | Scale] = [*asked.criteria, *asked.ratings]
        self.ratings, self.flags, self.spans = (
            rows(data, prefix=rows.form.sort, initial=initial)
            for rows, initial in (
                (CriterionRows, [_row(each) for each in criteria]),
                (FlagRows, [{"name": each.name, "label": each.label} for each in asked.flags]),
                (SpanRows, [{"name": each.name, "label": each.label} for each in asked.spans]),
            )
        )
        self.more = MoreForm(data, initial={"reason": asked.reason, "ideal": asked.ideal})

    def is_valid(self) -> bool:
        parts = (self.ratings, self.flags, self.spans, self.more)
        return all(part.is_valid() for part in parts)

    def questions(self) -> Questions:
        said = {**self.ratings.said(), **self.flags.said(), **self.spans.said()}
        return questions_of({Kind.RANK: {**said, **self.more.cleaned_data}}, Kind.RANK)


def _row(criterion: Criterion | Scale) -> Said:
    if isinstance(criterion, Criterion):
        return {**asdict(criterion), "scale": UNRATED}
    ends = (criterion.low, criterion.high)
    known = next((said for said, points in SCALES.items() if points == ends), OWN)
    return {**asdict(criterion), "scale": known}
