"""What pages send, judged for its shape; whether it is right is the services' to say."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotate.enums import CampaignState, Kind, SkipReason, SnapshotKind
from annotate.models import Campaign
from annotate.services.demonstration import DemonstrationAnswer
from annotate.services.ranking import RankingAnswer
from annotate.services.snapshot import SnapshotPolicy

APART = "apart"  # the rank of an answer that cannot be ranked
LETTERS = "ABCDEFGHI"


class StartForm(forms.Form):
    """Which work a person asks for; nothing named means whatever comes first."""

    campaign = forms.UUIDField(required=False)
    kind = forms.ChoiceField(choices=[("", ""), *Kind.choices], required=False)


class SkipForm(forms.Form):
    reason = forms.ChoiceField(choices=SkipReason.choices)
    note = forms.CharField(required=False, max_length=2000)


class SubmissionForm(forms.Form):
    """``key`` makes a double click one row; ``version`` is that of the draft it was made from."""

    key = forms.UUIDField()
    version = forms.IntegerField(min_value=0)


class WritingForm(SubmissionForm):
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea)

    def answer(self) -> DemonstrationAnswer:
        return DemonstrationAnswer(text=self.cleaned_data["text"])

    def draft(self) -> dict[str, object]:
        """What was posted, as a draft holds it."""
        return {"text": self.data.get("text", "")}


class RankingForm(SubmissionForm):
    """An order of answers: one JSON field where scripts run, one number per answer elsewhere.

    Equal numbers tie. An answer without a number is left out, and the service says so.
    """

    ranking = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *, answers: Sequence[str], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        self.answers = list(answers)
        ranks = [(str(rank), str(rank)) for rank in range(1, len(answers) + 1)]
        choices = [("", "–"), *ranks, (APART, _("cannot be ranked"))]
        for letter, answer in zip(LETTERS, self.answers, strict=False):
            widget = forms.Select(attrs={"id": f"rank-{letter}"})
            self.fields[rank_field(answer)] = forms.ChoiceField(
                choices=choices, required=False, widget=widget
            )

    def clean_ranking(self) -> dict[str, object] | None:
        said = self.cleaned_data["ranking"]
        if not said:
            return None
        try:
            return parsed_order(json.loads(said))
        except ValueError as odd:
            raise forms.ValidationError(
                _("The order did not arrive whole; reload the page and submit again.")
            ) from odd

    def answer(self) -> RankingAnswer:
        order = self.cleaned_data["ranking"] or self._order_by_number()
        return RankingAnswer(**order)

    def draft(self) -> dict[str, object] | None:
        """What was posted, as a draft holds it; nothing where it could not be read."""
        return self.cleaned_data.get("ranking") or None

    def _order_by_number(self) -> dict[str, list[object]]:
        tiers: dict[int, list[object]] = defaultdict(list)
        for answer in self.answers:
            said = self.cleaned_data[rank_field(answer)]
            if said.isdigit():
                tiers[int(said)].append(answer)
        apart = [each for each in self.answers if self.cleaned_data[rank_field(each)] == APART]
        return {"tiers": [tiers[rank] for rank in sorted(tiers)], "unrankable": list(apart)}


def parsed_order(said: object) -> dict[str, object]:
    """Tiers, unrankable and strengths as the service takes them; ValueError for another shape."""
    if not isinstance(said, dict):
        raise ValueError("not an object")
    tiers, apart, strengths = (said.get(name, []) for name in ("tiers", "unrankable", "strengths"))
    if not (isinstance(tiers, list) and all(_are(str, tier) for tier in tiers)):
        raise ValueError("tiers")
    if not _are(str, apart) or not _are((int, type(None)), strengths):
        raise ValueError("unrankable or strengths")
    return {"tiers": tiers, "unrankable": apart, "strengths": strengths}


def _are(kind: type | tuple[type, ...], said: object) -> bool:
    return isinstance(said, list) and all(
        isinstance(each, kind) and not isinstance(each, bool) for each in said
    )


def rank_field(answer: str) -> str:
    return f"rank_{answer}"


class CampaignStateForm(forms.Form):
    state = forms.ChoiceField(choices=CampaignState.choices)


class SnapshotForm(forms.Form):
    """What a lead asks to be frozen, and under which policy."""

    kind = forms.ChoiceField(choices=SnapshotKind.choices, widget=forms.RadioSelect)
    campaigns = forms.ModelMultipleChoiceField(
        queryset=Campaign.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        label=_("Campaigns"),
    )
    imported = forms.BooleanField(
        required=False, initial=True, label=_("Take in what was imported")
    )
    margins = forms.BooleanField(
        required=False, label=_("Write a margin from the strength (preference pairs)")
    )

    def __init__(self, *, campaigns: QuerySet[Campaign], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        field = cast("forms.ModelMultipleChoiceField[Campaign]", self.fields["campaigns"])
        field.queryset = campaigns

    def policy(self) -> SnapshotPolicy:
        return SnapshotPolicy(
            imported=self.cleaned_data["imported"], margins=self.cleaned_data["margins"]
        )
