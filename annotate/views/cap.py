"""How much one person may do, set by a lead, beside what each has done."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotate.forms.people import CapForm
from annotate.models import Campaign
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.cap import FEW, Hands, hands_of, rules_of, share_of_few
from annotate.services.cap import set_caps
from annotate.views.looks import note_people
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.views.requests import AuthedRequest


@login_required
@require_http_methods(["GET", "POST"])
def caps(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Who did how much of the campaign; POST sets the limits."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = CapForm(request.POST if request.method == "POST" else None, initial=_said(campaign))
    if form.is_valid():
        set_caps(campaign=campaign, by=request.user, **form.cleaned_data)
        messages.success(request, _("These limits hold from now on."))
        return redirect("annotate:caps", uuid=uuid)
    hands = hands_of(campaign)
    table = _table(hands)
    if file := file_asked_for(request, [table], [campaign]):
        return file
    note_people(request, [campaign])
    everybody = [each for each in hands if each.membership.active]
    context = {
        "campaign": campaign,
        "form": form,
        "table": table.addressed(request),
        "few": FEW,
        "few_percent": round(100 * share_of_few(hands)) if len(hands) > FEW else None,
        "all_at_limit": bool(everybody) and all(each.is_at_limit for each in everybody),
    }
    return render(request, "annotate/caps.html", context, status=422 if form.is_bound else 200)


def _said(campaign: Campaign) -> dict[str, object]:
    rules = rules_of(campaign)
    return {"per_day": rules.per_day, "percent": rules.percent} if rules else {}


def _table(hands: list[Hands]) -> Table:
    columns = [
        Column(_("User name")),
        Column(_("Today"), is_number=True),
        Column(_("In all"), is_number=True),
        Column(_("Share"), is_number=True),
        Column(_("Limit")),
    ]
    rows = [
        [
            Cell(each.membership.person.username),
            Cell(each.today),
            Cell(each.items),
            Cell(each.share, is_share=True),
            Cell(_("reached"), badge="wait") if each.is_at_limit else Cell(""),
        ]
        for each in hands
    ]
    return Table("hands", _("Who did how much"), columns, rows, empty=_("Nobody yet."))
