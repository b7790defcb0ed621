"""Writing an answer."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotate.enums import Kind
from annotate.forms import WritingForm
from annotate.models import Assignment
from annotate.selectors.submission import Body
from annotate.services.closing import SentDraft
from annotate.services.demonstration import revise_demonstration, submit_demonstration
from annotate.views.work_page import WorkPage
from commons.markdown import render_markdown


class Writing(WorkPage[WritingForm]):
    kind = Kind.DEMONSTRATE
    template = "annotate/write.html"
    overtaken = _("Another tab saved a different text. Submit again to keep the one here.")

    def form_of(
        self, assignment: Assignment, body: Body, data: QueryDict | None = None
    ) -> WritingForm:
        form = WritingForm(data, initial={"text": body.get("text", "")})
        form.fields["text"].widget.attrs |= {
            "autofocus": True,
            "autocomplete": "off",  # a browser must not put an older text back
            "hx-post": reverse("annotate:preview"),
            "hx-trigger": "input changed delay:350ms",
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
        )

    def in_words(self, assignment: Assignment, body: Body) -> str:
        return str(body.get("text", ""))

    def more(self, assignment: Assignment, form: WritingForm, body: Body) -> Body:
        return {"preview": render_markdown(str(form["text"].value() or ""))}


write = Writing.as_view()


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What a text will look like: the renderer that readers' pages use.

    A page for signing in has no place in a preview: it would take the keyboard from the writer.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    return HttpResponse(render_markdown(request.POST.get("text", "")))
