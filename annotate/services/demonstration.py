"""An expert's own answer."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from annotate.errors import EmptyDemonstration
from annotate.models import Assignment, Demonstration
from annotate.services.closing import SentDraft, TurnToClose, own_turn
from annotate.services.judgement import hand_in, revise
from annotate.services.tally import add_to_tally
from commons.models import User


@dataclass(frozen=True)
class DemonstrationAnswer:
    """What the writing page sends."""

    text: str

    def messages(self) -> list[dict[str, str]]:
        return [{"role": "assistant", "content": self.text.strip()}]


def submit_demonstration(
    *,
    assignment: Assignment,
    answer: DemonstrationAnswer,
    by: User,
    key: UUID | None = None,
    sent: SentDraft | None = None,
) -> Demonstration:
    """Keep one person's answer and close the assignment; the same key finds the same row."""
    turn = own_turn(by=by, uuid=assignment.uuid)
    return keep_demonstration(turn=turn, answer=answer, by=by, key=key, sent=sent)


def keep_demonstration(
    *,
    turn: TurnToClose,
    answer: DemonstrationAnswer,
    by: User,
    key: UUID | None = None,
    sent: SentDraft | None = None,
) -> Demonstration:
    """The same for a turn that is already read."""
    columns = _columns(answer)
    counts = {"demonstrations": 1}
    return hand_in(Demonstration, columns, turn=turn, by=by, counts=counts, key=key, sent=sent)


@transaction.atomic
def revise_demonstration(
    *,
    assignment: Assignment,
    answer: DemonstrationAnswer,
    by: User,
    key: UUID | None = None,
    seen: int | None = None,
) -> Demonstration:
    """Change what one has submitted: a new revision; the old one is kept.

    ``seen`` is the revision that the change was made from, where that is known.
    """
    turn = own_turn(by=by, uuid=assignment.uuid)
    kept, old = revise(Demonstration, _columns(answer), turn=turn, key=key, seen=seen)
    if old is not None:
        first = Demonstration.objects.get(root=kept.root, revision=1)
        add_to_tally(campaign=turn.campaign, slot=turn.id, at=first.created_at, edits=1)
    return kept


def _columns(answer: DemonstrationAnswer) -> dict[str, object]:
    messages = answer.messages()
    if not messages[0]["content"]:
        raise EmptyDemonstration
    return {"messages": messages}
