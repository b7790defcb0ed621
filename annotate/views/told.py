"""After an item of training: what the person said, what is right, and why."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotate.selectors.assignment import assignments_of, candidates_in_order
from annotate.selectors.care import own_cover_of
from annotate.selectors.gold import told_result
from annotate.selectors.submission import body_of, current_submission
from annotate.views.reading import conversation, lettered, order_in_words
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest


@login_required
@require_safe
def told(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Nobody else's, and nothing of what checks a person in silence."""
    turn = get_object_or_404(assignments_of(request.user), uuid=uuid)
    result = told_result(request.user, turn.pk)
    if result is None:
        raise Http404
    answer = result.gold.answer
    right = {"tiers": answer.tiers, "unrankable": answer.unrankable}
    context = {
        "campaign": turn.task.campaign,
        "cover": own_cover_of(
            request.user, campaign=turn.task.campaign_id, prompt=turn.task.prompt
        ),
        "kind": turn.task.kind,
        "result": result,
        "is_right": result.agreed == result.compared,
        "mine": order_in_words(turn.order, body_of(current_submission(turn))),
        "right": order_in_words(turn.order, right),
        "why": render_markdown(result.gold.explanation),
        "turns": conversation(turn.task.prompt.messages),
        "answers": lettered(candidates_in_order(turn)),
    }
    return render(request, "annotate/told.html", context)
