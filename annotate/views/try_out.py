"""The very pages of work, with an item of which nothing is kept."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from annotate.enums import Kind
from annotate.errors import AnnotateError
from annotate.forms.answers import AnswersForm
from annotate.forms.demonstration import WritingForm
from annotate.models import Assignment, Campaign, Task
from annotate.selectors.campaign import campaigns_led_by, campaigns_of
from annotate.selectors.submission import Judgement, current_submission
from annotate.services.closing import SentDraft
from annotate.services.try_out import Item, item_like, make_turn, nothing_kept, sample_item
from annotate.views.demonstration import Writing
from annotate.views.looks import note_items
from annotate.views.ranking import Ordering
from annotate.views.work_page import FormT, WorkPage
from commons.views.requests import AuthedRequest

# What a judgement says, as far as it is of any kind.
SAID = ("text", "tiers", "unrankable", "strengths", "answers", "reason", "effort", "counts_as")


class Trying(WorkPage[FormT]):
    """A page of work whose end is what would have been kept."""

    is_try = True

    def post(self, request: AuthedRequest, uuid: UUID) -> HttpResponse:
        assignment = self.item(uuid)
        form = self.form_of(assignment, {}, request.POST)
        if not form.is_valid():
            return self.refuse(uuid, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        sent = SentDraft(form.cleaned_data["version"], form.draft())
        try:
            self.submit(assignment, form, sent)
        except AnnotateError as refused:
            form.add_error(None, str(refused))
            return self.refuse(uuid, form, HTTPStatus(refused.status))
        return self.tried(assignment)

    def tried(self, assignment: Assignment) -> HttpResponse:
        """What would have been kept."""
        context = {
            "campaign": assignment.task.campaign,
            "kind": self.kind,
            "said": said_by(current_submission(assignment)),
            "next": skipped(self.request) + 1,
        }
        return render(self.request, "annotate/tried.html", context)


class TryOrdering(Trying[AnswersForm], Ordering):
    pass


class TryWriting(Trying[WritingForm], Writing):
    pass


PAGES: Mapping[str, Callable[..., HttpResponseBase]] = {
    Kind.RANK: TryOrdering.as_view(),
    Kind.DEMONSTRATE: TryWriting.as_view(),
}


@login_required
@require_http_methods(["GET", "POST"])
def try_out(request: AuthedRequest, uuid: UUID, kind: str) -> HttpResponseBase:
    """Leads try the campaign's own items, others one of ours: theirs are not shown early."""
    campaign = get_object_or_404(campaigns_of(request.user), uuid=uuid)
    work = get_object_or_404(campaign.works, kind=kind)
    if kind not in PAGES:
        raise Http404
    answers = work.answers if work.kind == Kind.RANK else 0
    item = item_for(request, campaign, kind=Kind(work.kind), answers=answers)
    with nothing_kept():
        turn = make_turn(campaign=campaign, kind=Kind(kind), item=item, by=request.user)
        return PAGES[kind](request, uuid=turn.uuid)


def item_for(request: AuthedRequest, campaign: Campaign, *, kind: Kind, answers: int) -> Item:
    """Who tries the campaign's own is written down: nobody meets an item that way."""
    leads = campaigns_led_by(request.user).filter(pk=campaign.pk).exists()
    tasks = Task.objects.filter(campaign=campaign, kind=kind, lane__reserved_for=None)
    at = skipped(request)
    found = tasks.select_related("prompt").order_by("pk")[at : at + 1]
    if leads and (task := found.first()) and len(task.offered) >= answers:
        note_items(request, [campaign])
        return item_like(task)
    return sample_item(answers=answers)


def skipped(request: HttpRequest) -> int:
    """How many items a lead has tried before this one."""
    said = request.GET.get("after", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0


def said_by(judgement: Judgement) -> str:
    """What would have been kept, as JSON."""
    said = {name: getattr(judgement, name) for name in SAID if hasattr(judgement, name)}
    return json.dumps(said, indent=2, ensure_ascii=False)
