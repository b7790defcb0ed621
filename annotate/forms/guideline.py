"""A guideline, as it is begun and as it is changed."""

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_GUIDELINE = 200_000  # characters


class GuidelineForm(forms.Form):
    """The field is called ``text`` as everywhere that a preview is asked for."""

    text = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST_GUIDELINE,
        label=gettext_lazy("Guideline"),
        widget=forms.Textarea(
            attrs={
                "rows": 14,
                "dir": "auto",
                "hx-post": reverse_lazy("annotate:preview"),
                "hx-trigger": "input changed delay:350ms",
                "hx-target": "#preview",
                "hx-sync": "this:replace",
                "hx-params": "text",
            }
        ),
        help_text=gettext_lazy("Markdown. People read and accept it before they begin."),
    )

    def clean_text(self) -> str:
        """Forms end their lines as mail does; a difference of versions must not show that."""
        said = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        return said if said.strip() else ""


class VersionForm(GuidelineForm):
    """``seen`` is the version that this one was made from; 0 for a first one."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        if text := super().clean_text():
            return text
        raise forms.ValidationError(_("The guideline is empty; write at least a sentence."))
