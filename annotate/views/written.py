"""An answer while it is being written: how it will read, and what it may begin with."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from annotate.conversation import Message, flaws, messages_in, plain_answer
from annotate.enums import Kind
from annotate.forms.demonstration import answer_in
from annotate.forms.ranking import LETTERS
from annotate.models import Assignment, CampaignWork
from annotate.selectors.assignment import assignments_of
from annotate.services.queue.order import presentation_order
from annotate.views.reading import answers_html, conversation, rendered_anew
from commons.markdown import render_markdown
from commons.shapes import uuid_in


@dataclass(frozen=True)
class Start:
    """An answer that one may begin with: a letter, never whence it came."""

    id: str
    letter: str
    html: SafeString
    content: Mapping[str, object]  # as a draft holds it


def work_of(assignment: Assignment) -> CampaignWork:
    return CampaignWork.objects.get(campaign=assignment.task.campaign_id, kind=Kind.DEMONSTRATE)


def starts_of(assignment: Assignment) -> list[Start]:
    """The candidates of the item's prompt, in this person's own order."""
    found = {str(each.uuid): each for each in assignment.task.prompt.candidates.all()}
    order = presentation_order(assignment.seed, sorted(found))
    html = answers_html([found[name] for name in order])
    return [
        Start(name, letter, each, _content(found[name].messages))
        for letter, name, each in zip(LETTERS, order, html, strict=False)
    ]


def _content(messages: list[Message]) -> dict[str, object]:
    *before, last = messages
    if last.get("tool_calls"):
        return {"text": "", "before": messages}
    return {"text": last["content"], "before": before}


def as_it_reads(assignment: Assignment | None, body: Mapping[str, object]) -> SafeString:
    """A text by the one renderer; blocks as a conversation, each with what is wrong with it.

    That the last text is not written yet is no flaw of an answer that is being written.
    """
    messages = answer_in(body).messages()
    text = plain_answer(messages)
    if text is not None:
        html = render_markdown(str(body.get("text") or ""))
        return render_to_string("annotate/_as_it_reads.html", {"html": html}) if text else html
    found = defaultdict(list)
    if assignment is not None:
        turns = work_of(assignment).turns
        for flaw in flaws(messages, assignment.task.prompt.tools, turns=turns):
            if flaw.place < len(messages) - 1:
                found[flaw.place].append(flaw)
    shown = messages if messages[-1]["content"] else messages[:-1]
    turns_shown = conversation(shown, found, rendered=rendered_anew)
    return render_to_string("annotate/_as_it_reads.html", {"turns": turns_shown})


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What an answer will look like: the renderer that readers' pages use.

    A page for signing in has no place in a preview: it would take the keyboard from the writer.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    try:
        before = messages_in(request.POST.get("before", ""))
    except ValueError:
        before = []
    body = {"text": request.POST.get("text", ""), "before": before}
    return HttpResponse(as_it_reads(_item(request), body))


def _item(request: HttpRequest) -> Assignment | None:
    """The item that is written, if it is this person's."""
    uuid: UUID | None = uuid_in(request.POST.get("item"))
    if uuid is None or not request.user.is_authenticated:
        return None
    return assignments_of(request.user).filter(uuid=uuid, task__kind=Kind.DEMONSTRATE).first()


def tools_for_script(assignment: Assignment) -> list[dict[str, object]]:
    """What the editor needs of each tool: its name, what it is for, the schema of its arguments."""
    return [
        {
            "name": tool["function"]["name"],
            "says": tool["function"].get("description", ""),
            "parameters": tool["function"].get("parameters") or {},
        }
        for tool in assignment.task.prompt.tools
    ]


def blocks_as_json(body: Mapping[str, object]) -> str:
    """The blocks of a draft as the form carries them; nothing where there are none."""
    before = body.get("before")
    return json.dumps(before, ensure_ascii=False) if before else ""
