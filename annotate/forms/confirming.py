"""What is confirmed and says no more."""

from django import forms


class ConfirmForm(forms.Form):
    """Nothing to fill in: that it was sent is the answer."""
