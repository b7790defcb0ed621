"""How a lead sets a campaign up: what it is called, and all parts of a new one."""

from collections.abc import Mapping
from uuid import uuid4

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Kind
from annotate.forms.asking import QuestionBuilder
from annotate.forms.guideline import GuidelineForm
from annotate.forms.people import WordsField
from annotate.forms.work import TermsForm
from annotate.questions import Questions
from annotate.services.campaign import Work
from annotate.services.campaign_setup import CampaignPlan, HeldOutTerms

MOST_HELD_OUT = 1_000_000  # prompts a week
ABOUT = ("name", "summary", "skills")
HELD_OUT = ("held_out_at_least", "held_out_at_most")


class AboutForm(forms.Form):
    name = forms.CharField(max_length=100, label=gettext_lazy("Name"))
    summary = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Summary"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One or two sentences that people read before they join."),
    )
    skills = WordsField(
        required=False,
        label=gettext_lazy("Skills"),
        help_text=gettext_lazy(
            "What its prompts ask for, with commas between: medicine, law. Links for people begin "
            "with them; where there is just one, prompts that name none get it as they come."
        ),
    )


class NewForm(AboutForm):
    """``uuid`` is the new campaign's: sent a second time, the page makes no second one."""

    uuid = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)


class SettingsForm(AboutForm):
    """``seen`` tells whether another lead changed them meanwhile."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    held_out_at_least = forms.IntegerField(
        min_value=0,
        max_value=MOST_HELD_OUT,
        label=gettext_lazy("Prompts a week on the test side, at the least"),
        help_text=gettext_lazy(
            "Until a week has so many, every second prompt that comes is put there. A prompt stays "
            "on its side for ever: what changes here is about prompts that come later."
        ),
    )
    held_out_at_most = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_HELD_OUT,
        label=gettext_lazy("Prompts a week on the test side, at the most"),
        help_text=gettext_lazy(
            "One in ten is put there, and fewer and fewer as a week comes near to this number. "
            "Empty: one in ten, however many come."
        ),
    )

    def clean(self) -> None:
        least, most = (self.cleaned_data.get(name) for name in HELD_OUT)
        if least is not None and most is not None and least > most:
            self.add_error("held_out_at_most", _("This is less than the number above it."))

    @property
    def named(self) -> list[BoundField]:
        return [self[name] for name in ABOUT]

    @property
    def bounds(self) -> list[BoundField]:
        return [self[name] for name in HELD_OUT]

    def held_out(self) -> HeldOutTerms:
        return HeldOutTerms(*(self.cleaned_data[name] for name in HELD_OUT))


class SetUp:
    """The page of a new campaign, in its parts."""

    def __init__(self, data: Mapping[str, object] | None = None) -> None:
        self.about = NewForm(data)
        self.terms = TermsForm(data, now=[Work(Kind.RANK)])
        self.questions = QuestionBuilder(data)
        self.guideline = GuidelineForm(data)

    def is_valid(self) -> bool:
        parts = (self.about, self.terms, self.questions, self.guideline)
        if not all(part.is_valid() for part in parts):
            return False
        asks = self.questions.questions() != Questions()
        if asks and not self.guideline.cleaned_data["text"]:
            said = _("Questions are published with a guideline: write at least a sentence.")
            self.guideline.add_error("text", said)
        return not self.guideline.errors

    def plan(self) -> CampaignPlan:
        said = self.about.cleaned_data
        return CampaignPlan(
            uuid=said["uuid"],
            name=said["name"],
            summary=said["summary"],
            skills=said["skills"],
            works=self.terms.works(),
            guideline=self.guideline.cleaned_data["text"],
            questions=self.questions.questions(),
        )
