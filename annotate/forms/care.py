"""What may harm, as a lead marks it, and how a person wants to meet it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.forms.people import WordsField

LONGEST = 4000


class CareForm(forms.Form):
    everything = forms.BooleanField(
        required=False, label=gettext_lazy("All that this campaign has may harm")
    )
    skills = WordsField(
        required=False,
        label=gettext_lazy("Only prompts of these skills or clearances"),
        help_text=gettext_lazy("As prompts have them, with commas between: sensitive, safety"),
    )
    words = forms.CharField(
        required=False,
        max_length=LONGEST,
        label=gettext_lazy("What people are about to read"),
        help_text=gettext_lazy(
            "Markdown. They agree to these words: say what there is, how bad it may be, how often "
            "it comes, and whom they can turn to."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    per_day = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=10_000,
        label=gettext_lazy("Such items of one person on a day (UTC)"),
        help_text=gettext_lazy("Empty: no limit."),
    )
    in_a_row = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100,
        label=gettext_lazy("Such items before a break"),
        help_text=gettext_lazy("Then they are told to take one. Empty: no limit."),
    )
    break_minutes = forms.IntegerField(
        min_value=1, max_value=480, initial=10, label=gettext_lazy("Minutes of a break")
    )

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        marks = said.get("everything") or said.get("skills")
        if marks and not said.get("words", "").strip():
            self.add_error("words", _("Say what people are about to read; they agree to it."))
        return said

    def said(self) -> dict[str, Any]:
        """As ``set_care`` takes it."""
        found = dict(self.cleaned_data)
        marks = [""] if found.pop("everything") else found["skills"]
        return found | {"skills": marks}


class CareChoiceForm(forms.Form):
    uncovered = forms.BooleanField(
        required=False,
        label=gettext_lazy("Show them at once, always"),
        help_text=gettext_lazy("You may still cover each by its button."),
    )
