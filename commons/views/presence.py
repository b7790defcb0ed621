"""When one is here: hours a week, when, and the days on which one is away."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from commons.errors import Refusal
from commons.models import Availability
from commons.presence import (
    absences_ahead,
    say_absence,
    say_availability,
    take_back_absence,
    today,
)
from commons.views.requests import AuthedRequest


class AvailabilityForm(forms.Form):
    hours = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100,
        label=gettext_lazy("Hours a week"),
        help_text=gettext_lazy("How many you have for this work. Empty: not said."),
    )
    times = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("When"),
        help_text=gettext_lazy("In your words, as in: weekday mornings."),
    )


class AbsenceForm(forms.Form):
    """``uuid`` is the new row's: sent a second time, the form makes no second one."""

    uuid = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    since = forms.DateField(
        label=gettext_lazy("Away from"), widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("The last day away"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is not before the first."))
        elif until and until < today():
            self.add_error("until", _("That is over; name days that are to come."))
        return said


@login_required
@require_http_methods(["GET", "POST"])
def presence(request: AuthedRequest) -> HttpResponse:
    """What one has said; POST says hours and times."""
    said = Availability.objects.filter(person=request.user).first()
    initial = {"hours": said.hours, "times": said.times} if said else {}
    form = AvailabilityForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        say_availability(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("commons:presence")
    return _page(request, form, AbsenceForm(), status=422 if form.is_bound else 200)


@login_required
@require_POST
def away(request: AuthedRequest) -> HttpResponse:
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            say_absence(by=request.user, **form.cleaned_data)
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved: leads see it, and mail waits until you are back."))
            return redirect("commons:presence")
    said = Availability.objects.filter(person=request.user).first()
    initial = {"hours": said.hours, "times": said.times} if said else {}
    return _page(request, AvailabilityForm(initial=initial), form, status=422)


@login_required
@require_POST
def back(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Take an absence back."""
    take_back_absence(by=request.user, uuid=uuid)
    messages.success(request, _("Taken back: you are here."))
    return redirect("commons:presence")


def _page(
    request: AuthedRequest, form: AvailabilityForm, away: AbsenceForm, *, status: int
) -> HttpResponse:
    context = {"form": form, "away": away, "absences": absences_ahead(request.user)}
    return render(request, "commons/presence.html", context, status=status)
