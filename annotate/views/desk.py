"""Home: what a person holds, what waits for them, what they handed in, and their week."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate.selectors.assignment import (
    Waiting,
    late_drafts_of,
    open_assignments_of,
    work_waiting_for,
)
from annotate.selectors.campaign import unacknowledged_instructions
from annotate.selectors.conversation import campaigns_that_ask_to_talk, open_conversations_of
from annotate.selectors.idle import idle_of
from annotate.selectors.note import count_of_unread_notes, newest_notes_of
from annotate.selectors.pause import standing_pauses
from annotate.selectors.qualification import tests_offered_to
from annotate.selectors.question import count_of_open_questions
from annotate.selectors.submission import handed_in_lately
from annotate.selectors.week import agreement_of, days_of
from annotate.services.assignment import SEATS
from commons.views.requests import AuthedRequest


@dataclass(frozen=True)
class WaitingHere:
    """What waits for a person in one campaign."""

    name: str
    uuid: str
    kinds: list[Waiting]


@login_required
@require_safe
def desk(request: AuthedRequest) -> HttpResponse:
    held = list(open_assignments_of(request.user))
    waiting = work_waiting_for(request.user)
    days = days_of(request.user)
    context = {
        "held": held,
        "late": late_drafts_of(request.user),
        "seats_are_taken": sum(each.shown_at is not None for each in held) >= len(SEATS),
        "waiting": by_campaign(waiting),
        "turns": sum(each.turns for each in waiting),
        "talks": open_conversations_of(request.user),
        "may_talk": any(campaigns_that_ask_to_talk(request.user)),
        "unread": unacknowledged_instructions(request.user),
        "handed_in": handed_in_lately(request.user),
        "submitted": sum(each.items for each in days),
        "days": days,
        "agreement": agreement_of(request.user),
        "notes": newest_notes_of(request.user),
        "unread_notes": count_of_unread_notes(request.user),
        "pauses": list(standing_pauses(request.user)),
        "tests": tests_offered_to(request.user),
        "questions": count_of_open_questions(request.user),
        "idle": None if held or waiting else idle_of(request.user),
    }
    return render(request, "annotate/desk.html", context)


def by_campaign(waiting: Iterable[Waiting]) -> list[WaitingHere]:
    """One entry per campaign; ``waiting`` comes ordered by campaign."""
    grouped = groupby(waiting, key=lambda each: (each.campaign, each.campaign_uuid))
    return [WaitingHere(name, uuid, list(kinds)) for (name, uuid), kinds in grouped]
