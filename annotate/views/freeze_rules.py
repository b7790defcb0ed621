"""A lead says what a dataset must not be, before one is frozen."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotate.forms.freeze_rules import FreezeRulesForm
from annotate.selectors.campaign import campaigns_led_by
from annotate.services.freeze_rules import set_freeze_rules
from commons.views.requests import AuthedRequest


@login_required
@require_http_methods(["GET", "POST"])
def freeze_rules(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    sent = request.POST if request.method == "POST" else None
    form = FreezeRulesForm(sent, now=campaign.freeze_rules)
    if form.is_valid():
        set_freeze_rules(campaign=campaign, rules=form.rules(), by=request.user)
        messages.success(request, _("These limits hold for every dataset from now on."))
        return redirect("annotate:campaign_settings", uuid=uuid)
    context = {"campaign": campaign, "form": form}
    status = 422 if sent is not None else 200
    return render(request, "annotate/freeze_rules.html", context, status=status)
