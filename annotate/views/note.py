"""Notes: what a reviewer or a lead says to a person, on pages that only they see."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.enums import Decision
from annotate.models import Assignment, Demonstration, Note, Review, Task
from annotate.selectors.assignment import candidates_in_order
from annotate.selectors.care import own_cover_of, own_covered_prompts
from annotate.selectors.note import Reviewed, notes_of, reviewed_for
from annotate.selectors.review import Version
from annotate.selectors.submission import body_of
from annotate.services.note import mark_read
from annotate.views.reading import asked, lettered, order_in_words
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest

PAGE = 20


@login_required
@require_safe
def notes(request: AuthedRequest) -> HttpResponse:
    page = Paginator(notes_of(request.user), PAGE).get_page(request.GET.get("page"))
    about = [each.about for each in page.object_list]
    covered = own_covered_prompts(request.user, [(each.campaign_id, each.prompt) for each in about])
    return render(request, "annotate/notes.html", {"page": page, "covered": covered})


@login_required
@require_safe
def note(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One note beside what it is about. To be opened is to be read."""
    found = get_object_or_404(notes_of(request.user), uuid=uuid)
    mark_read(note=found)
    about = of_review(request, found.review) if found.review else of_question(found)
    task = found.about
    cover = own_cover_of(request.user, campaign=task.campaign_id, prompt=task.prompt)
    return render(request, "annotate/note.html", {"note": found, "cover": cover, **about})


def of_review(request: AuthedRequest, review: Review) -> dict[str, object]:
    seen = reviewed_for(request.user, review)
    context: dict[str, object] = {
        "campaign": review.campaign,
        "reason": review.get_reason_display(),
        **_asked(review.task),
    }
    if seen is None:
        return context
    turn = seen.mine.assignment
    assert turn is not None  # a_ranking_that_is_work_has_a_turn
    is_text = isinstance(seen.mine, Demonstration)
    return context | {
        "headline": in_words(review, seen),
        "is_text": is_text,
        "answers": () if is_text else lettered(candidates_in_order(turn)),
        "mine": _shown(seen.mine, turn),
        "label": _shown(seen.label, turn) if seen.label and not seen.is_as_mine else "",
    }


def of_question(note: Note) -> dict[str, object]:
    question = note.question
    assert question is not None  # a_note_is_about_one_thing
    return {
        "campaign": question.campaign,
        "headline": _("Your question is answered"),
        "question": question,
        "answer": render_markdown(question.answer),
        **_asked(question.assignment.task),
    }


def _asked(task: Task) -> dict[str, object]:
    return {"kind_label": task.get_kind_display(), "turns": asked(task.prompt)}


def _shown(version: Version, turn: Assignment) -> str:
    """A text as it reads, an order in words, by the letters that its person saw."""
    if isinstance(version, Demonstration):
        return render_markdown(version.text)
    return order_in_words(turn.order, body_of(version))


def in_words(review: Review, seen: Reviewed) -> str:
    if seen.is_turned_down:
        return _("A reviewer turned your version down")
    if review.decision == Decision.CORRECT:
        return _("A reviewer put another version in the place of all")
    if seen.stands:
        return _("A reviewer read this item; your version stands")
    return _("A reviewer accepted another version than yours")
