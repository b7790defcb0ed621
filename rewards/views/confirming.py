"""Acts that are asked about before they are done: GET asks, POST does."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from commons.views.requests import AuthedRequest
from rewards.errors import RewardsError


class ConfirmForm(forms.Form):
    """Nothing to fill in: that it was sent is the answer."""


class ReasonForm(ConfirmForm):
    """Why a person decides as they do; it is kept with the decision."""

    reason = forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), label=_("Why?")
    )


@dataclass(frozen=True)
class Question:
    """What is asked: ``back`` is where the person came from and goes to; ``look`` is what they
    ought to have read before they say yes."""

    title: str
    says: str
    yes: str
    back: str
    is_grave: bool = False
    look: str = ""


def ask_and_do(
    request: AuthedRequest,
    question: Question,
    act: Callable[[ConfirmForm], str],
    *,
    form_class: type[ConfirmForm] = ConfirmForm,
) -> HttpResponse:
    """Ask; once the person has said yes, do it, say what was done and go back.

    ``act`` returns what to say, or raises a refusal, which the page shows.
    """
    form = form_class(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_valid():
        try:
            said = act(form)
        except RewardsError as refused:
            refusal = str(refused)
        else:
            messages.success(request, said)
            return redirect(question.back)
    return render(
        request,
        "rewards/confirm.html",
        {"question": question, "form": form, "refusal": refusal},
        status=422 if form.is_bound else 200,
    )
