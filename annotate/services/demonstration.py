"""An expert's own answer."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction

from annotate.enums import Origin
from annotate.errors import EmptyDemonstration, KeyReused
from annotate.models import Assignment, Demonstration, Draft
from annotate.services.assignment import close_assignment
from annotate.services.rater import rater_of
from annotate.services.tally import add_to_tally
from commons.models import User


@dataclass(frozen=True)
class DemonstrationAnswer:
    """What the writing page sends."""

    text: str

    def messages(self) -> list[dict[str, str]]:
        return [{"role": "assistant", "content": self.text.strip()}]


@transaction.atomic
def submit_demonstration(
    *, assignment: Assignment, answer: DemonstrationAnswer, by: User, key: UUID | None = None
) -> Demonstration:
    """Keep one person's answer and close the assignment; the same key finds the same row."""
    rater, messages = rater_of(by), answer.messages()
    if key and (before := Demonstration.objects.filter(rater=rater, key=key).first()):
        if before.assignment_id != assignment.pk or before.messages != messages:
            raise KeyReused
        return before
    if not messages[0]["content"]:
        raise EmptyDemonstration

    counts_as = close_assignment(assignment=assignment, by=by)
    uuid = uuid4()
    kept = Demonstration.objects.create(
        uuid=uuid,
        root=uuid,
        key=key,
        campaign=assignment.task.campaign,
        prompt=assignment.task.prompt,
        rater=rater,
        origin=Origin.WORK,
        counts_as=counts_as,
        assignment=assignment,
        instructions=assignment.instructions,
        messages=messages,
    )
    Draft.objects.filter(assignment=assignment).delete()
    column = "surplus" if counts_as == "surplus" else "demonstrations"
    add_to_tally(campaign=assignment.task.campaign_id, slot=assignment.pk, **{column: 1})
    return kept
