"""What is done with prompts that came together."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AskAgainForm(forms.Form):
    """``seen`` is what ``last_asked_again`` said when the page was drawn."""

    seen = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("This page did not arrive whole; open it anew and say yes there."),
        },
    )


class PriorityForm(forms.Form):
    priority = forms.IntegerField(
        min_value=1, max_value=9, label=_("Priority"), help_text=_("1 comes first, 9 last.")
    )
