"""A written answer, as its page sends it and as a draft holds it."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from annotate.conversation import Messages, messages_in
from annotate.forms.assignment import SubmissionForm
from annotate.services.demonstration import DemonstrationAnswer


class WritingForm(SubmissionForm):
    """The last text of an answer, as JSON the blocks before it, and the candidate it began with.

    Where no script runs, the blocks that a draft has come back as they were sent out.
    """

    text = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    before = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    started_from = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Forms end their lines as mail does, scripts and drafts as everything else."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean_before(self) -> Messages:
        try:
            return messages_in(self.cleaned_data["before"])
        except ValueError as odd:
            raise forms.ValidationError(
                _("The blocks did not arrive whole; reload the page and submit again.")
            ) from odd

    def answer(self) -> DemonstrationAnswer:
        return DemonstrationAnswer(**{name: self.cleaned_data[name] for name in PARTS})

    def draft(self) -> dict[str, object] | None:
        """What is not there is None, as ``get`` has it of a draft that does not say it."""
        said = self.cleaned_data
        if any(name not in said for name in PARTS):
            return None
        start = said["started_from"]
        return {
            "text": said["text"],
            "before": said["before"] or None,
            "started_from": str(start) if start else None,
        }

    def says_the_same(self, body: Mapping[str, object]) -> bool:
        return answer_in(body).messages() == self.answer().messages()


PARTS = ("text", "before", "started_from")  # of an answer


def answer_in(body: Mapping[str, object]) -> DemonstrationAnswer:
    """The answer that a draft holds."""
    before = body.get("before")
    blocks = [each for each in before if isinstance(each, dict)] if isinstance(before, list) else []
    return DemonstrationAnswer(str(body.get("text") or ""), blocks)
