"""An expert's own answer."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from annotate.enums import CountsAs
from annotate.errors import EmptyDemonstration
from annotate.models import Assignment, Demonstration
from annotate.services.closing import (
    SentDraft,
    close_assignment,
    facts_of,
    refuse_overtaken,
)
from annotate.services.judgement import keep_first, revise_judgement, submit_once
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
    columns = _columns(answer)

    def submit() -> Demonstration:
        facts = facts_of(assignment=assignment)
        refuse_overtaken(assignment=assignment, sent=sent, facts=facts)
        counts_as = close_assignment(assignment=assignment, by=by, facts=facts, key=key)
        kept = keep_first(
            Demonstration,
            assignment=assignment,
            facts=facts,
            counts_as=counts_as,
            by=by,
            columns=columns,
        )
        _count(kept, "surplus" if counts_as == CountsAs.SURPLUS else "demonstrations")
        return kept

    return submit_once(submit, Demonstration, assignment=assignment, key=key, columns=columns)


@transaction.atomic
def revise_demonstration(
    *, assignment: Assignment, answer: DemonstrationAnswer, by: User, key: UUID | None = None
) -> Demonstration:
    """Change what one has submitted: a new revision; the old one is kept."""
    kept, old = revise_judgement(
        Demonstration,
        assignment=assignment,
        facts=facts_of(assignment=assignment),
        by=by,
        key=key,
        columns=_columns(answer),
    )
    if old is not None:
        _count(Demonstration.objects.get(root=kept.root, revision=1), "edits")
    return kept


def _columns(answer: DemonstrationAnswer) -> dict[str, object]:
    messages = answer.messages()
    if not messages[0]["content"]:
        raise EmptyDemonstration
    return {"messages": messages}


def _count(first: Demonstration, column: str) -> None:
    add_to_tally(
        campaign=first.campaign_id,
        slot=first.assignment_id or 0,
        at=first.created_at,
        **{column: 1},
    )
