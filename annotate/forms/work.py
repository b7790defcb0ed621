"""The terms of each kind of work that a campaign asks for."""

from collections.abc import Collection, Mapping, Sequence

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Kind
from annotate.forms.percent import PercentField
from annotate.models import CampaignWork
from annotate.services.campaign import Work

WEEK = 7 * 24 * 60  # minutes
MOST_PEOPLE = 50
EVERY = ("wanted", "lease_minutes", "edit_minutes")
SHARES = ("second_opinion_share", "held_out_share", "reviewed_share")
FIELDS = {
    Kind.RANK: (
        "answers",
        *EVERY,
        "strengths",
        *SHARES,
        "second_up_to",
        "third_below",
        "stops_when_sure",
    ),
    Kind.DEMONSTRATE: (*EVERY, "turns", "may_start_from", "looks_again", *SHARES),
    Kind.TALK: ("answers", "turns", *EVERY, "strengths", *SHARES),
}
OFFERED = {  # what a new campaign begins with
    Kind.RANK: Work(Kind.RANK),
    Kind.DEMONSTRATE: Work(Kind.DEMONSTRATE),
    Kind.TALK: Work(Kind.TALK, answers=2, turns=5),
}
FOLDED = {  # seldom changed
    "edit_minutes",
    *SHARES,
    "second_up_to",
    "third_below",
    "stops_when_sure",
}


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
    second_up_to = PercentField(
        required=False,
        least=1,
        label=gettext_lazy("More second opinions where the first may be a coin, up to (%)"),
        help_text=gettext_lazy(
            "Where each item is asked of one person: a second one is drawn once the first has "
            "handed in, with the share above for whoever is surely consistent, up to this for "
            "whoever might toss a coin. Agreement stays that of all items. Empty: alike for all."
        ),
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
