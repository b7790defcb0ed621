"""One person's order of the answers they were offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction

from annotate.enums import CountsAs, Origin
from annotate.errors import IncompleteRanking, KeyReused, StrangeRanking
from annotate.models import Assignment, Draft, Ranking
from annotate.services.assignment import close_assignment
from annotate.services.rater import rater_of
from annotate.services.tally import add_to_tally
from commons.models import User
from commons.stats.pairs import pairs_of, ties_of

STRENGTHS = (1, 2, 3)


@dataclass(frozen=True)
class RankingAnswer:
    """What the ranking page sends: tiers best first, and how much better each is than the next."""

    tiers: Sequence[Sequence[str]]
    unrankable: Sequence[str] = ()
    strengths: Sequence[int | None] = ()
    reason: str = ""

    @property
    def placed(self) -> list[str]:
        """Every answer that was put somewhere, as often as it was."""
        return [each for tier in self.tiers for each in tier] + list(self.unrankable)

    def columns(self) -> dict[str, object]:
        return {
            "tiers": [list(tier) for tier in self.tiers],
            "unrankable": list(self.unrankable),
            "strengths": list(self.strengths),
            "reason": self.reason.strip(),
        }


@transaction.atomic
def submit_ranking(
    *, assignment: Assignment, answer: RankingAnswer, by: User, key: UUID | None = None
) -> Ranking:
    """Keep one person's order of the answers they were offered, and close the assignment."""
    rater, columns = rater_of(by), answer.columns()
    if key and (before := Ranking.objects.filter(rater=rater, key=key).first()):
        same = all(getattr(before, name) == value for name, value in columns.items())
        if before.assignment_id != assignment.pk or not same:
            raise KeyReused
        return before
    check_ranking(answer, offered=assignment.task.offered)

    counts_as = close_assignment(assignment=assignment, by=by)
    uuid = uuid4()
    kept = Ranking.objects.create(
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
        **columns,
    )
    Draft.objects.filter(assignment=assignment).delete()
    _count(assignment, answer, counts_as)
    return kept


def check_ranking(answer: RankingAnswer, *, offered: Sequence[str]) -> None:
    """Refuse an order that is not one of exactly the offered answers."""
    placed = answer.placed
    if strangers := set(placed) - set(offered):
        raise StrangeRanking(f"{len(strangers)} answer(s) were never offered; reload the page.")
    if len(placed) != len(set(placed)):
        raise StrangeRanking("An answer stands in two places; put each in one.")
    if forgotten := set(offered) - set(placed):
        raise IncompleteRanking(missing=len(forgotten))
    if not all(answer.tiers):
        raise StrangeRanking("A rank is empty; leave out ranks without answers.")
    gaps = max(len(answer.tiers) - 1, 0)
    if answer.strengths and len(answer.strengths) != gaps:
        raise StrangeRanking(f"There are {gaps} gaps between ranks; give a strength for each.")
    if any(each is not None and each not in STRENGTHS for each in answer.strengths):
        raise StrangeRanking("A strength is 1 (slightly), 2 or 3 (significantly), or not given.")


def _count(assignment: Assignment, answer: RankingAnswer, counts_as: CountsAs) -> None:
    campaign, slot = assignment.task.campaign_id, assignment.pk
    if counts_as == CountsAs.SURPLUS:
        add_to_tally(campaign=campaign, slot=slot, surplus=1)
        return
    add_to_tally(
        campaign=campaign,
        slot=slot,
        rankings=1,
        comparisons=len(pairs_of(answer.tiers)),
        ties=len(ties_of(answer.tiers)),
    )
