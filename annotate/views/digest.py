"""The weekly letter: what the next one would say, and whether one is wanted."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotate.models import DigestRefusal
from annotate.selectors.digest import letter_of
from annotate.selectors.tally import week_start
from annotate.services.digest import mail_is_set_up, refuse_digest, want_digest
from annotate.views.leads import leads_only
from annotate.views.looking import looking_at
from commons.views.requests import AuthedRequest


@leads_only
@require_http_methods(["GET", "POST"])
def digest(request: AuthedRequest) -> HttpResponse:
    person = request.user
    if request.method == "POST":
        act = want_digest if request.POST.get("wanted") == "yes" else refuse_digest
        act(person=person)
        return redirect("annotate:digest")
    week = week_start() - timedelta(days=7)
    context = {
        "looking": looking_at(request),
        "here": "annotate:digest",
        "week": week,
        "letter": letter_of(person, week),
        "is_wanted": not DigestRefusal.objects.filter(person=person).exists(),
        "can_send": mail_is_set_up(),
        "has_address": bool(person.email),
    }
    return render(request, "annotate/digest.html", context)
