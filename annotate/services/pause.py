"""A person is paused in a campaign, says what they have to say to it, and a lead decides.

paused --appeal_pause--> a lead is asked --decide_pause--> lifted, or upheld

A campaign pauses people and a team does, each for itself: ``Membership.paused`` says that somebody
has.
"""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotate.enums import Appeal, PauseCause
from annotate.models import Assignment, Membership, Pause
from annotate.people_errors import AlreadyPaused, AppealedBefore, PauseDecided
from annotate.selectors.pause import standing_of
from annotate.services.erasure_lock import work_together
from annotate.services.person_notice import tell_of_decision, tell_of_pause
from annotate.services.returning import end_unseen_turns
from commons.audit import record
from commons.models import User


@transaction.atomic
def pause_member(
    *,
    membership: Membership,
    cause: PauseCause,
    by: User | None,
    reason: str = "",
    evidence: Mapping[str, object] | None = None,
) -> Pause:
    """Give a person nothing more of a campaign until a lead lifts it; say why.

    A pause of their team stands beside one of the campaign. A lead of the campaign may lift
    either; a lead of the team their own alone.
    What is on their screen may be handed in, and counts. What was loaded ahead goes back.
    """
    Membership.objects.filter(pk=membership.pk).update(paused=True)  # and it is locked
    try:
        with transaction.atomic():
            pause = Pause.objects.create(
                membership=membership,
                cause=cause,
                reason=reason,
                evidence=dict(evidence or {}),
                by=by,
            )
    except IntegrityError as twice:
        raise AlreadyPaused(membership.person.display_name) from twice
    record(
        actor=by,
        verb="member.paused",
        subject=membership.campaign,
        person=str(membership.person.uuid),
        cause=cause,
    )
    if by != membership.person:
        tell_of_pause(pause)
    transaction.on_commit(lambda: _give_back_what_was_loaded(membership))
    return pause


def _give_back_what_was_loaded(membership: Membership) -> None:
    """In a transaction of its own, after the one that paused them: in that one a turn of theirs
    may be locked, and everyone locks the task first. Lost, it costs them one item more."""
    turns = Assignment.objects.filter(
        task__campaign=membership.campaign_id, person=membership.person_id
    )
    with transaction.atomic():
        end_unseen_turns(turns)


def appeal_pause(*, pause: Pause, text: str) -> None:
    """A person says what they have to say to it, once."""
    open_ones = Pause.objects.filter(pk=pause.pk, decision="", appealed_at__isnull=True)
    if not open_ones.update(appeal=text, appealed_at=timezone.now()):
        pause.refresh_from_db(fields=["decision"])
        raise PauseDecided if pause.decision else AppealedBefore


@transaction.atomic
def decide_pause(*, pause: Pause, decision: Appeal, answer: str, by: User) -> None:
    """Lift a pause, or uphold it, with an answer that the person reads.

    One that was upheld may be lifted later. From a lift on, earlier checks count no more. Whoever
    is paused by somebody else, too, stays so.
    """
    work_together()
    Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=pause.membership_id)
    standing = Pause.objects.filter(pk=pause.pk).exclude(decision=Appeal.LIFTED)
    if decision == Appeal.UPHELD:
        standing = standing.filter(decision="")
    decided = standing.update(
        decision=decision, answer=answer, decided_by=by, decided_at=timezone.now()
    )
    if not decided:
        raise PauseDecided
    membership = pause.membership
    if decision == Appeal.LIFTED and not standing_of([membership]).exists():
        Membership.objects.filter(pk=membership.pk).update(paused=False)
    if by != membership.person:
        tell_of_decision(pause, decision)
    record(
        actor=by,
        verb=f"member.pause-{decision}",
        subject=membership.campaign,
        person=str(membership.person.uuid),
    )
