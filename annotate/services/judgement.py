"""What handing in a demonstration and handing in a ranking have in common."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from annotate.enums import AssignmentState, CountsAs, Origin
from annotate.errors import (
    AlreadySubmitted,
    DraftConflict,
    EditTimeOver,
    ItemErased,
    KeyReused,
    NotSubmitted,
)
from annotate.ideal import Ideal
from annotate.models import Assignment, Demonstration, Membership, Ranking, Tombstone
from annotate.people_errors import AnswerTold
from annotate.selectors.submission import TOLD_AFTERWARDS, body_of
from annotate.services.closing import SentDraft, TurnToClose, close_turn, refuse_overtaken
from annotate.services.erasure_lock import work_together
from annotate.services.gold_result import keep_gold_result
from annotate.services.ideal import ideal_of, keep_ideal, revised_ideal
from annotate.services.intake.keeping import hold_prompts
from annotate.services.overlap import ask_third, task_that_may_need_a_third
from annotate.services.queue import close_and_keep
from annotate.services.rater import rater_id_of
from annotate.services.second import COUNTED, draw_second, task_that_may_get_a_second
from annotate.services.tally import add_to_tally
from commons.models import User

Kept = TypeVar("Kept", Demonstration, Ranking)
Columns = Mapping[str, object]
Counts = Mapping[str, int]


def hand_in(
    kept: type[Kept],
    columns: Columns,
    *,
    turn: TurnToClose,
    by: User,
    counts: Counts,
    key: UUID | None,
    sent: SentDraft | None,
    ideal: Ideal | None = None,
) -> Kept:
    """Keep a judgement and close its turn, once.

    A repeat under the same ``key`` finds what the first one kept; the same key with other
    ``columns``, or for another item, is refused. ``counts`` go to the day's tally. An ``ideal``
    is kept with a ranking, in the same transaction.
    """
    refuse_overtaken(turn=turn, sent=sent)
    row = _first_revision(kept, columns, turn=turn, by=by)
    row.effort = sent.effort if sent else None
    try:
        _keep(row, turn=turn, key=key, counts=counts, ideal=ideal)
    except AlreadySubmitted:
        if key is None or not Assignment.objects.filter(pk=turn.id, closing_key=key).exists():
            raise
        return _same(kept.objects.get(assignment=turn.id, revision=1), columns, ideal)
    except IntegrityError as broken:
        used = Assignment.objects.filter(person=turn.person, closing_key=key)
        if key and used.exclude(pk=turn.id).exists():
            raise KeyReused from broken
        raise
    return row


def _keep(
    row: Kept, *, turn: TurnToClose, key: UUID | None, counts: Counts, ideal: Ideal | None
) -> None:
    """At once where nothing is special about it, else step by step in one transaction."""
    is_plain = (
        turn.state == AssignmentState.OPEN
        and turn.third_below is None
        and turn.second_up_to is None
        and ideal is None
        and not turn.purpose
    )
    if is_plain and close_and_keep(row, turn=turn.id, key=key, counts=counts):
        return
    with transaction.atomic():
        hold_item(turn=turn)
        locked = task_that_may_need_a_third(turn=turn)
        first = task_that_may_get_a_second(turn=turn)
        row.counts_as = close_turn(turn=turn, key=key)
        if ideal is not None and isinstance(row, Ranking):
            row.ideal = keep_ideal(ideal, of=row)
        row.save(force_insert=True)
        if locked is not None and turn.third_below is not None:
            ask_third(task=locked, third_below=turn.third_below)
        if first is not None and turn.second_up_to is not None and row.counts_as in COUNTED:
            draw_second(task=first, rater=row.rater_id, most=turn.second_up_to)
        if turn.purpose:
            if isinstance(row, Ranking):
                keep_gold_result(ranking=row, person=turn.person)
            return  # it is no work, and in no tally
        counted = {"surplus": 1} if row.counts_as == CountsAs.SURPLUS else counts
        add_to_tally(campaign=turn.campaign, slot=turn.id, at=row.created_at, **counted)


def hold_item(*, turn: TurnToClose) -> None:
    """Let what is judged not be erased before this transaction ends; before anything is locked.

    Whoever is checked may be paused for it: no erasure at all of theirs, and their membership
    before their turn, as where they are taken out.
    """
    if turn.purpose:
        work_together()
        mine = Membership.objects.filter(person=turn.person, campaign=turn.campaign)
        list(mine.select_for_update(no_key=True).values_list("pk"))
    hold_prompts([turn.prompt])


def _same(before: Kept, columns: Columns, ideal: Ideal | None) -> Kept:
    if not _says(before, columns, ideal):
        raise KeyReused
    return before


def _says(row: Demonstration | Ranking, columns: Columns, ideal: Ideal | None) -> bool:
    kept = ideal_of(row) if isinstance(row, Ranking) else None
    return kept == ideal and all(getattr(row, name) == said for name, said in columns.items())


def _first_revision(kept: type[Kept], columns: Columns, *, turn: TurnToClose, by: User) -> Kept:
    uuid = uuid4()
    return kept(
        uuid=uuid,
        root=uuid,
        campaign_id=turn.campaign,
        prompt_id=turn.prompt,
        rater_id=turn.rater or rater_id_of(by),
        origin=Origin.WORK,
        counts_as=turn.counted,
        assignment_id=turn.id,
        instructions_id=turn.instructions,
        **columns,
    )


def revise(
    kept: type[Kept],
    columns: Columns,
    *,
    turn: TurnToClose,
    key: UUID | None,
    seen: int | None = None,
    ideal: Ideal | None = None,
    effort: dict[str, object] | None = None,
) -> tuple[Kept, Kept | None]:
    """Write the next revision of a person's own judgement; the old one stays, no longer current.

    ``seen`` is the revision that the change was made from: another one that says something else
    is a conflict. Returns the new one and the one it replaces; that is None where the same ``key``
    had already written it, or where nothing was changed. Call inside a transaction.
    """
    if turn.state != AssignmentState.SUBMITTED:
        raise NotSubmitted
    Assignment.objects.select_for_update().get(pk=turn.id)  # two edits come one after the other
    rows = kept.objects.filter(assignment=turn.id)
    old = rows.get(current=True)
    if key and (before := _written_before(kept, old, turn=turn, key=key)):
        return _same(before, columns, ideal), None
    if Tombstone.objects.filter(judgement=old.uuid).exists():
        raise ItemErased
    if turn.purpose in TOLD_AFTERWARDS:
        raise AnswerTold
    if not turn.may_be_edited:
        raise EditTimeOver(turn.edit_minutes)
    if _says(old, columns, ideal):
        return old, None
    if seen not in (None, old.revision):
        raise DraftConflict(theirs=body_of(old), version=old.revision, saved_at=old.created_at)
    rows.filter(pk=old.pk).update(current=False)
    if isinstance(old, Ranking):
        columns = {**columns, "ideal": revised_ideal(ideal, of=old)}
    return _next_revision(kept, old, columns, key=key, effort=effort), old


def _written_before(kept: type[Kept], old: Kept, *, turn: TurnToClose, key: UUID) -> Kept | None:
    """The revision that the same request wrote. A key that served for anything else is refused."""
    before = kept.objects.filter(rater=old.rater_id, key=key).first()
    if before is None:
        if Assignment.objects.filter(person=turn.person, closing_key=key).exists():
            raise KeyReused
        return None
    if before.assignment_id != turn.id:
        raise KeyReused
    return before


def _next_revision(
    kept: type[Kept],
    old: Kept,
    columns: Columns,
    *,
    key: UUID | None,
    effort: dict[str, object] | None,
) -> Kept:
    return kept.objects.create(
        root=old.root,
        revision=old.revision + 1,
        key=key,
        campaign_id=old.campaign_id,
        prompt_id=old.prompt_id,
        rater_id=old.rater_id,
        origin=old.origin,
        counts_as=old.counts_as,
        assignment_id=old.assignment_id,
        instructions_id=old.instructions_id,
        effort=effort,
        **columns,
    )
