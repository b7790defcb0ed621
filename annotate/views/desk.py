"""Home: what a person holds, what waits for them, what they handed in, and their week."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate.models import Assignment, Conversation, Note, Prompt
from annotate.selectors.announcement import unread_announcements
from annotate.selectors.assignment import (
    Waiting,
    begun_for,
    late_drafts_of,
    open_assignments_of,
    work_waiting_for,
)
from annotate.selectors.campaign import unacknowledged_instructions
from annotate.selectors.care import asked_of, enough_read, own_covered_prompts
from annotate.selectors.conversation import campaigns_that_ask_to_talk, open_conversations_of
from annotate.selectors.idle import idle_of
from annotate.selectors.limit import what_holds_back
from annotate.selectors.note import count_of_unread_notes, newest_notes_of
from annotate.selectors.own_quality import ON_DESK, own_agreements
from annotate.selectors.pause import standing_pauses
from annotate.selectors.qualification import tests_offered_to
from annotate.selectors.question import count_of_open_questions
from annotate.selectors.submission import HandedIn, handed_in_lately
from annotate.selectors.week import days_of, training_of
from annotate.services.assignment import SEATS
from commons.desk import desk_lines
from commons.markdown import render_markdown
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
    limits = what_holds_back(request.user)
    care = asked_of(request.user)
    limited = [each.campaign.pk for each in care if each.rules.limits_something]
    enough = enough_read(request.user, limited) if limited else {}
    waiting = work_waiting_for(request.user, at_limit=limits, enough=enough)
    is_named = any(each.is_named for each in waiting)
    begun = list(begun_for(request.user)) if is_named else []
    in_hand = [*held, *begun]
    days = days_of(request.user)
    late, handed_in = late_drafts_of(request.user), handed_in_lately(request.user)
    talks, training = list(open_conversations_of(request.user)), training_of(request.user)
    told = [each.assignment for each in training.newest] if training else []
    notes, agreements = newest_notes_of(request.user), own_agreements(request.user)
    context = {
        "held": held,
        "begun": begun,
        "late": late,
        "seats_are_taken": sum(each.shown_at is not None for each in held) >= len(SEATS),
        "waiting": by_campaign(waiting),
        "turns": sum(each.turns for each in waiting),
        "talks": talks,
        "may_talk": any(campaigns_that_ask_to_talk(request.user)),
        "unread": unacknowledged_instructions(request.user),
        "handed_in": handed_in,
        "covered": own_covered_prompts(
            request.user, _prompts_of([*in_hand, *late, *told], handed_in, talks, notes)
        ),
        "unagreed": [each for each in care if each.consent is None],
        "enough": list(enough.values()),
        "submitted": sum(each.items for each in days),
        "days": days,
        "agreements": agreements[:ON_DESK],
        "more_agreements": len(agreements) > ON_DESK,
        "training": training,
        "notes": notes,
        "unread_notes": count_of_unread_notes(request.user),
        "pauses": list(standing_pauses(request.user)),
        "tests": tests_offered_to(request.user),
        "questions": count_of_open_questions(request.user),
        "announcements": [
            (each, render_markdown(each.text)) for each in unread_announcements(request.user)
        ],
        "limits": list(limits.values()),
        "lines": desk_lines(request.user),
        "idle": None if held or waiting or limits or enough else idle_of(request.user),
    }
    return render(request, "annotate/desk.html", context)


def _prompts_of(
    turns: Iterable[Assignment],
    handed_in: Iterable[HandedIn],
    talks: Iterable[Conversation],
    notes: Iterable[Note],
) -> Iterator[tuple[int, Prompt]]:
    """What the desk quotes, with its campaigns."""
    for each in [*turns, *(one.assignment for one in handed_in)]:
        yield each.task.campaign_id, each.task.prompt
    for talk in talks:
        for turn in talk.turns.all()[:1]:
            yield talk.campaign_id, turn.prompt
    for note in notes:
        yield note.about.campaign_id, note.about.prompt


def by_campaign(waiting: Iterable[Waiting]) -> list[WaitingHere]:
    """One entry per campaign; ``waiting`` comes ordered by campaign."""
    grouped = groupby(waiting, key=lambda each: (each.campaign, each.campaign_uuid))
    return [WaitingHere(name, uuid, list(kinds)) for (name, uuid), kinds in grouped]
