"""What is asked about an item, and how a lead answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 4000  # characters of a question


class QuestionForm(forms.Form):
    """``key`` makes a repeated question one."""

    text = forms.CharField(
        max_length=MOST,
        label=_("Your question"),
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "id": "ask-text",
                "maxlength": MOST,
                "autofocus": True,
                "data-slip": "question",  # slips.js
            }
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput(attrs={"id": "ask-key"}))


class AnswerForm(forms.Form):
    """``asked`` is the question as everybody may read it, where it becomes a precedent."""

    answer = forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    is_precedent = forms.BooleanField(required=False)
    asked = forms.CharField(
        required=False, max_length=MOST, widget=forms.Textarea(attrs={"rows": 2})
    )
