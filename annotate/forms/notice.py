"""What the page of notices sends, judged for its shape."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.models import NoticeKind
from commons.notices.channels import ASKABLE

CHOICES = [(kind.value, kind.label) for kind in ASKABLE]


class KindsForm(forms.Form):
    """What somebody wants to hear of."""

    kinds = forms.TypedMultipleChoiceField(
        choices=CHOICES,
        coerce=NoticeKind,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label=_("Tell me when"),
    )


class WebhookForm(forms.Form):
    """``uuid`` is the new webhook's: sent a second time, the form makes no second one."""

    uuid = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    url = forms.CharField(
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        label=_("Address"),
        help_text=_("Notices are posted there as JSON, signed after Standard Webhooks."),
    )
    kinds = forms.TypedMultipleChoiceField(
        choices=CHOICES,
        coerce=NoticeKind,
        widget=forms.CheckboxSelectMultiple,
        label=_("What it hears of"),
        error_messages={"required": _("Choose at least one.")},
    )
    for_installation = forms.BooleanField(
        required=False, label=_("The installation’s: it hears of every campaign")
    )

    def __init__(self, *, is_admin: bool, **kwargs: object) -> None:
        super().__init__(prefix="webhook", **kwargs)  # type: ignore[arg-type]  # as Form has them
        if not is_admin:
            del self.fields["for_installation"]
