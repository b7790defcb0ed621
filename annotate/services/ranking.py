"""One person's order of the answers they were offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from annotate.answering import check_quotes, checked_answers, spans_of
from annotate.enums import CountsAs
from annotate.errors import IncompleteAnswers, IncompleteRanking, StrangeRanking
from annotate.ideal import Ideal, checked_ideal
from annotate.models import Assignment, Candidate, Ranking, Voided
from annotate.questions import Asked
from annotate.services.closing import SentDraft, TurnToClose, own_turn
from annotate.services.gold_result import keep_gold_result
from annotate.services.judgement import hand_in, hold_item, revise
from annotate.services.overlap import ask_third, task_that_may_need_a_third
from annotate.services.tally import add_to_tally
from commons.models import User
from commons.stats.pairs import pairs_of, ties_of

STRENGTHS = (1, 2, 3)


@dataclass(frozen=True)
class RankingAnswer:
    """What the ranking page sends: tiers best first, and how much better each is than the next.

    ``answers`` holds what ``annotate.questions`` asks of each. ``ideal`` is the text of the best
    one as it should be, and ``ideal_from`` names it where several are best.
    """

    tiers: Sequence[Sequence[str]]
    unrankable: Sequence[str] = ()
    strengths: Sequence[int | None] = ()
    reason: str = ""
    answers: Mapping[str, object] = field(default_factory=dict)
    ideal: str = ""
    ideal_from: str | None = None

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
    turn = own_turn(by=by, uuid=assignment.uuid)
    return keep_ranking(turn=turn, answer=answer, by=by, key=key, sent=sent)


def keep_ranking(
    *,
    turn: TurnToClose,
    answer: RankingAnswer,
    by: User,
    key: UUID | None = None,
    sent: SentDraft | None = None,
) -> Ranking:
    """The same for a turn that is already read."""
    columns, ideal = _checked(answer, turn=turn)
    counts = counts_of(answer.tiers, has_ideal=ideal is not None)
    return hand_in(
        Ranking, columns, turn=turn, by=by, counts=counts, key=key, sent=sent, ideal=ideal
    )


@transaction.atomic
def revise_ranking(
    *,
    assignment: Assignment,
    answer: RankingAnswer,
    by: User,
    key: UUID | None = None,
    seen: int | None = None,
    effort: dict[str, object] | None = None,
) -> Ranking:
    """Change what one has submitted: a new revision; the old one is kept, counts follow.

    ``seen`` is the revision that the change was made from, where that is known, and ``effort`` what
    the change took.
    """
    turn = own_turn(by=by, uuid=assignment.uuid)
    hold_item(turn=turn)
    columns, ideal = _checked(answer, turn=turn)
    locked = task_that_may_need_a_third(turn=turn)
    kept, old = revise(Ranking, columns, turn=turn, key=key, seen=seen, ideal=ideal, effort=effort)
    if old is None:
        return kept
    if locked is not None and turn.third_below is not None:
        ask_third(task=locked, third_below=turn.third_below)
    if turn.purpose:
        keep_gold_result(ranking=kept, person=turn.person)
    else:
        _recount(kept, old)
    return kept


def check_ranking(answer: RankingAnswer, *, offered: Sequence[str]) -> None:
    """Refuse an order that is not one of exactly the offered answers."""
    placed = answer.placed
    if strangers := set(placed) - set(offered):
        said = gettext("%(count)s answer(s) were never offered; reload the page.")
        raise StrangeRanking(said % {"count": len(strangers)})
    if len(placed) != len(set(placed)):
        raise StrangeRanking(gettext("An answer stands in two places; put each in one."))
    if forgotten := set(offered) - set(placed):
        raise IncompleteRanking(missing=len(forgotten))
    if not all(answer.tiers):
        raise StrangeRanking(gettext("A rank is empty; leave out ranks without answers."))
    gaps = max(len(answer.tiers) - 1, 0)
    if answer.strengths and len(answer.strengths) != gaps:
        said = gettext("There are %(gaps)s gaps between ranks; give a strength for each.")
        raise StrangeRanking(said % {"gaps": gaps}, field="strengths")
    if any(each is not None and each not in STRENGTHS for each in answer.strengths):
        said = gettext("A strength is 1 (slightly), 2 or 3 (significantly), or not given.")
        raise StrangeRanking(said, field="strengths")


def _checked(answer: RankingAnswer, *, turn: TurnToClose) -> tuple[dict[str, object], Ideal | None]:
    """The row's columns and the ideal that goes with it, as they may be kept.

    The texts are read only where something is said of one.
    """
    check_ranking(answer, offered=turn.offered)
    asked = turn.asked
    if asked.reason is Asked.REQUIRED and not answer.reason.strip():
        raise IncompleteAnswers("reason", "Say in a sentence or two why you ranked them so.")
    answers = checked_answers(answer.answers, asked=asked, offered=turn.offered)
    if any(map(spans_of, answers.values())):
        check_quotes(answers, _texts(list(answers)))
    ideal = checked_ideal(
        answer.ideal,
        started_from=answer.ideal_from,
        tiers=answer.tiers,
        asked=asked.ideal,
        text_of=lambda name: _texts([name])[name],
    )
    return answer.columns() | {"answers": answers}, ideal


def _texts(names: Sequence[str]) -> dict[str, str]:
    return {str(each.uuid): each.text for each in Candidate.objects.filter(uuid__in=names)}


def _recount(new: Ranking, old: Ranking) -> None:
    """Correct the very row of the tally that the first revision was added to.

    What is voided counts for nothing there, and by what stands once the void is undone.
    """
    first = Ranking.objects.get(root=new.root, revision=1)
    counts = {"edits": 1}
    is_voided = Voided.objects.filter(root=new.root, stands=True).exists()
    if new.counts_as != CountsAs.SURPLUS and not is_voided:
        before, after = (
            counts_of(each.tiers, has_ideal=each.ideal_id is not None) for each in (old, new)
        )
        counts |= {name: after[name] - before[name] for name in after}
    add_to_tally(
        campaign=new.campaign_id, slot=new.assignment_id or 0, at=first.created_at, **counts
    )


def counts_of(tiers: Sequence[Sequence[str]], *, has_ideal: bool) -> dict[str, int]:
    """What a ranking adds to the tally. What an ideal answer is better than, nobody has compared:
    its pairs are in the datasets and not counted."""
    return {
        "rankings": 1,
        "demonstrations": int(has_ideal),
        "comparisons": len(pairs_of(tiers)),
        "ties": len(ties_of(tiers)),
    }
