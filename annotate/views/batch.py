"""Arrivals of prompts: what came when, and what a lead does with one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from annotate.forms.batch import AskAgainForm, PriorityForm
from annotate.forms.confirming import ConfirmForm
from annotate.models import Batch
from annotate.selectors.batch import (
    batches_led_by,
    batches_of,
    touched_by_batch,
)
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.task import last_asked_again
from annotate.services.batch import reprioritise_batch, restore_batch, withdraw_batch
from annotate.services.task import open_round
from annotate.views.confirming import (
    ASKS_AGAIN,
    Done,
    Question,
    ask_and_do,
    asked_again,
    what_is_asked_again,
)
from commons.models import User
from commons.views.requests import AuthedRequest

PAGE = 25


@dataclass(frozen=True)
class Act:
    """One thing that can be done to a batch: what is asked, and what does it.

    ``starts`` says what its form holds when it is drawn, and is read before ``counts``.
    """

    asks: Promise
    says: Promise
    yes: Promise
    do: Callable[[Batch, forms.Form, User], str]
    counts: Callable[[Batch], str] | None = None
    form: type[forms.Form] = ConfirmForm
    starts: Callable[[Batch], dict[str, object]] = lambda batch: {}
    is_grave: bool = False


def do_withdraw(batch: Batch, form: forms.Form, by: User) -> str:
    tasks = withdraw_batch(batch=batch, by=by)
    return ngettext(
        "Withdrawn: one task is handed out no more.",
        "Withdrawn: %(tasks)d tasks are handed out no more.",
        tasks,
    ) % {"tasks": tasks}


def do_restore(batch: Batch, form: forms.Form, by: User) -> str:
    tasks = restore_batch(batch=batch, by=by)
    return ngettext("Restored: one task is back.", "Restored: %(tasks)d tasks are back.", tasks) % {
        "tasks": tasks
    }


def do_reprioritise(batch: Batch, form: forms.Form, by: User) -> str:
    priority = form.cleaned_data["priority"]
    tasks = reprioritise_batch(batch=batch, band=priority, by=by)
    return ngettext(
        "Priority %(priority)d: one task moved.",
        "Priority %(priority)d: %(tasks)d tasks moved.",
        tasks,
    ) % {"tasks": tasks, "priority": priority}


def do_ask_again(batch: Batch, form: forms.Form, by: User) -> str:
    seen = form.cleaned_data["seen"]
    return asked_again(open_round(campaign=batch.campaign, batch=batch, seen=seen, by=by))


def says_what_is_asked_again(batch: Batch) -> str:
    return what_is_asked_again(batch.campaign, batch)


ACTS = {
    "withdraw": Act(
        gettext_lazy("Withdraw “%(name)s”?"),
        gettext_lazy(
            "Nobody is given anything of it any more. What is out may still be handed in and is "
            "kept, but nothing that was judged of it goes into new datasets. It can be restored."
        ),
        gettext_lazy("Withdraw it"),
        do_withdraw,
        is_grave=True,
    ),
    "restore": Act(
        gettext_lazy("Restore “%(name)s”?"),
        gettext_lazy(
            "Its tasks can be handed out again, and what was judged of it goes into new datasets. "
            "Items that a decision over a report took out stay out."
        ),
        gettext_lazy("Restore it"),
        do_restore,
    ),
    "priority": Act(
        gettext_lazy("Change the priority of “%(name)s”?"),
        gettext_lazy(
            "Its unfinished tasks come before those of a higher number and after those of a lower "
            "one; among those of the same number they come last."
        ),
        gettext_lazy("Change it"),
        do_reprioritise,
        form=PriorityForm,
        starts=lambda batch: {"priority": 5},
    ),
    "ask-again": Act(
        gettext_lazy("Ask “%(name)s” again?"),
        ASKS_AGAIN,
        gettext_lazy("Ask again"),
        do_ask_again,
        counts=says_what_is_asked_again,
        form=AskAgainForm,
        starts=lambda batch: {"seen": last_asked_again(batch.campaign, batch)},
    ),
}


@login_required
@require_safe
def batches(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The arrivals of a campaign, the newest first."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    page = Paginator(batches_of(campaign), PAGE).get_page(request.GET.get("page"))
    return render(request, "annotate/batches.html", {"campaign": campaign, "page": page})


@login_required
@require_http_methods(["GET", "POST"])
def decide_batch(request: AuthedRequest, uuid: UUID, act: str) -> HttpResponse:
    """Ask about an act, then do it."""
    batch = get_object_or_404(batches_led_by(request.user), uuid=uuid)
    if act not in ACTS:
        raise Http404
    chosen, back = ACTS[act], reverse("annotate:batches", args=[batch.campaign.uuid])
    starts = chosen.starts(batch)
    question = Question(
        title=chosen.asks % {"name": batch.name},
        says=str(chosen.says),
        counts=chosen.counts(batch) if chosen.counts else "",
        yes=str(chosen.yes),
        back=back,
        where=batch.campaign.name,
        is_grave=chosen.is_grave,
    )
    return ask_and_do(
        request,
        question,
        lambda form: Done(chosen.do(batch, form, request.user), back),
        touched=lambda: touched_by_batch(batch),
        form_class=chosen.form,
        initial=starts,
    )
