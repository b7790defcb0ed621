"""One person's order of the answers they were offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from annotate.enums import CountsAs
from annotate.errors import IncompleteRanking, StrangeRanking
from annotate.models import Assignment, Ranking
from annotate.services.closing import (
    SentDraft,
    close_assignment,
    facts_of,
    refuse_overtaken,
)
from annotate.services.judgement import keep_first, revise_judgement, submit_once
from annotate.services.overlap import ask_third, task_that_may_need_a_third
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


def submit_ranking(
    *,
    assignment: Assignment,
    answer: RankingAnswer,
    by: User,
    key: UUID | None = None,
    sent: SentDraft | None = None,
) -> Ranking:
    """Keep one person's order of the answers they were offered, and close the assignment.

    The same ``key`` finds the same row. Where the first two of a task disagree, a third is asked.
    """
    check_ranking(answer, offered=assignment.task.offered)
    columns = answer.columns()

    def submit() -> Ranking:
        facts = facts_of(assignment=assignment)
        refuse_overtaken(assignment=assignment, sent=sent, facts=facts)
        locked = task_that_may_need_a_third(assignment=assignment, facts=facts)
        counts_as = close_assignment(assignment=assignment, by=by, facts=facts, key=key)
        kept = keep_first(
            Ranking,
            assignment=assignment,
            facts=facts,
            counts_as=counts_as,
            by=by,
            columns=columns,
        )
        if locked is not None and facts.third_below is not None:
            ask_third(task=locked, third_below=facts.third_below)
        _count(kept)
        return kept

    return submit_once(submit, Ranking, assignment=assignment, key=key, columns=columns)


@transaction.atomic
def revise_ranking(
    *, assignment: Assignment, answer: RankingAnswer, by: User, key: UUID | None = None
) -> Ranking:
    """Change what one has submitted: a new revision; the old one is kept, counts follow."""
    check_ranking(answer, offered=assignment.task.offered)
    facts = facts_of(assignment=assignment)
    locked = task_that_may_need_a_third(assignment=assignment, facts=facts)
    kept, old = revise_judgement(
        Ranking, assignment=assignment, facts=facts, by=by, key=key, columns=answer.columns()
    )
    if old is None:
        return kept
    if locked is not None and facts.third_below is not None:
        ask_third(task=locked, third_below=facts.third_below)
    _recount(kept, old)
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


def _count(kept: Ranking) -> None:
    if kept.counts_as == CountsAs.SURPLUS:
        counts = {"surplus": 1}
    else:
        counts = {"rankings": 1, **_pairs(kept)}
    add_to_tally(
        campaign=kept.campaign_id, slot=kept.assignment_id or 0, at=kept.created_at, **counts
    )


def _recount(new: Ranking, old: Ranking) -> None:
    """Correct the very row of the tally that the first revision was added to."""
    first = Ranking.objects.get(root=new.root, revision=1)
    counts = {"edits": 1}
    if new.counts_as != CountsAs.SURPLUS:
        before, after = _pairs(old), _pairs(new)
        counts |= {name: after[name] - before[name] for name in after}
    add_to_tally(
        campaign=new.campaign_id, slot=new.assignment_id or 0, at=first.created_at, **counts
    )


def _pairs(ranking: Ranking) -> dict[str, int]:
    return {"comparisons": len(pairs_of(ranking.tiers)), "ties": len(ties_of(ranking.tiers))}
