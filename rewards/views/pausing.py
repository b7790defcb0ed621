"""A cycle is paused before its next step, and goes on."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commons.nudges import nudge
from commons.views.requests import AuthedRequest
from rewards.selectors.cycle import cycles_of
from rewards.services.pausing import pause_cycle, resume_cycle
from rewards.tasks import advance_open_cycles
from rewards.views.confirming import ConfirmForm, Question, ask_and_do
from rewards.views.leads import leads_only


@leads_only
@require_http_methods(["GET", "POST"])
def pause(request: AuthedRequest, uuid: UUID, number: int) -> HttpResponse:
    """Let the cycle wait before its next step."""
    cycle = get_object_or_404(cycles_of(request.user), track__uuid=uuid, number=number)

    def act(form: ConfirmForm) -> str:
        pause_cycle(cycle=cycle, by=request.user)
        return _("The cycle waits before its next step.")

    question = Question(
        title=_("Pause cycle %(number)d?") % {"number": number},
        says=_(
            "The step that is running goes on to its end; the next one is not begun until "
            "somebody lets the cycle go on."
        ),
        yes=_("Pause the cycle"),
        back=reverse("rewards:one_cycle", args=[uuid, number]),
    )
    return ask_and_do(request, question, act)


@leads_only
@require_http_methods(["GET", "POST"])
def resume(request: AuthedRequest, uuid: UUID, number: int) -> HttpResponse:
    """Let the cycle go on where it stands."""
    cycle = get_object_or_404(cycles_of(request.user), track__uuid=uuid, number=number)

    def act(form: ConfirmForm) -> str:
        resume_cycle(cycle=cycle, by=request.user)
        nudge(advance_open_cycles)
        return _("The cycle goes on.")

    question = Question(
        title=_("Let cycle %(number)d go on?") % {"number": number},
        says=_("It goes on with the step at which it waits."),
        yes=_("Go on"),
        back=reverse("rewards:one_cycle", args=[uuid, number]),
    )
    return ask_and_do(request, question, act)
