"""The keys that a person chose instead of ours. They are the person's: every browser has them."""

from http import HTTPStatus

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.validators import RegexValidator
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from commons.keys import choose_key, forget_keys
from commons.views.requests import AuthedRequest


class KeyForm(forms.Form):
    """What a key does, and the key, as keys.js names both. No key: ours again; no act: all ours."""

    act = forms.CharField(
        max_length=40, required=False, validators=[RegexValidator(r"^[a-z0-9-]+$")]
    )
    key = forms.CharField(max_length=20, required=False, strip=False)


@login_required
@require_POST
def keys(request: AuthedRequest) -> HttpResponse:
    form = KeyForm(request.POST)
    if not form.is_valid():
        return JsonResponse(
            {"detail": form.errors.as_text()}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    act, key = form.cleaned_data["act"], form.cleaned_data["key"]
    chosen = choose_key(person=request.user, act=act, key=key) if act else forget_keys(request.user)
    return JsonResponse(chosen)
