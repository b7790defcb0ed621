"""The page of one item: shown, handed in, and changed for a while after that.

    open, expired  ->  worked on        submitted, in time  ->  changed        else  ->  over

What writing and ranking do differently stands in their own modules.
"""

from abc import abstractmethod
from http import HTTPStatus
from typing import ClassVar, Generic, TypeVar
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.gzip import gzip_page

from annotate.enums import AssignmentState, Kind, SkipReason
from annotate.errors import (
    AlreadySubmitted,
    AnnotateError,
    AssignmentClosed,
    DraftConflict,
    EditTimeOver,
)
from annotate.forms.assignment import SubmissionForm
from annotate.models import Assignment
from annotate.selectors.assignment import assignments_of
from annotate.selectors.campaign import current_instructions
from annotate.selectors.care import cover_of
from annotate.selectors.submission import (
    Body,
    Standing,
    body_of,
    current_submission,
    edit_minutes,
    standing_of,
)
from annotate.services.care import refuse_withheld
from annotate.services.closing import SentDraft
from annotate.services.turn import show_assignment
from annotate.views.assignment import lead_on, next_like, sent_by_script
from annotate.views.reading import asked
from commons.markdown import kept_markdown
from commons.views.requests import AuthedRequest

FormT = TypeVar("FormT", bound=SubmissionForm)

AHEAD = "annotate/_work_ahead.html"
DIFFERS = _("What stands here differs from it: save it as a change, or leave the page.")
TOO_LATE = _("It cannot be handed in any more; copy from here what you need of it.")
CHANGE_KEPT = _("Your change is kept.")


@method_decorator(gzip_page, name="dispatch")  # it is mostly text, and read on slow lines too
class WorkPage(LoginRequiredMixin, View, Generic[FormT]):
    """A GET shows the item. A POST hands it in, or saves a change of what was handed in."""

    http_method_names = ["get", "head", "post", "options"]
    request: AuthedRequest
    kind: ClassVar[Kind]
    template: ClassVar[str]
    overtaken: ClassVar[Promise]
    is_try: ClassVar[bool] = False  # nothing of it is kept

    @abstractmethod
    def form_of(self, assignment: Assignment, body: Body, data: QueryDict | None = None) -> FormT:
        """The form, filled with what is kept or with what was posted."""

    @abstractmethod
    def submit(self, assignment: Assignment, form: FormT, sent: SentDraft) -> None: ...

    @abstractmethod
    def revise(self, assignment: Assignment, form: FormT, *, seen: int) -> None: ...

    @abstractmethod
    def in_words(self, assignment: Assignment, body: Body) -> str:
        """A draft, for a person who chooses between two."""

    @abstractmethod
    def more(self, assignment: Assignment, form: FormT, body: Body) -> Body:
        """What its template needs beside what every page of work has."""

    def get(self, request: AuthedRequest, uuid: UUID) -> HttpResponse:
        assignment = self.item(uuid)
        standing = standing_of(assignment)
        if standing.is_over:
            messages.info(request, str(why_over(assignment)))
            return redirect("annotate:desk")
        if withheld := self.withhold(assignment):
            return withheld
        return self.draw(assignment, standing, self.form_of(assignment, standing.body))

    def post(self, request: AuthedRequest, uuid: UUID) -> HttpResponse:
        assignment = self.item(uuid)
        form = self.form_of(assignment, {}, request.POST)
        if not form.is_valid():
            return self.refuse(uuid, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        act = self.change if form.cleaned_data["change"] else self.hand_in
        try:
            return lead_on(request, act(assignment, form))
        except DraftConflict as conflict:
            form.add_error(None, str(self.overtaken))
            return self.refuse(uuid, form, HTTPStatus.CONFLICT, theirs=conflict.theirs)
        except AnnotateError as refused:
            form.add_error(None, str(refused))
            return self.refuse(uuid, form, HTTPStatus(refused.status))

    def withhold(self, assignment: Assignment) -> HttpResponse | None:
        """Elsewhere, where its texts are shown to this person no more, by whatever way they ask."""
        try:
            refuse_withheld(turn=assignment, by=self.request.user)
        except AnnotateError as withheld:
            messages.info(self.request, str(withheld))
            return redirect("annotate:care")
        return None

    def item(self, uuid: UUID) -> Assignment:
        mine = assignments_of(self.request.user)
        return get_object_or_404(mine, uuid=uuid, task__kind=self.kind)

    def hand_in(self, assignment: Assignment, form: FormT) -> HttpResponseRedirect:
        sent = SentDraft(form.cleaned_data["version"], form.draft(), form.cleaned_data["effort"])
        try:
            self.submit(assignment, form, sent)
        except AlreadySubmitted as already:
            if not form.says_the_same(body_of(current_submission(assignment))):
                raise
            messages.info(self.request, str(already))
            return redirect("annotate:desk")
        return next_like(self.request, assignment, after=form.cleaned_data["key"])

    def change(self, assignment: Assignment, form: FormT) -> HttpResponseRedirect:
        self.revise(assignment, form, seen=form.cleaned_data["version"])
        messages.success(self.request, str(CHANGE_KEPT))
        return redirect("annotate:desk")

    def refuse(
        self, uuid: UUID, form: FormT, status: HTTPStatus, theirs: Body | None = None
    ) -> HttpResponse:
        """Draw the page anew with what was posted; a script that is refused asks for it so."""
        if sent_by_script(self.request):
            return HttpResponse(status=status)
        assignment = self.item(uuid)  # it may have been closed meanwhile
        if withheld := self.withhold(assignment):
            return withheld
        standing = standing_of(assignment)
        if standing.is_over:
            form.add_error(None, str(TOO_LATE))
        elif standing.until and not form.cleaned_data.get("change"):
            form.add_error(None, str(DIFFERS))
        return self.draw(assignment, standing, form, theirs=theirs, status=status)

    def draw(
        self,
        assignment: Assignment,
        standing: Standing,
        form: FormT,
        *,
        theirs: Body | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        """``theirs`` is what was kept elsewhere meanwhile; the person must weigh it."""
        if standing.is_workable:  # to be seen starts the clock of the item, or renews it
            assignment.expires_at = show_assignment(assignment=assignment)
        context = self.context(assignment, standing, form, theirs=theirs)
        return render(self.request, self.template, context, status=status)

    def drawn_ahead(self, assignment: Assignment) -> str:
        """What of the page is the item's own, for a person who has not come to it yet."""
        standing = standing_of(assignment)
        form = self.form_of(assignment, standing.body)
        context = self.context(assignment, standing, form) | {"frame": AHEAD}
        return render_to_string(self.template, context, self.request)

    def context(
        self, assignment: Assignment, standing: Standing, form: FormT, *, theirs: Body | None = None
    ) -> dict[str, object]:
        body = (form.draft() or {}) if form.is_bound else standing.body
        seen = form.data.get("version") if form.is_bound and standing.is_workable else None
        task = assignment.task
        return shown(assignment, standing) | {
            "cover": cover_of(self.request.user, campaign=task.campaign_id, prompt=task.prompt),
            "version_of_page": seen or standing.version,
            "theirs": theirs and self.in_words(assignment, theirs),
            "mine": theirs and self.in_words(assignment, body),
            "form": form,
            "is_try": self.is_try,
            **self.more(assignment, form, body),
        }


def shown(assignment: Assignment, standing: Standing) -> dict[str, object]:
    """What every page of work shows."""
    task = assignment.task
    left = assignment.expires_at and assignment.expires_at - timezone.now()
    instructions = assignment.instructions or current_instructions(task.campaign)
    return {
        "assignment": assignment,
        "standing": standing,
        "campaign": task.campaign,
        "campaign_url": reverse("annotate:campaign", args=[task.campaign.uuid]),
        "kind_label": task.get_kind_display(),
        "tags": [tag for tag in (task.prompt.skill, task.prompt.language) if tag],
        "turns": asked(task.prompt),
        "instructions": instructions,
        "guideline": kept_markdown([instructions.guideline])[0] if instructions else "",
        "draft_url": reverse("annotate:api:draft", args=[assignment.uuid]),
        "extend_url": reverse("annotate:api:extend", args=[assignment.uuid]),
        "ahead_url": reverse("annotate:ahead", args=[assignment.uuid]),
        "seen_url": reverse("annotate:seen", args=[assignment.uuid]),
        "seconds_left": int(left.total_seconds()) if left else 0,
        "skip_url": reverse("annotate:skip", args=[assignment.uuid]),
        "skip_reasons": SkipReason.choices,
        "is_late": assignment.state == AssignmentState.EXPIRED,
        "key": uuid4(),
        "skip_key": uuid4(),
    }


def why_over(assignment: Assignment) -> AnnotateError:
    """Why an item can be neither worked on nor changed."""
    if assignment.state == AssignmentState.SUBMITTED:
        return EditTimeOver(edit_minutes(assignment))
    return AssignmentClosed(assignment.state)
