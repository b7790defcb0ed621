"""How a lead sets a campaign up: what it is called, what it asks for, under which guideline."""

from collections.abc import Collection, Mapping, Sequence
from uuid import uuid4

from django import forms
from django.forms import BoundField
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Kind
from annotate.models import CampaignWork
from annotate.question_forms import QuestionBuilder
from annotate.questions import Questions
from annotate.services.campaign import Work
from annotate.services.campaign_setup import CampaignPlan, HeldOutTerms

WEEK = 7 * 24 * 60  # minutes
MOST_PEOPLE = 50
MOST_HELD_OUT = 1_000_000  # prompts a week
HELD_OUT = ("held_out_at_least", "held_out_at_most")
LONGEST_GUIDELINE = 200_000  # characters

EVERY = ("wanted", "lease_minutes", "edit_minutes")
SHARES = ("second_opinion_share", "held_out_share", "reviewed_share")
FIELDS = {
    Kind.RANK: ("answers", *EVERY, "strengths", *SHARES, "third_below", "stops_when_sure"),
    Kind.DEMONSTRATE: (*EVERY, "turns", "may_start_from", "looks_again", *SHARES),
    Kind.TALK: ("answers", "turns", *EVERY, "strengths", *SHARES),
}
OFFERED = {  # what a new campaign begins with
    Kind.RANK: Work(Kind.RANK),
    Kind.DEMONSTRATE: Work(Kind.DEMONSTRATE),
    Kind.TALK: Work(Kind.TALK, answers=2, turns=5),
}
FOLDED = {"edit_minutes", *SHARES, "third_below", "stops_when_sure"}  # seldom changed


class AboutForm(forms.Form):
    name = forms.CharField(max_length=100, label=gettext_lazy("Name"))
    summary = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Summary"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One or two sentences that people read before they join."),
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
        return [self["name"], self["summary"]]

    @property
    def bounds(self) -> list[BoundField]:
        return [self[name] for name in HELD_OUT]

    def held_out(self) -> HeldOutTerms:
        return HeldOutTerms(*(self.cleaned_data[name] for name in HELD_OUT))


class PercentField(forms.FloatField):
    """A share of 0 … 1 that a page shows in per cent."""

    def __init__(self, **kwargs: object) -> None:
        said = {"min_value": 0, "max_value": 100, **kwargs}
        super().__init__(**said)  # type: ignore[arg-type]  # as FloatField has them

    def prepare_value(self, value: object) -> object:
        return round(value * 100, 4) if isinstance(value, float) else value

    def clean(self, value: object) -> float:
        return round(float(super().clean(value)) / 100, 6)


class WorkForm(forms.Form):
    """The terms of one kind of work. What is not asked for is not judged."""

    use_required_attribute = False  # a kind that is not asked for may stand empty

    asked = forms.BooleanField(required=False)
    answers = forms.IntegerField(
        min_value=2, max_value=9, label=gettext_lazy("Answers side by side (K)")
    )
    strengths = forms.BooleanField(
        required=False, label=gettext_lazy("Ask how much better one is than the next")
    )
    turns = forms.IntegerField(
        min_value=1, max_value=50, label=gettext_lazy("Turns of one conversation, at most")
    )
    may_start_from = forms.BooleanField(
        required=False, label=gettext_lazy("Writers may begin with an answer that is there")
    )
    looks_again = forms.BooleanField(
        required=False, label=gettext_lazy("Show it once more before it is handed in")
    )
    wanted = forms.IntegerField(
        min_value=1, max_value=MOST_PEOPLE, label=gettext_lazy("People per item")
    )
    lease_minutes = forms.IntegerField(
        min_value=1, max_value=WEEK, label=gettext_lazy("Minutes that an item is one’s own")
    )
    edit_minutes = forms.IntegerField(
        min_value=1, max_value=WEEK, label=gettext_lazy("Minutes to change it afterwards")
    )
    second_opinion_share = PercentField(
        label=gettext_lazy("Second opinions (%)"),
        help_text=gettext_lazy("Share of items, drawn by chance, that get one person more."),
    )
    held_out_share = PercentField(
        label=gettext_lazy("Held out (%)"),
        help_text=gettext_lazy(
            "Share of prompts for held-out raters alone; never trained on. The largest of all "
            "kinds counts."
        ),
    )
    reviewed_share = PercentField(
        label=gettext_lazy("Reviewed (%)"),
        help_text=gettext_lazy("Share of what is handed in that a reviewer looks at."),
    )
    third_below = forms.FloatField(
        required=False,
        min_value=-1,
        max_value=1,
        label=gettext_lazy("Ask a third person below this agreement"),
        help_text=gettext_lazy(
            "τ-b of two orders, −1 to 1; another best answer asks too. Empty: never."
        ),
    )
    stops_when_sure = forms.FloatField(
        required=False,
        min_value=0.51,
        max_value=0.999,
        label=gettext_lazy("Ask for no more votes when the order is this sure"),
        help_text=gettext_lazy(
            "The chance that the least sure pair is ordered rightly, as in 0.95. Second opinions "
            "drawn by chance are asked for all the same. Empty: never."
        ),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        kind: Kind,
        now: Work | CampaignWork | None,
        is_fixed: bool = False,
    ) -> None:
        """``now`` is what stands; ``is_fixed``: there are tasks of it, so it stays."""
        terms = now or OFFERED[kind]
        initial = {name: getattr(terms, name) for name in FIELDS[kind]}
        super().__init__(data, prefix=kind, initial=initial | {"asked": now is not None})
        self.kind = kind
        for name in set(self.fields) - {"asked", *FIELDS[kind]}:
            del self.fields[name]
        self.fields["asked"].label = kind.label
        self.fields["asked"].disabled = is_fixed

    @property
    def likely(self) -> list[BoundField]:
        return [self[name] for name in FIELDS[self.kind] if name not in FOLDED]

    @property
    def folded(self) -> list[BoundField]:
        return [self[name] for name in FIELDS[self.kind] if name in FOLDED]

    @property
    def has_folded_errors(self) -> bool:
        return self.is_bound and any(field.errors for field in self.folded)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("asked"):
            self._errors = forms.utils.ErrorDict()

    def work(self) -> Work | None:
        """The terms; None where it is not asked for."""
        said = self.cleaned_data
        if not said.get("asked"):
            return None
        return Work(self.kind, **{name: said[name] for name in FIELDS[self.kind]})


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


class TermsForm:
    """What a campaign asks for: a form for each kind of work, at least one of them asked."""

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        now: Sequence[Work | CampaignWork],
        fixed: Collection[str] = (),
    ) -> None:
        standing = {work.kind: work for work in now}
        self.kinds = [
            WorkForm(data, kind=kind, now=standing.get(kind), is_fixed=kind in fixed)
            for kind in FIELDS
        ]

    def is_valid(self) -> bool:
        return all(each.is_valid() for each in self.kinds) and not self.error

    @property
    def error(self) -> str:
        """What is wrong with all of them together."""
        is_asked = any(each["asked"].value() for each in self.kinds)
        return "" if is_asked else _("Choose at least one kind of work.")

    def works(self) -> list[Work]:
        return [work for each in self.kinds if (work := each.work()) is not None]


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
            works=self.terms.works(),
            guideline=self.guideline.cleaned_data["text"],
            questions=self.questions.questions(),
        )
