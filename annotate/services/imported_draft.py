"""What people had begun elsewhere goes on here: each draft on an item that is set aside for them.

Who a draft belongs to is said to the import, never guessed. The item is set aside as a lead does
it, and under the same conditions; it is its person who hands it in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import transaction

from annotate.enums import Kind
from annotate.errors import AnnotateError, CampaignNotReady, ItemHeld, NotAskable, NoTurnFree
from annotate.importing.records import ImportedDraft, LeftOut
from annotate.models import Assignment, Batch, Campaign, Draft, Task
from annotate.selectors.imported_draft import draft_came_before, has_met, newest_item
from annotate.services.begun_body import Asking, body_of_ranking, body_of_text
from annotate.services.erasure_lock import bring_together
from annotate.services.intake.judging import names_in
from annotate.services.intake.types import Arrival, Keeping
from annotate.services.lease import reserve_turn
from annotate.services.task import open_tasks_of
from commons.audit import record
from commons.models import User

MakeBody: TypeAlias = Callable[[ImportedDraft, Task], dict[str, Any]]

CAME = "draft.imported"

NO_ITEM = "draft of work that the campaign does not ask for of this prompt"
NOTHING_HELD = "draft of which the form here holds nothing"
MET = "draft on an item that its person has met here already"
WHY_NOT: Mapping[type[AnnotateError], str] = {
    NoTurnFree: "draft on an item of which every turn is done or in somebody's hands",
    ItemHeld: "draft on an item that is held",
    CampaignNotReady: "draft of a campaign that is closed",
    NotAskable: (
        "draft of somebody who may not be given the item now: they are paused or away, no held-out "
        "rater, or have not agreed to read what may harm"
    ),
}


@dataclass(frozen=True)
class Drafted:
    """What became of the drafts of a chunk. ``tasks`` were opened for them."""

    made: int = 0
    tasks: int = 0


def keep_drafts(
    *,
    batch: Batch,
    arrivals: Sequence[Arrival],
    keeping: Keeping,
    people: Mapping[str, User],
    leave: Callable[[LeftOut], None],
) -> Drafted:
    """Set the items of these drafts aside, once; what cannot be carried is told to ``leave``.

    ``people`` are the accounts by what the drafts call them. Call after the transaction that kept
    the prompts: each draft is one of its own, and a second import goes on where one was killed.
    """
    begun = [(each, each.record) for each in arrivals if each.record and each.record.drafts]
    if not begun:
        return Drafted()
    prompts = {keeping.prompts[arrival.digest].pk for arrival, _ in begun}
    tasks, made = open_tasks_of(campaign=batch.campaign, prompts=prompts), 0
    asking = Asking(batch.campaign)
    for arrival, record_ in begun:
        names = names_in(arrival, record_, keeping)
        prompt = keeping.prompts[arrival.digest].pk
        for draft in record_.drafts:
            kept = _Keeping(batch, people[draft.account], asking, prompt, names)
            made += kept.keep(draft)
            for why in kept.left:
                leave(LeftOut(record_.line, record_.key, why))
    return Drafted(made, tasks)


class _Keeping:
    """One draft on its way to the desk of its person."""

    def __init__(
        self, batch: Batch, person: User, asking: Asking, prompt: int, names: Mapping[str, str]
    ) -> None:
        self._batch, self._person, self._asking = batch, person, asking
        self._prompt, self._names = prompt, names
        self.left: list[str] = []

    def keep(self, draft: ImportedDraft) -> int:
        """Keep the order and the text apart, as they are work of two kinds; count what was made."""
        made = 0
        if draft.tiers or draft.answers or draft.reason:
            made += self._keep(Kind.RANK, draft, self._ranking)
        if draft.text:
            made += self._keep(Kind.DEMONSTRATE, draft, lambda draft, task: body_of_text(draft))
        return made

    def _ranking(self, draft: ImportedDraft, task: Task) -> dict[str, Any]:
        return body_of_ranking(draft, task, self._asking, self._names, self.left)

    def _keep(self, kind: Kind, draft: ImportedDraft, body: MakeBody) -> bool:
        campaign = self._batch.campaign
        try:
            with transaction.atomic():
                bring_together()
                task = newest_item(campaign, self._prompt, kind)
                if task is None:
                    self.left.append(NO_ITEM)
                    return False
                return self._set_aside(campaign, kind, task, body(draft, task))
        except tuple(WHY_NOT) as refused:
            self.left.append(WHY_NOT[type(refused)])
            return False

    def _set_aside(
        self, campaign: Campaign, kind: Kind, task: Task, body: Mapping[str, object]
    ) -> bool:
        """Call with the task locked: of two imports at once the second finds what the first did."""
        person = User.objects.get(pk=self._person.pk)  # who may have been erased meanwhile
        if draft_came_before(person, campaign, self._prompt, kind, verb=CAME):
            return False
        if has_met(person, task):
            self.left.append(MET)
            return False
        if not body:
            self.left.append(NOTHING_HELD)
            return False
        turn = reserve_turn(task=task, person=person, by=self._batch.created_by)
        Draft.objects.create(assignment=turn, body=body)
        _write_down(turn, task, person, by=self._batch.created_by)
        return True


def _write_down(turn: Assignment, task: Task, person: User, *, by: User | None) -> None:
    record(actor=by, verb=CAME, subject=turn, task=str(task.uuid), person=str(person.uuid))
