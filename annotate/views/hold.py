"""Reports: the items that somebody skipped for a reason which this person decides over."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotate.enums import Hold
from annotate.errors import AnnotateError
from annotate.forms.hold import DecisionForm
from annotate.models import Task
from annotate.selectors.care import covered_prompts
from annotate.selectors.hold import (
    Report,
    Said,
    as_read_by,
    decides_something,
    may_decide,
    reports_for,
)
from annotate.services.hold import return_to_queue, withdraw_task
from annotate.views.looks import note_items
from annotate.views.reading import ShownText, ShownTurn, asked, lettered
from commons.languages import within
from commons.views.requests import AuthedRequest
from commons.views.shown import shown_to

PAGE = 10
COVERED = (Hold.HARMFUL, Hold.PERSONAL_DATA)  # nothing of these is read before one asks for it


@dataclass(frozen=True)
class ShownReport:
    """A report as its page shows it: blind, rendered."""

    task: Task
    turns: Sequence[ShownTurn]
    answers: Sequence[ShownText]
    said: Sequence[Said]
    tags: Sequence[str]
    is_covered: bool
    may_harm: bool  # by a mark: what was said of it may quote it, and is covered with it


@dataclass(frozen=True)
class ReportsOfReason:
    label: str
    hold: Hold
    reports: list[ShownReport]


@shown_to(decides_something)
@require_safe
def reports(request: AuthedRequest) -> HttpResponse:
    """What waits for this person's decision, by reason."""
    pages = Paginator(reports_for(request.user), PAGE)
    page = pages.get_page(request.GET.get("page"))
    found = list(as_read_by(request.user, page.object_list))
    about = [(each.task.campaign_id, each.task.prompt) for each in found]
    shown = by_reason(found, covered_prompts(request.user, about))
    note_items(request, [each.task.campaign for each in found])
    context = {"page": page, "reasons": shown, "count": pages.count}
    return render(request, "annotate/reports.html", context)


def by_reason(reports: Iterable[Report], covered: Collection[int]) -> list[ReportsOfReason]:
    """One entry per reason; ``reports`` come ordered by it. ``covered``: prompts, by primary key,
    that no list shows."""
    grouped = groupby(reports, key=lambda each: Hold(each.task.held))
    return [
        ReportsOfReason(str(hold.label), hold, [shown_report(each, covered) for each in found])
        for hold, found in grouped
    ]


def shown_report(report: Report, covered: Collection[int]) -> ShownReport:
    prompt = report.task.prompt
    return ShownReport(
        task=report.task,
        turns=asked(prompt),
        answers=lettered(report.answers),
        said=report.said,
        tags=[tag for tag in (prompt.skill, prompt.language) if tag],
        is_covered=report.task.held in COVERED,
        may_harm=prompt.pk in covered,
    )


@login_required
@require_POST
def decide_report(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Give a reported item back to the queue, or take it out of its campaign."""
    task = get_object_or_404(Task.objects.select_related("campaign"), uuid=uuid)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Http404
    act, seen = form.cleaned_data["act"], Hold(form.cleaned_data["seen"])
    if not may_decide(request.user, task, seen):
        raise Http404
    decide = return_report if act == "return" else withdraw_report
    try:
        said = decide(request, task, seen, form.cleaned_data["note"])
    except AnnotateError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("annotate:reports")


def return_report(request: AuthedRequest, task: Task, seen: Hold, note: str) -> str:
    held = return_to_queue(task=task, seen=seen, by=request.user, note=note)
    if held is None:
        return _("Returned: others can be given the item now.")
    if held == Hold.WITHDRAWN:
        return _("Decided. Nobody gets the item all the same: its batch is withdrawn.")
    return _("Decided. The item still waits for another decision: %(reason)s.") % {
        "reason": within(held.label)
    }


def withdraw_report(request: AuthedRequest, task: Task, seen: Hold, note: str) -> str:
    withdraw_task(task=task, seen=seen, by=request.user, note=note)
    return _("Withdrawn: nobody is given the item any more. What was judged of it is kept.")
