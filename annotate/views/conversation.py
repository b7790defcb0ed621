"""Talking with the models: begin, wait, judge (on the ranking page), go on, end.

begin -> talk (waiting) -> rank -> talk (choosing) -> say -> talk (waiting) -> … -> end
"""

import json
from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.enums import Facet
from annotate.errors import AnnotateError, DraftConflict, GuidelineNotAcknowledged
from annotate.forms.conversation import BeginForm, ReplyForm, SayForm, WordsForm
from annotate.models import Conversation
from annotate.selectors.campaign import campaigns_of
from annotate.selectors.care import own_cover_of
from annotate.selectors.conversation import (
    Stage,
    Standing,
    campaigns_to_talk_in,
    conversations_of,
    holds,
    somebody_writes_answers,
    standing_of,
)
from annotate.services.conversation import (
    ask_again,
    end_conversation,
    go_on,
    keep_words,
    start_conversation,
)
from annotate.services.set_aside import take_set_aside
from annotate.views.conversation_page import shown, waiting
from commons.views.requests import AuthedRequest


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: AuthedRequest) -> HttpResponse:
    """Choose where, and say the first thing."""
    form = _begin_form(request)
    if form.is_valid():
        try:
            talk = start_conversation(by=request.user, **form.cleaned_data)
        except GuidelineNotAcknowledged:
            return redirect("annotate:guideline", uuid=form.cleaned_data["campaign"].uuid)
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            return page_of(talk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {
        "form": form,
        "may_talk": campaigns_to_talk_in(request.user).exists(),
        "nobody_writes": not somebody_writes_answers(),
    }
    return render(request, "annotate/talk_begin.html", context, status=status)


def _begin_form(request: AuthedRequest) -> BeginForm:
    return BeginForm(
        data=request.POST or None,
        initial={"campaign": request.GET.get("campaign"), "key": uuid4()},
        campaigns=campaigns_to_talk_in(request.user),
        skills=holds(request.user, Facet.SKILL),
        languages=holds(request.user, Facet.LANGUAGE),
    )


@login_required
@require_safe
def talk(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Where the conversation stands; to judge its answers leads to the page for that."""
    standing = standing_of(_found(request, uuid))
    if standing.stage == Stage.JUDGING and (there := _to_judge(request, standing)):
        return there
    return draw(request, standing)


def draw(
    request: AuthedRequest,
    standing: Standing,
    *,
    problem: str = "",
    posted: QueryDict | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    talk = standing.conversation
    cover = own_cover_of(request.user, campaign=talk.campaign_id, prompt=standing.last.prompt)
    context = shown(standing, posted=posted) | {"problem": problem, "cover": cover}
    return render(request, "annotate/talk.html", context, status=status)


def _to_judge(request: AuthedRequest, standing: Standing) -> HttpResponseRedirect | None:
    if standing.turn is None:
        return None
    try:
        turn = take_set_aside(by=request.user, turn=standing.turn)
    except GuidelineNotAcknowledged as unread:
        campaign = get_object_or_404(campaigns_of(request.user), name=unread.campaign)
        return redirect("annotate:guideline", uuid=campaign.uuid)
    except AnnotateError as refused:
        messages.info(request, str(refused))
        return None
    return redirect("annotate:rank", uuid=turn.uuid)


@require_safe
def progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What there is of the answers so far; once they are there, the page leads on.

    So it does for whoever has been signed out: a page for signing in has no place inside another.
    """
    leads_on = HttpResponse(headers={"HX-Redirect": reverse("annotate:talk", args=[uuid])})
    if not request.user.is_authenticated:
        return leads_on
    standing = standing_of(get_object_or_404(conversations_of(request.user), uuid=uuid))
    if standing.stage != Stage.WAITING:
        return leads_on
    return render(request, "annotate/_talk_waiting.html", waiting(standing))


@login_required
@require_POST
def say(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Go on with one of the answers."""
    found = _found(request, uuid)
    form = SayForm(request.POST)
    if not form.is_valid():
        return _refused(request, uuid, form.errors.as_text(), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        go_on(
            conversation=found,
            number=form.cleaned_data["number"],
            reply=form.answer(),
            text=form.cleaned_data["text"],
            by=request.user,
        )
    except AnnotateError as refused:
        return _refused(request, uuid, str(refused), HTTPStatus(refused.status))
    return page_of(found)


def _refused(request: AuthedRequest, uuid: UUID, problem: str, status: HTTPStatus) -> HttpResponse:
    """The page as it now stands, with what was posted."""
    standing = standing_of(_found(request, uuid))
    return draw(request, standing, problem=problem, posted=request.POST, status=status)


@login_required
@require_POST
def again(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Ask once more for answers that could not be written."""
    found = _found(request, uuid)
    ask_again(conversation=found, by=request.user)
    return page_of(found)


@login_required
@require_POST
def end(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Say no more."""
    found = _found(request, uuid)
    form = ReplyForm(request.POST)
    reply = form.answer() if form.is_valid() and form.cleaned_data["reply"] else None
    try:
        end_conversation(conversation=found, by=request.user, reply=reply)
    except AnnotateError as refused:
        messages.error(request, str(refused))
        return page_of(found)
    messages.success(request, _("The conversation has ended; what you judged is kept."))
    return redirect("annotate:desk")


@login_required
@require_http_methods(["PUT"])
def words(request: AuthedRequest, uuid: UUID, number: int) -> JsonResponse:
    """Keep what is about to be said, as the pages of work keep their drafts."""
    found = _found(request, uuid)
    try:
        form = WordsForm(json.loads(request.body) | {})
    except (ValueError, TypeError, RecursionError):
        return JsonResponse({"detail": _("This is no draft.")}, status=HTTPStatus.BAD_REQUEST)
    if not form.is_valid():
        return JsonResponse({"detail": form.errors.as_text()}, status=HTTPStatus.BAD_REQUEST)
    said = form.cleaned_data["content"].items()  # databases keep no NUL
    content = {
        name: each.replace("\0", "") if isinstance(each, str) else each for name, each in said
    }
    try:
        kept = keep_words(
            conversation=found,
            number=number,
            body=content,
            version=form.cleaned_data["version"],
            by=request.user,
        )
    except DraftConflict as conflict:
        return JsonResponse({"detail": str(conflict), **conflict.facts}, status=conflict.status)
    except AnnotateError as refused:
        return JsonResponse({"detail": str(refused)}, status=refused.status)
    return JsonResponse({"version": kept.draft_version, "saved_at": kept.draft_at})


def _found(request: AuthedRequest, uuid: UUID) -> Conversation:
    return get_object_or_404(conversations_of(request.user), uuid=uuid)


def page_of(conversation: Conversation) -> HttpResponseRedirect:
    return redirect("annotate:talk", uuid=conversation.uuid)
