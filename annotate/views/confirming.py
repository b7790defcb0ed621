"""Acts of leads that are asked about before they are done: GET says what is touched, POST acts."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotate.errors import AnnotateError
from annotate.models import Batch, Campaign
from annotate.selectors.batch import Touched
from annotate.selectors.campaign import current_instructions
from annotate.selectors.task import asking_again
from commons.views.requests import AuthedRequest


@dataclass(frozen=True)
class Question:
    """What is asked: ``back`` is where the person came from and goes to.

    ``counts`` says what this act alone is about, beside what every act counts.
    """

    title: str
    says: str
    yes: str
    back: str
    where: str
    counts: str = ""
    is_grave: bool = False


ASKS_AGAIN = gettext_lazy(
    "Each task that somebody has begun gets a new one, to be done under the newest guideline; "
    "whoever did the last one may get it again. What was judged stays as it is and counts beside "
    "the new, and what is out may still be handed in; turns of the old tasks that are free are "
    "given up. A task that nobody has begun stays as it is: whoever takes it is given the newest "
    "guideline."
)


@dataclass(frozen=True)
class Done:
    """What an act did, in words, and where it is to be seen."""

    says: str
    there: str


def ask_and_do(
    request: AuthedRequest,
    question: Question,
    act: Callable[[forms.Form], Done],
    *,
    touched: Callable[[], Touched] | None,
    form_class: type[forms.Form],
    initial: dict[str, object] | None = None,
) -> HttpResponse:
    """Ask; once the person has said yes, do it and say what was done.

    ``act`` raises a refusal, which the page shows. What would be touched is counted only where
    it is asked; None: the question itself says all that is.
    """
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            done = act(form)
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done.says)
            return redirect(done.there)
    return render(
        request,
        "annotate/confirm.html",
        {"question": question, "form": form, "touched": touched() if touched else None},
        status=422 if form.is_bound else 200,
    )


def what_is_asked_again(campaign: Campaign, batch: Batch | None) -> str:
    again, newest = asking_again(campaign, batch), current_instructions(campaign)
    made = ngettext("One new task", "%(tasks)d new tasks", again.tasks) % {"tasks": again.tasks}
    given_up = ngettext(
        "one free turn is given up", "%(turns)d free turns are given up", again.given_up
    ) % {"turns": again.given_up}
    if newest is None:
        said = _("%(made)s; %(given_up)s. The campaign has no guideline.")
        return said % {"made": made, "given_up": given_up}
    return _("%(made)s under version %(version)d of the guideline of %(day)s; %(given_up)s.") % {
        "made": made,
        "given_up": given_up,
        "version": newest.version,
        "day": date_format(newest.created_at, "Y-m-d"),
    }


def asked_again(tasks: int) -> str:
    return ngettext("Asked again: one new task.", "Asked again: %(tasks)d new tasks.", tasks) % {
        "tasks": tasks
    }
