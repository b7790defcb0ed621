"""Asking about an item, answering, and the precedents that come of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.errors import AnnotateError
from annotate.forms.question import AnswerForm, QuestionForm
from annotate.models import Assignment, ItemQuestion, Precedent
from annotate.selectors.assignment import assignments_of
from annotate.selectors.campaign import campaigns_of
from annotate.selectors.care import covered_prompts
from annotate.selectors.question import (
    open_questions_for,
    precedents_like,
    precedents_of,
    questions_led_by,
    questions_of_turn,
)
from annotate.services.question import answer_question, ask_question
from annotate.views.assignment import page_of
from annotate.views.leads import leads_only
from annotate.views.looks import note_items
from annotate.views.reading import ShownTurn, asked
from commons.markdown import render_markdown
from commons.models import User
from commons.views.requests import AuthedRequest

PAGE = 10


@dataclass(frozen=True)
class ShownPrecedent:
    """``version`` is of the guideline under which it was given; None before there was any."""

    uuid: UUID
    asked: str
    answer: SafeString
    skill: str
    version: int | None


@dataclass(frozen=True)
class ShownQuestion:
    """An open question as its lead reads it, with the item it is about."""

    question: ItemQuestion
    turns: list[ShownTurn]
    form: AnswerForm
    is_covered: bool


@login_required
@require_POST
def ask(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Keep a question. A page that has scripts stays where it is; another one comes back to it."""
    turn = get_object_or_404(assignments_of(request.user), uuid=uuid)
    form, said = QuestionForm(request.POST), ""
    if form.is_valid():
        try:
            ask_question(assignment=turn, by=request.user, **form.cleaned_data)
        except AnnotateError as refused:
            form.add_error("text", str(refused))
        else:
            said = _("Asked. The answer comes to your desk; you may go on meanwhile, or skip.")
            form = fresh_form()
    if request.headers.get("HX-Request"):
        return render(request, "annotate/_ask_form.html", about(turn, form) | {"asked_now": said})
    if said:
        messages.success(request, said)
    else:
        messages.error(request, " ".join(map(str, form.errors.get("text", []))) or _("Ask again."))
    return page_of(turn)


def fresh_form() -> QuestionForm:
    return QuestionForm(initial={"key": uuid4()})


def about(turn: Assignment, form: QuestionForm) -> dict[str, object]:
    return {"assignment": turn, "ask_form": form, "asked_before": questions_of_turn(turn)}


@login_required
@require_safe
def beside(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What stands in the guideline's drawer below it: the precedents of items like this one."""
    turn = get_object_or_404(assignments_of(request.user), uuid=uuid)
    found = precedents_like(turn.task.campaign, turn.task.prompt)
    context = {"precedents": shown_precedents(found), "campaign": turn.task.campaign}
    return render(request, "annotate/_precedents.html", context)


@login_required
@require_safe
def asking(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The form that asks, as a page's popover loads it."""
    turn = get_object_or_404(assignments_of(request.user), uuid=uuid)
    return render(request, "annotate/_ask_form.html", about(turn, fresh_form()))


def shown_precedents(precedents: Iterable[Precedent]) -> list[ShownPrecedent]:
    """As ``precedents_of`` finds them."""
    return [
        ShownPrecedent(
            uuid=each.uuid,
            asked=each.asked,
            answer=render_markdown(each.answer),
            skill=each.skill,
            version=each.version,  # type: ignore[attr-defined]  # annotated
        )
        for each in precedents
    ]


@login_required
@require_safe
def precedents(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """All precedents of a campaign, for its members; searched by words."""
    campaign = get_object_or_404(campaigns_of(request.user), uuid=uuid)
    asked = request.GET.get("q", "").replace("\0", "")[:200]
    page = Paginator(precedents_of(campaign, asked), PAGE).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "asked": asked,
        "page": page,
        "precedents": shown_precedents(page.object_list),
    }
    return render(request, "annotate/precedents.html", context)


@leads_only
@require_safe
def questions(request: AuthedRequest) -> HttpResponse:
    """What waits for this lead's answer, the oldest first."""
    page = Paginator(open_questions_for(request.user), PAGE).get_page(request.GET.get("page"))
    waiting = shown_questions(request.user, page.object_list)
    note_items(request, [each.question.campaign for each in waiting])
    return render(request, "annotate/questions.html", {"page": page, "questions": waiting})


def shown_questions(
    reader: User, questions: Iterable[ItemQuestion], form: AnswerForm | None = None
) -> list[ShownQuestion]:
    """``form``: of the one that is answered. A question quotes what it is about, and is covered
    with it; then the words for everybody are its lead's to write."""
    found = list(questions)
    about = [each.assignment.task.prompt for each in found]
    covered = covered_prompts(
        reader, [(each.campaign_id, prompt) for each, prompt in zip(found, about, strict=True)]
    )
    return [
        ShownQuestion(
            question=each,
            turns=asked(prompt),
            form=form or _fresh_answer(each, is_covered=prompt.pk in covered),
            is_covered=prompt.pk in covered,
        )
        for each, prompt in zip(found, about, strict=True)
    ]


def _fresh_answer(question: ItemQuestion, *, is_covered: bool) -> AnswerForm:
    said = "" if is_covered else question.text
    return AnswerForm(initial={"asked": said}, prefix=str(question.uuid))


@leads_only
@require_http_methods(["POST"])
def answer(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    question = get_object_or_404(questions_led_by(request.user), uuid=uuid)
    form = AnswerForm(request.POST, prefix=str(uuid))
    if form.is_valid():
        said = form.cleaned_data
        precedent = said["asked"] if said["is_precedent"] else None
        try:
            answer_question(
                question=question, answer=said["answer"], by=request.user, precedent=precedent
            )
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Answered; it is on the desk of whoever asked."))
            return redirect("annotate:questions")
    context = {"questions": shown_questions(request.user, [question], form), "page": None}
    return render(request, "annotate/questions.html", context, status=422)
