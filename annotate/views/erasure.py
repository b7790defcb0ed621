"""Erasing a prompt or a person, asked about first; and what becomes of the datasets with it."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from annotate.errors import AnnotateError
from annotate.forms.confirming import ConfirmForm
from annotate.forms.erasure import ErasePersonForm
from annotate.models import Erasure, Prompt, Snapshot
from annotate.selectors.erasure import (
    Reach,
    counts_of,
    may_erase,
    reach_of_person,
    reach_of_prompt,
    snapshots_reached,
)
from annotate.selectors.life import prompts_looked_through_by
from annotate.selectors.snapshot import snapshots_of
from annotate.services.erasure import erase_person, erase_prompt
from annotate.services.snapshot_erasure import rebuild_snapshot, remove_files
from annotate.tasks import freeze_requested_snapshots
from annotate.views.leads import leads_only
from annotate.views.life import panels_for
from annotate.views.looks import note_person
from commons.models import User
from commons.nudges import nudge
from commons.views.requests import AuthedRequest
from commons.views.shown import shown_to

admins_only = shown_to(lambda user: user.is_superuser)

GOES: Mapping[str, Promise] = {
    "prompts": gettext_lazy("Prompts, later turns of a conversation among them"),
    "candidates": gettext_lazy("Candidates"),
    "demonstrations": gettext_lazy("Written answers, every revision"),
    "rankings": gettext_lazy("Rankings: their reasons and marked words, every revision"),
    "drafts": gettext_lazy("Drafts"),
    "conversation_turns": gettext_lazy("Turns of conversations"),
    "questions": gettext_lazy("Questions"),
    "precedents": gettext_lazy("Precedents"),
    "notes": gettext_lazy("Notes"),
    "skip_notes": gettext_lazy("Words beside a skip"),
    "reports": gettext_lazy("Reports of arrivals: their lines"),
    "tasks": gettext_lazy("Tasks, withdrawn for good"),
    "turns": gettext_lazy("Turns that are out, ended"),
    "words": gettext_lazy("Texts that search knows"),
    "near_keys": gettext_lazy("Keys of near-duplicates"),
}
STAYS: Mapping[str, Promise] = {
    "events_kept": gettext_lazy("Records of acts; they hold no text"),
    "old_notes_kept": gettext_lazy("Of them with a note from before notes were kept apart"),
    "near_prompts_kept": gettext_lazy("Prompts that nearly repeat these: look at each by itself"),
    "uploads_waiting": gettext_lazy("Uploads that wait, and may bring the text again"),
}

Act = Callable[[forms.Form], Erasure]


@leads_only
@require_http_methods(["GET", "POST"])
def prompt(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """For whoever leads all campaigns of the prompt."""
    found = get_object_or_404(Prompt, uuid=uuid)
    seen = prompts_looked_through_by(request.user).filter(pk=found.pk).exists()
    if not seen or not may_erase(request.user, found):
        return HttpResponse(status=404)
    there = reverse("annotate:life", args=[found.uuid])
    context = {
        "title": _("Erase this prompt for good?"),
        "about": found.question,
        "back": there,
        "where": _("Life of an item"),
        "says": _(
            "What it asks goes, with all that was answered and said of it. Ids, orders, ratings "
            "and times stay, so that numbers keep their meaning. No later dataset takes it. It "
            "cannot be undone, and a backup that was made before still holds it."
        ),
    }
    reaches = [(_("Touched"), reach_of_prompt(found))]
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    return _ask(
        request, form, context, reaches, lambda sent: erase_prompt(prompt=found, by=request.user)
    )


@admins_only
@require_http_methods(["GET", "POST"])
def person(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    found = get_object_or_404(User, uuid=uuid)
    note_person(request, found, [None])
    context = {
        "title": _("Erase %(name)s for good?") % {"name": found.display_name},
        "about": "",
        "back": reverse("annotate:campaigns"),
        "where": _("Campaigns"),
        "says": _(
            "Their name, e-mail address, password, keys and sessions go, and nobody can log in as "
            "them. Their votes stay, under a rater that names nobody: without them, what others "
            "said of the same items could not be weighed. It cannot be undone, and a backup that "
            "was made before still holds it."
        ),
    }
    reaches = [
        (_("Account alone"), reach_of_person(found, texts=False)),
        (_("And what they wrote"), reach_of_person(found, texts=True)),
    ]
    sent = request.POST if request.method == "POST" else None
    form = ErasePersonForm(sent, person=found.username)

    def act(filled: forms.Form) -> Erasure:
        texts = filled.cleaned_data["texts"] == "texts"
        return erase_person(person=found, texts=texts, by=request.user)

    return _ask(request, form, context, reaches, act)


def _ask(
    request: AuthedRequest,
    form: forms.Form,
    context: Mapping[str, object],
    reaches: Sequence[tuple[str, Reach]],
    act: Act,
) -> HttpResponse:
    if form.is_valid():
        try:
            act(form)
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Erased. Datasets that hold some of it are marked."))
            return redirect(str(context["back"]))
    counted = [counts_of(reach) for _name, reach in reaches]
    held = list(snapshots_reached(reaches[-1][1]))
    mine = set(snapshots_of(request.user).filter(pk__in=[each.pk for each in held]))
    more = {
        "form": form,
        "columns": [name for name, _reach in reaches],
        "goes": [(said, [each[name] for each in counted]) for name, said in GOES.items()],
        "stays": [(said, [each[name] for each in counted]) for name, said in STAYS.items()],
        "held": [(each, each in mine) for each in held],
        "panels": panels_for(held),
    }
    status = 422 if form.is_bound else 200
    return render(request, "annotate/erase.html", {**context, **more}, status=status)


@leads_only
@require_POST
def rebuild(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The same dataset once more, without what was erased since."""
    snapshot = _affected(request, uuid)
    try:
        made = rebuild_snapshot(snapshot=snapshot, by=request.user)
    except AnnotateError as refused:
        messages.error(request, str(refused))
        return redirect("annotate:dataset", uuid=uuid)
    nudge(freeze_requested_snapshots)
    return redirect("annotate:dataset", uuid=made.uuid)


@leads_only
@require_http_methods(["GET", "POST"])
def remove(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    snapshot = _affected(request, uuid)
    if request.method != "POST":
        return render(request, "annotate/remove_files.html", {"snapshot": snapshot})
    try:
        remove_files(snapshot=snapshot, by=request.user)
    except AnnotateError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The files are gone; the manifest stays."))
    return redirect("annotate:dataset", uuid=uuid)


def _affected(request: AuthedRequest, uuid: UUID) -> Snapshot:
    """One that holds something that was erased, or voided, since."""
    is_marked = Q(pk__in=Erasure.objects.values("snapshots")) | Q(
        voids__undone_at__isnull=True, voids__isnull=False
    )
    return get_object_or_404(snapshots_of(request.user).filter(is_marked).distinct(), uuid=uuid)
