"""Erasing a prompt or a person: the one deliberate exception to what is kept for ever.

    reach -> what is out ends -> texts become tombstones -> datasets that hold them are marked

What it touches is counted before (``selectors.erasure``), and the row that stays says who, when,
of what kind and how much, and no text. It cannot be undone.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from annotate.enums import AssignmentState, ErasureKind, Hold, ReviewState
from annotate.errors import AlreadyErased, NeededStill, NotAllowed
from annotate.models import Erasure, Membership, Prompt, Review
from annotate.selectors.erasure import (
    OUT,
    Reach,
    counts_of,
    is_erased,
    led_alone_by,
    may_erase,
    reach_of_person,
    reach_of_prompt,
    snapshots_reached,
)
from annotate.services.erased_account import erase_account
from annotate.services.erased_text import erase_texts
from annotate.services.erasure_lock import erase_alone
from annotate.services.returning import return_turn
from commons.audit import record
from commons.models import User


@transaction.atomic
def erase_prompt(*, prompt: Prompt, by: User | None) -> Erasure:
    """Erase what a prompt asks and all that was answered and said of it; ``by`` None: a command.

    Later turns of the same conversation repeat its words and go with it.
    """
    if by is not None and not may_erase(by, prompt):
        raise NotAllowed(
            gettext("Only who leads every campaign of this prompt may erase it; ask an admin.")
        )
    erase_alone()
    Prompt.objects.select_for_update().get(pk=prompt.pk)
    prompt.refresh_from_db()
    if is_erased(prompt):
        raise AlreadyErased
    erasure = Erasure(kind=ErasureKind.PROMPT, prompt=prompt, by=by)
    _erase(reach_of_prompt(prompt), erasure)
    record(actor=by, verb="prompt.erased", subject=prompt, erasure=str(erasure.uuid))
    return erasure


@transaction.atomic
def erase_person(*, person: User, texts: bool, by: User | None) -> Erasure:
    """Erase an account and, with ``texts``, all that its person wrote; votes stay, nameless."""
    if by is not None and not by.is_superuser:
        raise NotAllowed(gettext("Only an admin may erase a person."))
    erase_alone()
    person = _locked(person)
    before = Erasure.objects.filter(person=person)
    if before.filter(texts=True).exists() or (not texts and before.exists()):
        raise AlreadyErased
    _refuse_if_needed(person, by)
    erasure = Erasure(kind=ErasureKind.PERSON, person=person, texts=texts, by=by)
    _erase(reach_of_person(person, texts=texts), erasure)
    erase_account(person)
    record(actor=by, verb="person.erased", subject=person, erasure=str(erasure.uuid), texts=texts)
    return erasure


def _locked(person: User) -> User:
    """Their memberships first, as where work is handed out (``services.cap``). What names them may
    come meanwhile: only once they have another name, which is last, nobody is waited for."""
    mine = Membership.objects.filter(person=person).order_by("pk")
    list(mine.select_for_update(no_key=True).values_list("pk"))
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _refuse_if_needed(person: User, by: User | None) -> None:
    if person == by:
        raise NeededStill(gettext("This is your own account; let another admin erase it."))
    admins = User.objects.filter(is_superuser=True, is_active=True)
    if person.is_superuser and not admins.exclude(pk=person.pk).exists():
        raise NeededStill(gettext("This is the only admin; make somebody else an admin first."))
    if alone := led_alone_by(person):
        said = gettext("Nobody else leads %(campaigns)s; make somebody else a lead there first.")
        raise NeededStill(said % {"campaigns": ", ".join(f"“{name}”" for name in alone)})


def _erase(reach: Reach, erasure: Erasure) -> None:
    _lock(reach)
    erasure.counts = counts_of(reach)
    held = list(snapshots_reached(reach))
    erasure.save(force_insert=True)
    _end_turns(reach)
    _stop(reach)
    erase_texts(reach, erasure)
    erasure.snapshots.set(held)


def _lock(reach: Reach) -> None:
    """Prompts before whatever stands on them, as where they are kept (``services.intake``); the
    arrivals that brought them before tasks, as where one is withdrawn (``services.batch``); all
    tasks before any turn, as where one is taken: what is locked is passed over there."""
    list(reach.asked.order_by("pk").select_for_update().values_list("pk"))
    list(reach.batches.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    list(reach.tasks.order_by("pk").select_for_update().values_list("pk"))


def _end_turns(reach: Reach) -> None:
    """What is on a screen cannot be handed in any more, nor what was too late."""
    out = reach.turns.filter(state__in=OUT).order_by("task", "pk")
    for pk, task, state in list(out.values_list("pk", "task", "state")):
        return_turn(
            assignment=pk, task=task, to=AssignmentState.RELEASED, was=AssignmentState(state)
        )
    reach.turns.filter(state=AssignmentState.EXPIRED).update(state=AssignmentState.RELEASED)


def _stop(reach: Reach) -> None:
    """Nobody is asked any more: what was free of the tasks is given up, whatever is restored."""
    reach.tasks.update(held=Hold.WITHDRAWN, wanted=F("wanted") - F("free"), free=0)
    Review.objects.filter(task__in=reach.tasks, state=ReviewState.OPEN).update(
        state=ReviewState.VOID, reviewer=None, claimed_until=None
    )
