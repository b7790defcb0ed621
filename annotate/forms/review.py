"""What the page of a review sends."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from annotate.enums import Decision, ReviewReason
from annotate.forms.explore import WeekField
from annotate.forms.ranking import RankingForm
from annotate.services.demonstration import DemonstrationAnswer
from annotate.services.ranking import RankingAnswer
from annotate.services.resolving import Verdict
from commons.depth import is_too_deep
from commons.shapes import texts_in


class IdsField(forms.TypedMultipleChoiceField):
    """Any ids, some in one value with commas between them, as scripts send them.

    Whether they are the right ones is the service's to say.
    """

    def to_python(self, value: object) -> list[str]:
        said = ",".join(super().to_python(value))
        return [each for each in said.split(",") if each]

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

    def __init__(
        self, *, versions: Sequence[UUID], draft: Mapping[str, object], **kwargs: object
    ) -> None:
        """``draft`` is what the reviewer had half written; what is odd in it is left out."""
        kwargs["initial"] = initial_of(draft)
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data, as Form has it
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


def initial_of(draft: Mapping[str, object]) -> dict[str, object]:
    """The fields of the page as the draft has them."""
    texts = {name: draft.get(name) for name in ("decision", "reason", "accepted", "text")}
    found: dict[str, object] = {name: said for name, said in texts.items() if isinstance(said, str)}
    rejected, notes = draft.get("rejected"), draft.get("notes")
    if isinstance(rejected, list):
        found["rejected"] = [each for each in rejected if isinstance(each, str)]
    if isinstance(notes, dict):
        found |= {note_field(name): said for name, said in notes.items() if isinstance(said, str)}
    return found


class ReviewDraftForm(forms.Form):
    """What is half written, made from ``version`` of it."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    content = forms.JSONField()

    def clean_content(self) -> dict[str, object]:
        content = self.cleaned_data["content"]
        if not isinstance(content, dict) or is_too_deep(content):
            raise forms.ValidationError(_("A draft is a JSON object."))
        if any("\0" in text for text in texts_in(content)):
            raise forms.ValidationError(_("A draft holds no NUL."))
        return content


class DecidedForm(forms.Form):
    """Which of a campaign's decided reviews are listed."""

    decision = forms.ChoiceField(
        choices=[("", _("any")), *Decision.choices], required=False, label=_("Decision")
    )
    week = WeekField(required=False, max_length=8, label=_("Week"))


def note_field(version: UUID | str) -> str:
    return f"note_{version}"
