"""How much of a person goes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ErasePersonForm(forms.Form):
    """How much goes, and the user name once more, so that nobody erases the wrong person."""

    texts = forms.ChoiceField(
        label=_("What goes"),
        choices=[
            ("account", _("The account alone: what they wrote stays, and names nobody")),
            ("texts", _("The account and all that they wrote; their votes stay")),
        ],
        widget=forms.RadioSelect,
    )
    username = forms.CharField(
        label=_("Their user name"),
        help_text=_("Type it to say that you mean this person."),
        max_length=150,
    )

    def __init__(self, *args: Any, person: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_username(self) -> str:
        said = str(self.cleaned_data["username"])
        if said != self._person:
            raise forms.ValidationError(_("This is another user name; type theirs."))
        return said
