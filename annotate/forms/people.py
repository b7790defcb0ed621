"""How people come into a campaign, and what they are in it."""

from uuid import uuid4

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import IntegerChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from annotate.enums import Facet, Pool, Role
from annotate.models import Competence, Team
from annotate.services.invitation import Invited
from commons.models import User

MOST_PLACES = 500
MOST_WORDS = 50
LONGEST_WORD = Competence._meta.get_field("value").max_length or 0

ROLES = [
    (Role.ANNOTATOR, gettext_lazy("Annotator")),
    (Role.REVIEWER, gettext_lazy("Reviewer")),
    (Role.LEAD, gettext_lazy("Lead")),
]
POOLS = [
    (Pool.OPEN, pgettext_lazy("pool of raters", "Open")),
    (Pool.HELD_OUT, gettext_lazy("Held out: what they judge trains nothing")),
]


class Days(IntegerChoices):
    """How long a link is good."""

    DAY = 1, gettext_lazy("One day")
    WEEK = 7, gettext_lazy("One week")
    MONTH = 30, gettext_lazy("30 days")


class WordsField(forms.CharField):
    """Words with commas between them."""

    def prepare_value(self, value: object) -> object:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:
        words = [word.strip() for word in str(super().clean(value)).split(",")]
        found = list(dict.fromkeys(filter(None, words)))
        if len(found) > MOST_WORDS:
            raise forms.ValidationError(_("Name at most %(most)d.") % {"most": MOST_WORDS})
        if any(len(word) > LONGEST_WORD for word in found):
            raise forms.ValidationError(
                _("Each has at most %(most)d letters; put commas between them.")
                % {"most": LONGEST_WORD}
            )
        return found


class CompetencesForm(forms.Form):
    """Skills and languages as prompts have them."""

    languages = WordsField(
        required=False,
        label=gettext_lazy("Languages"),
        help_text=gettext_lazy("As prompts have them, with commas between: en, de"),
    )
    skills = WordsField(
        required=False,
        label=gettext_lazy("Skills"),
        help_text=gettext_lazy("Such as: medicine, law"),
    )

    def said(self) -> dict[Facet, list[str]]:
        return {
            Facet.SKILL: self.cleaned_data["skills"],
            Facet.LANGUAGE: self.cleaned_data["languages"],
        }


class InvitationForm(CompetencesForm):
    """``uuid`` is the new link's: sent a second time, the form makes no second one."""

    uuid = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    role = forms.ChoiceField(
        choices=ROLES,
        label=gettext_lazy("They come as"),
        help_text=gettext_lazy("A link that makes a lead is good for one person."),
    )
    pool = forms.ChoiceField(choices=POOLS, label=gettext_lazy("Pool"))
    places = forms.IntegerField(
        min_value=1, max_value=MOST_PLACES, initial=1, label=gettext_lazy("For how many people")
    )
    days = forms.TypedChoiceField(
        choices=Days.choices, coerce=int, initial=Days.WEEK, label=gettext_lazy("Good for")
    )

    def invited(self) -> Invited:
        said = self.cleaned_data
        return Invited(
            role=Role(said["role"]),
            pool=Pool(said["pool"]),
            skills=said["skills"],
            languages=said["languages"],
        )


class MemberForm(CompetencesForm):
    """``seen`` is what stood there when the page was drawn."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    role = forms.ChoiceField(choices=ROLES, label=gettext_lazy("Role"))
    pool = forms.ChoiceField(choices=POOLS, label=gettext_lazy("Pool"))
    active = forms.BooleanField(
        required=False,
        label=gettext_lazy("Is in the team"),
        help_text=gettext_lazy(
            "Who is not holds nothing more; what they have on the screen may be handed in late."
        ),
    )


class MemberTeamForm(forms.Form):
    """``team`` is narrowed to those that have a part in the campaign."""

    team = forms.ModelChoiceField(
        Team.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=gettext_lazy("for no team"),
        label=gettext_lazy("Works here"),
        help_text=gettext_lazy(
            "All that they did in this campaign counts with that team from then on, and its leads "
            "see it; what is settled stays as it is."
        ),
    )


class CapForm(forms.Form):
    per_day = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=100_000,
        label=gettext_lazy("Items of one person on a day (UTC)"),
        help_text=gettext_lazy("Empty: no limit."),
    )
    percent = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=99,
        label=gettext_lazy("Share of the whole that one person may do (%)"),
        help_text=gettext_lazy(
            "From their 20th item on. Empty: no limit. With n people, less than 100 / n % leaves "
            "work undone."
        ),
    )


class SignUpForm(forms.Form):
    """An account for whoever holds a link."""

    username = forms.CharField(
        max_length=150,
        validators=[User.username_validator],
        label=gettext_lazy("User name"),
        help_text=gettext_lazy("Letters, digits and @ . + - _; you sign in with it."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        max_length=150,
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("As leads and reviewers see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        strip=False,
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        strip=False,
        label=gettext_lazy("Password, once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_username(self) -> str:
        username: str = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("Somebody is called so already; choose another name."))
        return username

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        if "password" not in said:
            return said
        if said["password"] != said.get("again"):
            self.add_error("again", _("The two passwords differ; type them anew."))
        person = User(username=said.get("username", ""), first_name=said.get("name", ""))
        try:
            validate_password(said["password"], person)
        except forms.ValidationError as weak:
            self.add_error("password", weak)
        return said
