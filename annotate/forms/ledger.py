"""What leads say about pay, judged for its shape."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Kind, PaidKind
from annotate.models import Campaign, Membership, Rate
from annotate.pay import Terms

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST = Decimal("999999.9999")
MOST_CORRECTED = Decimal("99999999.99")
DAY = {"type": "date"}


class CurrencyField(forms.CharField):
    """Three letters, whichever way they are typed."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Currency"),
            help_text=gettext_lazy("Its code, as in EUR."),
            validators=[
                RegexValidator(r"^[A-Z]{3}$", gettext_lazy("Write the three letters of a code."))
            ],
            widget=forms.TextInput(attrs={"size": 4, "autocomplete": "off"}),
        )

    def to_python(self, value: object) -> str:
        return str(super().to_python(value)).upper()


class KindField(forms.TypedChoiceField):
    """A kind of work that a campaign has, or none in particular, in these words."""

    def __init__(self, *, none: "_StrPromise", help_text: "_StrPromise") -> None:
        self.none = none
        super().__init__(
            label=gettext_lazy("Kind of work"),
            help_text=help_text,
            required=False,
            coerce=PaidKind,
            empty_value=None,
        )

    def offer(self, campaign: Campaign) -> None:
        kinds = set(campaign.works.values_list("kind", flat=True)) or set(Kind)
        offered = [each for each in PaidKind if each == PaidKind.REVIEW or each in kinds]
        self.choices = [("", self.none), *((each.value, each.label) for each in offered)]


class OfCampaignForm(forms.Form):
    """Offers the kinds of work of one campaign."""

    def __init__(self, campaign: Campaign, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        kind = self.fields["kind"]
        assert isinstance(kind, KindField)
        kind.offer(campaign)


class RateForm(OfCampaignForm):
    kind = KindField(
        none=gettext_lazy("All that people hand in"),
        help_text=gettext_lazy(
            "A rate of one kind wins over one of all, also over a later one. Reviews are paid "
            "where a rate names them, by the item."
        ),
    )
    holds_from = forms.DateField(
        label=gettext_lazy("From this day on (UTC)"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    currency = CurrencyField()
    per_item = forms.DecimalField(
        min_value=0,
        max_value=MOST,
        decimal_places=4,
        initial=Decimal(0),
        label=gettext_lazy("For each item"),
    )
    per_hour = forms.DecimalField(
        min_value=0,
        max_value=MOST,
        decimal_places=4,
        initial=Decimal(0),
        label=gettext_lazy("For each hour at work"),
        help_text=gettext_lazy("With the page in sight; of a pause, its first 30 seconds."),
    )

    def terms(self) -> Terms:
        said = self.cleaned_data
        return Terms(said["currency"], said["per_item"], said["per_hour"])


def said_of_rate(rate: Rate | None, today: date) -> dict[str, object]:
    """What a new rate begins with: the one that holds last, from today on."""
    if rate is None:
        return {"holds_from": today}
    return {
        "holds_from": max(today, rate.holds_from),
        "currency": rate.currency,
        "per_item": rate.per_item,
        "per_hour": rate.per_hour,
    }


class PersonField(forms.ModelChoiceField[Membership]):
    """A member, by name and user name."""

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.person.display_name} ({obj.person.username})"


class CorrectionForm(OfCampaignForm):
    """``uuid`` is the new correction's: sent a second time, the form makes no second one."""

    uuid = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    member = PersonField(queryset=Membership.objects.none(), label=gettext_lazy("Person"))
    kind = KindField(
        none=gettext_lazy("None in particular"),
        help_text=gettext_lazy("Tables by kind of work say it."),
    )
    amount = forms.DecimalField(
        min_value=-MOST_CORRECTED,
        max_value=MOST_CORRECTED,
        decimal_places=2,
        label=gettext_lazy("Amount"),
        help_text=gettext_lazy("Below 0 it is taken off."),
    )
    currency = CurrencyField()
    reason = forms.CharField(
        max_length=1000,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("The person reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError(_("0 corrects nothing; write an amount."))
        return amount


class SettleForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("Work before this Monday (UTC)"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
