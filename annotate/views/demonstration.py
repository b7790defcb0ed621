"""Writing an answer."""

import json

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from annotate.conversation import in_words
from annotate.enums import Kind
from annotate.forms.demonstration import PARTS, WritingForm, answer_in
from annotate.models import Assignment
from annotate.selectors.submission import Body
from annotate.services.closing import SentDraft
from annotate.services.demonstration import revise_demonstration, submit_demonstration
from annotate.views.work_page import WorkPage
from annotate.views.written import (
    as_it_reads,
    blocks_as_json,
    starts_of,
    tools_for_script,
    work_of,
)


class Writing(WorkPage[WritingForm]):
    kind = Kind.DEMONSTRATE
    template = "annotate/write.html"
    overtaken = _("Another tab saved a different text. Submit again to keep the one here.")

    def form_of(
        self, assignment: Assignment, body: Body, data: QueryDict | None = None
    ) -> WritingForm:
        kept = {
            "text": body.get("text", ""),
            "before": blocks_as_json(body),
            "started_from": body.get("started_from"),
        }
        form = WritingForm(data, initial=kept)
        for name in PARTS:  # a browser must not put an older text back
            form.fields[name].widget.attrs |= {"autocomplete": "off"}
        form.fields["text"].widget.attrs |= {
            "autofocus": True,
            "hx-post": reverse("annotate:preview"),
            "hx-vals": json.dumps({"item": str(assignment.uuid)}),
            "hx-trigger": "input changed delay:350ms, blocks delay:350ms",
            "hx-target": "#preview",
            "hx-sync": "this:replace",
        }
        return form

    def submit(self, assignment: Assignment, form: WritingForm, sent: SentDraft) -> None:
        submit_demonstration(
            assignment=assignment,
            answer=form.answer(),
            by=self.request.user,
            key=form.cleaned_data["key"],
            sent=sent,
        )

    def revise(self, assignment: Assignment, form: WritingForm, *, seen: int) -> None:
        revise_demonstration(
            assignment=assignment,
            answer=form.answer(),
            by=self.request.user,
            key=form.cleaned_data["key"],
            seen=seen,
            effort=form.cleaned_data["effort"],
        )

    def in_words(self, assignment: Assignment, body: Body) -> str:
        before = answer_in(body).before
        return "\n\n".join(filter(None, (in_words(before), str(body.get("text") or ""))))

    def more(self, assignment: Assignment, form: WritingForm, body: Body) -> Body:
        """``body`` says nothing where what was posted could not be read; the text is drawn anew."""
        work = work_of(assignment)
        starts = starts_of(assignment) if work.may_start_from else []
        return {
            "preview": as_it_reads(assignment, {"text": form["text"].value(), **body}),
            "work": work,
            "starts": starts,
            "contents": {start.id: start.content for start in starts},
            "tools": tools_for_script(assignment),
        }


write = Writing.as_view()
