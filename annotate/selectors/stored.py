"""What is stored beside a person's judgements about how they were made."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from annotate.effort import Effort, effort_of
from annotate.models import Candidate, Demonstration, Ranking
from annotate.selectors.submission import Judgement
from commons.models import User

NEWEST = 20


@dataclass(frozen=True)
class Stored:
    """One revision of a judgement, what it took, and the answers as they were shown."""

    judgement: Judgement
    effort: Effort | None
    shown: list[Candidate]


def stored_about(user: User) -> list[Stored]:
    """The newest judgements of a person, their changes among them."""
    rows = sorted(
        chain(_newest(Ranking, user), _newest(Demonstration, user)),
        key=lambda row: row.created_at,
        reverse=True,
    )[:NEWEST]
    answers = _answers_shown(rows)
    return [
        Stored(row, effort_of(row.effort), [answers[each] for each in order_of(row)])
        for row in rows
    ]


def _newest(kept: type[Ranking] | type[Demonstration], user: User) -> Iterable[Judgement]:
    own = kept.objects.filter(rater__user=user, assignment__isnull=False)
    return own.select_related("prompt", "campaign", "assignment").order_by("-created_at")[:NEWEST]


def order_of(judgement: Judgement) -> list[str]:
    """The answers as they were shown; none were to whoever wrote one."""
    turn = judgement.assignment
    return list(turn.order) if turn and isinstance(judgement, Ranking) else []


def _answers_shown(rows: Iterable[Judgement]) -> dict[str, Candidate]:
    names = [name for row in rows for name in order_of(row)]
    return {str(each.uuid): each for each in Candidate.objects.filter(uuid__in=names)}
