"""What a lead is told when something happens, by which way, and whether it arrived."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.forms.notice import KindsForm, WebhookForm
from annotate.views.leads import leads_only
from commons.errors import Refusal
from commons.models import Channel
from commons.notices.channels import (
    add_webhook,
    choose_mail,
    remove_channel,
    renew_secret,
    replay,
    send_test,
    set_active,
)
from commons.notices.sending import secret_of
from commons.notices.shown import deliveries_of, mail_kinds_of, webhooks_of
from commons.nudges import nudge
from commons.tasks import send_notices
from commons.views.requests import AuthedRequest

SHOWN = 50  # lines of the log


@leads_only
@never_cache
@require_safe
def notices(request: AuthedRequest) -> HttpResponse:
    """What one is told, by which ways, and the newest deliveries."""
    return _page(request)


def _page(
    request: AuthedRequest,
    *,
    form: WebhookForm | None = None,
    made: Channel | None = None,
    status: int = 200,
) -> HttpResponse:
    person = request.user
    context = {
        "mail_form": KindsForm(initial={"kinds": mail_kinds_of(person)}),
        "mail_is_set_up": settings.MAIL_IS_SET_UP,
        "webhooks": webhooks_of(person),
        "form": form or WebhookForm(is_admin=person.is_superuser),
        "made": made,
        "secret": secret_of(made) if made else "",
        "deliveries": deliveries_of(person)[:SHOWN],
        "again": "annotate:replay_delivery",
    }
    return render(request, "annotate/notices.html", context, status=status)


@leads_only
@require_POST
def mail(request: AuthedRequest) -> HttpResponse:
    """Keep what a person wants to be told by e-mail."""
    form = KindsForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422)
    choose_mail(kinds=form.cleaned_data["kinds"], by=request.user)
    messages.success(request, _("Saved."))
    return redirect("annotate:notices")


@leads_only
@never_cache
@require_POST
def add(request: AuthedRequest) -> HttpResponse:
    """The answer is the only page that ever shows the secret."""
    form = WebhookForm(is_admin=request.user.is_superuser, data=request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        made = add_webhook(
            url=form.cleaned_data["url"],
            kinds=form.cleaned_data["kinds"],
            for_installation=form.cleaned_data.get("for_installation", False),
            uuid=form.cleaned_data["uuid"],
            by=request.user,
        )
    except Refusal as refused:
        form.add_error(refused.field or None, str(refused))
        return _page(request, form=form, status=422)
    return _page(request, made=made, status=201)


@leads_only
@require_POST
def test(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Send one notice to this webhook alone."""
    channel = _webhook(request, uuid)
    send_test(channel=channel, by=request.user)
    nudge(send_notices)
    messages.success(request, _("A test is on its way; the log says whether it arrived."))
    return redirect("annotate:notices")


@leads_only
@require_POST
def switch(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Stop a webhook, or let it hear again."""
    channel = _webhook(request, uuid)
    set_active(channel=channel, active=request.POST.get("active") == "1", by=request.user)
    return redirect("annotate:notices")


@leads_only
@never_cache
@require_http_methods(["GET", "POST"])
def renew(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """GET asks; the answer to POST shows the new secret, once."""
    channel = _webhook(request, uuid)
    if request.method == "POST":
        return _page(request, made=renew_secret(channel=channel, by=request.user))
    asks = {
        "title": _("Make a new secret?"),
        "says": _(
            "Whatever is sent from now on is signed with the new one; the receiver refuses it "
            "until it has that."
        ),
        "yes": _("Make a new secret"),
    }
    return _ask(request, channel, asks)


@leads_only
@require_http_methods(["GET", "POST"])
def remove(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """GET asks, POST does it."""
    channel = _webhook(request, uuid)
    if request.method == "POST":
        remove_channel(channel=channel, by=request.user)
        messages.success(request, _("Removed."))
        return redirect("annotate:notices")
    asks = {
        "title": _("Remove this webhook?"),
        "says": _("Nothing is posted there any more. What was sent there leaves the log as well."),
        "yes": _("Remove it"),
    }
    return _ask(request, channel, asks)


@leads_only
@require_POST
def again(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Send one delivery once more."""
    delivery = get_object_or_404(deliveries_of(request.user), uuid=uuid)
    if replay(delivery=delivery, by=request.user):
        nudge(send_notices)
        messages.success(request, _("It is on its way once more."))
    return redirect("annotate:notices")


def _webhook(request: AuthedRequest, uuid: UUID) -> Channel:
    return get_object_or_404(webhooks_of(request.user), uuid=uuid)


def _ask(request: AuthedRequest, channel: Channel, asks: dict[str, str]) -> HttpResponse:
    question = {
        **asks,
        "counts": channel.url,
        "back": reverse("annotate:notices"),
        "where": _("Notices"),
        "is_grave": True,
    }
    return render(request, "annotate/confirm.html", {"question": question})
