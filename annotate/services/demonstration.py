"""An expert's own answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction

from annotate.conversation import Message, flaws, plain_answer, settled
from annotate.enums import Kind
from annotate.errors import EmptyDemonstration, StrangeConversation, StrangeStart
from annotate.models import Assignment, CampaignWork, Candidate, Demonstration, Prompt
from annotate.services.closing import SentDraft, TurnToClose, own_turn
from annotate.services.judgement import hand_in, hold_item, revise
from annotate.services.tally import add_to_tally
from commons.models import User


@dataclass(frozen=True)
class DemonstrationAnswer:
    """What the writing page sends: ``text``, after whatever blocks come ``before`` it.

    ``started_from`` is the candidate that the writer began with, if any.
    """

    text: str
    before: Sequence[Message] = ()
    started_from: UUID | None = None

    def messages(self) -> list[Message]:
        said: Message = {"role": "assistant", "content": self.text.strip()}
        return [*settled(list(self.before)), said]


def answer_of(messages: Sequence[Message], *, started_from: UUID | None) -> DemonstrationAnswer:
    """The answer that these messages are; where they do not end in words, its text is empty."""
    *before, last = messages or [{}]
    content = last.get("content")
    if last == {"role": "assistant", "content": content} and isinstance(content, str):
        return DemonstrationAnswer(content, before, started_from)
    return DemonstrationAnswer("", list(messages), started_from)


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
    columns = _columns(turn, answer)
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
    effort: dict[str, object] | None = None,
) -> Demonstration:
    """Change what one has submitted: a new revision; the old one is kept.

    ``seen`` is the revision that the change was made from, where that is known, and ``effort`` what
    the change took. What it was once started from stays said of it.
    """
    turn = own_turn(by=by, uuid=assignment.uuid)
    hold_item(turn=turn)
    start, uuid = _start_of(turn)
    if answer.started_from in (None, uuid):  # it may be that nobody can begin so any more
        columns = _columns(turn, replace(answer, started_from=None)) | {"started_from_id": start}
    else:
        columns = _columns(turn, answer)
    kept, old = revise(Demonstration, columns, turn=turn, key=key, seen=seen, effort=effort)
    if old is not None:
        first = Demonstration.objects.get(root=kept.root, revision=1)
        add_to_tally(campaign=turn.campaign, slot=turn.id, at=first.created_at, edits=1)
    return kept


def _columns(turn: TurnToClose, answer: DemonstrationAnswer) -> dict[str, object]:
    """What is kept of an answer that may stand; a text alone needs no look at the prompt."""
    messages = answer.messages()
    if plain_answer(messages) == "":
        raise EmptyDemonstration
    if plain_answer(messages) is None:
        _refuse_flaws(turn, messages)
    if answer.started_from is None:
        return {"messages": messages, "started_from_id": None}
    return {"messages": messages, "started_from_id": _started_from(turn, answer.started_from)}


def _refuse_flaws(turn: TurnToClose, messages: list[Message]) -> None:
    tools = Prompt.objects.values_list("tools", flat=True).get(pk=turn.prompt)
    for flaw in flaws(messages, tools, turns=_work(turn).turns):
        raise StrangeConversation(str(flaw), at=flaw.path)


def _started_from(turn: TurnToClose, uuid: UUID) -> int:
    found = Candidate.objects.filter(uuid=uuid, prompt=turn.prompt).values_list("pk", flat=True)
    candidate = found.first()
    if candidate is None or not _work(turn).may_start_from:
        raise StrangeStart
    return candidate


def _start_of(turn: TurnToClose) -> tuple[int | None, UUID | None]:
    """The candidate that what stands began with, by both of its names."""
    standing = Demonstration.objects.filter(assignment=turn.id, current=True)
    return standing.values_list("started_from", "started_from__uuid").first() or (None, None)


def _work(turn: TurnToClose) -> CampaignWork:
    return CampaignWork.objects.get(campaign=turn.campaign, kind=Kind.DEMONSTRATE)
