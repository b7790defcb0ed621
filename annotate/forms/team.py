"""What is said of teams: their names, what they are asked for, whom they bring in."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from annotate.forms.people import MOST_PLACES, Days, WordsField
from annotate.models import Team, TeamPart
from annotate.services.quota import Terms

MOST = 100_000_000


class TeamForm(forms.Form):
    name = forms.CharField(max_length=100, label=gettext_lazy("Name of the team"))
    is_vendor = forms.BooleanField(
        required=False,
        label=gettext_lazy("It is a vendor"),
        help_text=gettext_lazy("A company of its own; pages and files say so."),
    )


class AddPartForm(forms.Form):
    """``team`` is narrowed to those that the person may let in."""

    team = forms.ModelChoiceField(
        Team.objects.none(), to_field_name="uuid", label=gettext_lazy("A team that there is")
    )


class TermsForm(forms.Form):
    per_week = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST,
        label=gettext_lazy("Items of a week (Monday to Sunday, UTC)"),
        help_text=gettext_lazy("Empty: no number."),
    )
    in_all = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST,
        label=gettext_lazy("Items in all"),
        help_text=gettext_lazy("Empty: no number."),
    )
    stops = forms.BooleanField(
        required=False,
        label=gettext_lazy("Give nothing more once a number is reached"),
        help_text=gettext_lazy("Else the numbers are a target, and work goes on beyond them."),
    )
    reads_texts = forms.BooleanField(
        required=False,
        label=gettext_lazy("The team’s leads may read what its people hand in"),
        help_text=gettext_lazy("Else they see numbers alone."),
    )
    languages = WordsField(
        required=False,
        label=gettext_lazy("Languages of whoever joins by the team’s links"),
        help_text=gettext_lazy("As prompts have them, with commas between: en, de"),
    )
    skills = WordsField(
        required=False,
        label=gettext_lazy("Skills of whoever joins by the team’s links"),
        help_text=gettext_lazy("Such as: medicine, law"),
    )

    def terms(self) -> Terms:
        return Terms(**self.cleaned_data)


def said_of_part(part: TeamPart) -> dict[str, object]:
    return {name: getattr(part, name) for name in TermsForm.base_fields}


class TeamLinkForm(forms.Form):
    """``uuid`` is the new link's: sent a second time, the form makes no second one."""

    uuid = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    part = forms.ModelChoiceField(
        TeamPart.objects.none(), to_field_name="uuid", label=gettext_lazy("Into which campaign")
    )
    places = forms.IntegerField(
        min_value=1, max_value=MOST_PLACES, initial=1, label=gettext_lazy("For how many people")
    )
    days = forms.TypedChoiceField(
        choices=Days.choices, coerce=int, initial=Days.WEEK, label=gettext_lazy("Good for")
    )


class LeadForm(forms.Form):
    username = forms.CharField(
        max_length=150,
        label=gettext_lazy("User name"),
        help_text=gettext_lazy("They see the team’s people, in every campaign that it works in."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("What you say to them"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
