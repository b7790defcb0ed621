"""A guideline has changed: the items that it is about are asked again, after a preview."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from annotate.errors import AnnotateError
from annotate.models import Campaign
from annotate.selectors.affected import Affected
from annotate.selectors.campaign import campaigns_led_by, current_instructions
from annotate.selectors.explore import Offered, offered_in
from annotate.selectors.task import asking_again, last_asked_again
from annotate.services.task import open_round
from annotate.views.confirming import ASKS_AGAIN, asked_again
from commons.views.requests import AuthedRequest

DAY = timedelta(days=1)


class AffectedForm(forms.Form):
    """What the items have in common; ``seen`` is what had been asked again when it was shown."""

    skill = forms.ChoiceField(required=False, label=gettext_lazy("Skill"))
    language = forms.ChoiceField(required=False, label=gettext_lazy("Language"))
    flag = forms.ChoiceField(required=False, label=gettext_lazy("A flag that somebody said yes to"))
    since = forms.DateField(
        required=False,
        label=gettext_lazy("Judged from (UTC)"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        required=False,
        label=gettext_lazy("Judged until, this day included (UTC)"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    below_version = forms.IntegerField(
        required=False,
        min_value=2,
        label=gettext_lazy("Judged under a guideline before version"),
    )

    def __init__(self, *args: object, offered: Offered, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Form has them
        any_one = ("", _("any"))
        for name, found in (("skill", offered.skills), ("language", offered.languages)):
            self.fields[name].choices = [any_one, *((each, each) for each in found)]  # type: ignore[attr-defined]
        self.fields["flag"].choices = [any_one, *offered.flags]  # type: ignore[attr-defined]

    def affected(self) -> Affected:
        said = self.cleaned_data
        until = said["until"]
        return Affected(
            skill=said["skill"],
            language=said["language"],
            flag=said["flag"],
            since=_midnight(said["since"]),
            until=_midnight(until + DAY if until else None),
            below_version=said["below_version"],
        )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=UTC) if day else None


@login_required
@require_http_methods(["GET", "POST"])
def affected(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A GET with a choice says what would be asked again; the same by POST asks it."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    sent = request.POST if request.method == "POST" else (request.GET or None)
    form = AffectedForm(
        sent, offered=offered_in(campaign, request.user), initial=starts_of(campaign)
    )
    context: dict[str, object] = {"campaign": campaign, "form": form, "says": ASKS_AGAIN}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "annotate/affected.html", context, status=status)
    if request.method == "POST":
        try:
            return asked(request, campaign, form)
        except AnnotateError as refused:
            form.add_error(None, str(refused))
    context |= {
        "again": asking_again(campaign, None, form.affected()),
        "seen": last_asked_again(campaign, None),
        "newest": current_instructions(campaign),
    }
    status = 422 if form.errors else 200
    return render(request, "annotate/affected.html", context, status=status)


def asked(request: AuthedRequest, campaign: Campaign, form: AffectedForm) -> HttpResponse:
    said = request.POST.get("seen", "")
    seen = int(said) if said.isdecimal() else -1
    tasks = open_round(
        campaign=campaign, batch=None, seen=seen, by=request.user, only=form.affected()
    )
    messages.success(request, asked_again(tasks))
    return redirect("annotate:campaign", uuid=campaign.uuid)


def starts_of(campaign: Campaign) -> dict[str, object]:
    """What was judged before the newest guideline."""
    newest = current_instructions(campaign)
    return {"below_version": newest.version} if newest and newest.version > 1 else {}
