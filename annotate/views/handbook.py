"""The handbook: the pages of ``docs/`` that people need at work or in the lead, in the product."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from annotate.selectors.hold import standing_of
from commons.handbook import handbook_page, title_of
from commons.models import User
from commons.views.requests import AuthedRequest

WORKING = {"annotators": _("The desk, ranking, writing, talking: everything in five minutes.")}
LEADING = {
    "people": _("Checks, tests, review, pauses, teams, limits, pay."),
    "quality": _("Every number of the dashboard: how it is made, when not to trust it."),
    "importing": _("Bringing prompts, answers and judgements along."),
    "datasets": _("What a frozen dataset holds, row by row."),
    "reward-models": _("Training one, and reading its report card."),
    "cycle": _("Each step, each threshold of the gate, each reason to hold or fail."),
    "candidates": _("Who writes the answers that people judge, and which are shown."),
    "arena": _("Two policies, one prompt, people choose."),
    "api": _("The same work, done by programs."),
}
TEAM = ("people", "api")  # what concerns whoever leads a team, and no campaign


@login_required
@require_safe
def handbook(request: AuthedRequest) -> HttpResponse:
    """What there is to read; who has one page goes straight to it."""
    known = _open_to(request.user)
    if len(known) == 1:
        return redirect("annotate:handbook_page", *known)
    pages = [(name, title_of(name), says) for name, says in known.items()]
    return render(request, "annotate/handbook.html", {"pages": pages})


@login_required
@require_safe
def page(request: AuthedRequest, name: str) -> HttpResponse:
    """One page of it; those about leading are there for leads alone."""
    known = _open_to(request.user)
    if name not in known:
        raise Http404

    shown = handbook_page(name, frozenset(known), _address)
    context = {"page": shown, "has_others": len(known) > 1}
    return render(request, "annotate/handbook_page.html", context)


def _address(name: str) -> str:
    return reverse("annotate:handbook_page", args=[name])


def _open_to(person: User) -> dict[str, object]:
    """The pages that somebody may read, and what each is about."""
    standing = standing_of(person)
    if standing.leads:
        return {**WORKING, **LEADING}
    team = {name: LEADING[name] for name in TEAM} if standing.leads_a_team else {}
    return {**WORKING, **team}
