"""The keys by which programs speak for a person: made, shown once, revoked."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commons.models import ApiToken, Scope
from commons.tokens import Lifetime, TokenMadeBefore, make_token, revoke_token, tokens_of
from commons.views.requests import AuthedRequest

SCOPES = [
    (Scope.WORK, gettext_lazy("Work: take items, keep drafts, submit")),
    (Scope.READ, gettext_lazy("Read: campaigns and how far they are")),
    (Scope.MANAGE, gettext_lazy("Manage: bring prompts and candidates in")),
]


class TokenForm(forms.Form):
    """``uuid`` is the new token's: sent a second time, the form makes no second one."""

    uuid = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    name = forms.CharField(
        max_length=100,
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("A name by which you will know it again, such as “nightly import”."),
    )
    scopes = forms.MultipleChoiceField(
        choices=SCOPES,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("What may it do?"),
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )
    lifetime = forms.TypedChoiceField(
        choices=Lifetime.choices,
        coerce=lambda days: Lifetime(int(days)),
        initial=Lifetime.QUARTER,
        label=gettext_lazy("How long does it live?"),
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: AuthedRequest) -> HttpResponse:
    """One's own tokens. The answer to the form is the only page that ever shows the key."""
    form = TokenForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form=form, status=422 if form.is_bound else 200)
    try:
        made = make_token(
            by=request.user,
            uuid=form.cleaned_data["uuid"],
            name=form.cleaned_data["name"],
            scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
            lifetime=form.cleaned_data["lifetime"],
        )
    except TokenMadeBefore as twice:
        messages.warning(request, str(twice))
        return redirect("commons:tokens")
    return _page(request, form=TokenForm(), made=made, status=201)


def _page(request: AuthedRequest, *, status: int, **context: object) -> HttpResponse:
    context |= {"tokens": tokens_of(request.user), "now": timezone.now()}
    return render(request, "commons/tokens.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def revoke(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """GET asks, POST does it."""
    token = get_object_or_404(ApiToken, user=request.user, uuid=uuid)
    if request.method == "POST":
        if revoke_token(token=token, by=request.user):
            messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
        return redirect("commons:tokens")
    return render(request, "commons/revoke_token.html", {"token": token})
