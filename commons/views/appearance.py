"""The colours a person chose; the browser's cookie holds the choice, so that no page flashes."""

from django import forms
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

COOKIE = "theme"
YEAR = 365 * 24 * 3600


class Appearance(TextChoices):
    AUTO = "auto", _("Auto")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
    CONTRAST = "contrast", _("Contrast")


class AppearanceForm(forms.Form):
    theme = forms.ChoiceField(choices=Appearance.choices)


def appearance_of(request: HttpRequest) -> Appearance:
    """What was chosen; the system's own choice when nothing (or nonsense) was."""
    said = request.COOKIES.get(COOKIE, "")
    return Appearance(said) if said in Appearance.values else Appearance.AUTO


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, high contrast or the system's choice, and go back to where one was."""
    there = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(there, {request.get_host()}, request.is_secure()):
        there = "/"
    response = redirect(there)
    form = AppearanceForm(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["theme"]
        response.set_cookie(
            COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response
