"""One's own account: the name that others see, the zone for times, the password."""

from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from commons.models import User
from commons.views.requests import AuthedRequest

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    time_zone = forms.ChoiceField(
        choices=[("", gettext_lazy("The browser's own")), *ZONES],
        required=False,
        label=gettext_lazy("Time zone"),
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "time_zone"]


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: AuthedRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("commons:profile")
    status = 422 if form.is_bound else 200
    return render(request, "commons/profile.html", {"form": form}, status=status)


class ChangePassword(PasswordChangeView):
    template_name = "commons/password.html"
    success_url = reverse_lazy("commons:profile")
