"""A ranking's ideal answer, kept as a demonstration of the same turn.

All ideal answers of a turn are revisions of one root, also where one was taken away in between.
A ranking names the very revision that it was handed in with.
"""

from uuid import uuid4

from annotate.ideal import Ideal
from annotate.models import Candidate, Demonstration, Ranking


def ideal_of(kept: Ranking) -> Ideal | None:
    """The ideal answer that a ranking was handed in with."""
    if kept.ideal is None or kept.ideal.started_from is None:
        return None
    return Ideal(kept.ideal.text, str(kept.ideal.started_from.uuid))


def keep_ideal(ideal: Ideal, *, of: Ranking) -> Demonstration:
    """Write the next revision of a turn's ideal answer; call in the ranking's transaction."""
    before = Demonstration.objects.filter(assignment=of.assignment_id)
    last = before.order_by("revision").last()
    before.filter(current=True).update(current=False)
    uuid = uuid4()
    return Demonstration.objects.create(
        uuid=uuid,
        root=last.root if last else uuid,
        revision=last.revision + 1 if last else 1,
        campaign_id=of.campaign_id,
        prompt_id=of.prompt_id,
        rater_id=of.rater_id,
        origin=of.origin,
        counts_as=of.counts_as,
        assignment_id=of.assignment_id,
        instructions_id=of.instructions_id,
        messages=[{"role": "assistant", "content": ideal.text}],
        started_from=Candidate.objects.get(uuid=ideal.started_from),
    )


def revised_ideal(ideal: Ideal | None, *, of: Ranking) -> Demonstration | None:
    """What the next revision of a ranking names: the same one, a new one, or none any more."""
    if ideal == ideal_of(of):
        return of.ideal
    if ideal is not None:
        return keep_ideal(ideal, of=of)
    Demonstration.objects.filter(assignment=of.assignment_id, current=True).update(current=False)
    return None
