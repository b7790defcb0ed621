"""What the page of a review sends."""

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from annotate.enums import Decision, ReviewReason
from annotate.forms import RankingForm
from annotate.services.demonstration import DemonstrationAnswer
from annotate.services.ranking import RankingAnswer
from annotate.services.resolving import Verdict


class IdsField(forms.TypedMultipleChoiceField):
    """Any ids: whether they are the right ones is the service's to say."""

    def __init__(self) -> None:
        super().__init__(coerce=UUID, required=False)

    def valid_value(self, value: object) -> bool:
        return True


class OrderForm(RankingForm):
    """An order that a reviewer puts in the place of others."""

    key = None  # type: ignore[assignment]  # so Django leaves a field of its parent out
    version = None  # type: ignore[assignment]
    change = None  # type: ignore[assignment]
    stay = None  # type: ignore[assignment]


class ReviewForm(forms.Form):
    """``seen`` names the revisions that were on the page, ``note_…`` says something to each."""

    decision = forms.ChoiceField(
        choices=Decision.choices,
        error_messages={"required": _("Decide: accept one version, correct, or reject.")},
    )
    reason = forms.ChoiceField(choices=[("", "–"), *ReviewReason.choices], required=False)
    accepted = forms.UUIDField(required=False)
    rejected = IdsField()
    seen = IdsField()
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea)

    def __init__(self, *, versions: Sequence[UUID], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        self.versions = versions
        for uuid in versions:
            self.fields[note_field(uuid)] = forms.CharField(
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2, "maxlength": 2000}),
            )

    def verdict(self, order: OrderForm | None) -> Verdict:
        """``order`` holds the corrected order, where it is orders that are reviewed."""
        said = self.cleaned_data
        decision = Decision(said["decision"])
        return Verdict(
            decision=decision,
            seen=said["seen"],
            reason=ReviewReason(said["reason"]) if said["reason"] else None,
            accepted=said["accepted"] if decision == Decision.ACCEPT else None,
            corrected=self._corrected(order) if decision == Decision.CORRECT else None,
            rejected=said["rejected"],
            notes={uuid: said[note_field(uuid)] for uuid in self.versions},
        )

    def _corrected(self, order: OrderForm | None) -> RankingAnswer | DemonstrationAnswer:
        if order is not None:
            return order.answer()
        return DemonstrationAnswer(self.cleaned_data["text"].replace("\r\n", "\n"))


def note_field(version: UUID) -> str:
    return f"note_{version}"
