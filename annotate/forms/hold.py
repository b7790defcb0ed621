"""What is decided over a report."""

from django import forms

from annotate.enums import Hold


class DecisionForm(forms.Form):
    """What is decided over a report; ``seen`` is the reason for which it was held on the page."""

    act = forms.ChoiceField(choices=[("return", "return"), ("withdraw", "withdraw")])
    seen = forms.ChoiceField(choices=Hold.choices)
    note = forms.CharField(required=False, max_length=2000)
