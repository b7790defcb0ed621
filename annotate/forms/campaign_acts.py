"""What is done with a whole campaign."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CloneForm(forms.Form):
    name = forms.CharField(max_length=100, label=_("Name of the new campaign"))


class WeightForm(forms.Form):
    weight = forms.IntegerField(
        min_value=1,
        max_value=100,
        label=_("Weight"),
        help_text=_("Twice the weight of another running campaign is drawn twice as often."),
    )
