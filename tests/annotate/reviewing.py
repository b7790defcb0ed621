"""What the tests about reviews begin with."""

from collections.abc import Sequence
from uuid import UUID

from annotate.enums import Decision, Kind, ReviewReason, Role
from annotate.models import Assignment, Campaign, Demonstration, Ranking, Review, Task
from annotate.selectors.review import seen_of, versions_of
from annotate.services.campaign import Work
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.resolving import Verdict
from annotate.services.reviewing import find_reviews
from commons.models import User
from tests.factories import make_campaign, make_member, make_task, take_and_show

APART = ("abcd", "dcba")  # two people, the other way round


def make_reviewed_campaign(**work: object) -> Campaign:
    """Rankings by two people each, and demonstrations."""
    works = [
        Work(Kind.RANK, answers=4, wanted=2, **work),  # type: ignore[arg-type]  # as Work has them
        Work(Kind.DEMONSTRATE, **work),  # type: ignore[arg-type]
    ]
    return make_campaign(works=works)


def rank_as(task: Task, order: str, by: User | None = None) -> Ranking:
    """One person's order of a task: ``b=a,cd`` is b and a tied, then c, then d.

    The letters are the offered answers in the order of the task.
    """
    by = by or make_member(task.campaign)
    turn = take_and_show(by, task.campaign, kind=Kind.RANK)
    assert turn.task_id == task.pk
    return submit_ranking(assignment=turn, answer=RankingAnswer(tiers=tiers_of(task, order)), by=by)


def tiers_of(task: Task, order: str) -> list[list[str]]:
    tiers: list[list[str]] = []
    names = dict(zip("abcdefghi", task.offered, strict=False))
    tied = False
    for letter in order:
        if letter == "=":
            tied = True
        elif tied:
            tiers[-1].append(names[letter])
            tied = False
        else:
            tiers.append([names[letter]])
    return tiers


def make_ranked_task(campaign: Campaign, orders: Sequence[str] = APART) -> Task:
    """A fresh task, ranked like this by fresh members."""
    task = make_task(campaign)
    for order in orders:
        rank_as(task, order)
    task.refresh_from_db()
    return task


def make_review(campaign: Campaign, orders: Sequence[str] = APART) -> Review:
    task = make_ranked_task(campaign, orders)
    find_reviews()
    return Review.objects.get(task=task)


def write_as(campaign: Campaign, text: str, by: User | None = None) -> Demonstration:
    """One person's answer to the prompt that waits next."""
    make_task(campaign, kind=Kind.DEMONSTRATE)
    by = by or make_member(campaign)
    turn = take_and_show(by, campaign, kind=Kind.DEMONSTRATE)
    return submit_demonstration(assignment=turn, answer=DemonstrationAnswer(text), by=by)


def make_reviewer(campaign: Campaign, name: str = "") -> User:
    return make_member(campaign, Role.REVIEWER, name)


def turn_of(ranking: Ranking | Demonstration) -> Assignment:
    assert ranking.assignment is not None  # it is work
    return ranking.assignment


def accepting(review: Review, version: UUID | None = None, **more: object) -> Verdict:
    """Accept a version, the first one where none is named."""
    versions = versions_of(review.task)
    more = {"reason": ReviewReason.TIE_BREAK, **more}
    return Verdict(
        decision=Decision.ACCEPT,
        seen=seen_of(versions),
        accepted=version or versions[0].uuid,
        **more,  # type: ignore[arg-type]  # as Verdict has them
    )


def rejecting(review: Review, *rejected: UUID, **more: object) -> Verdict:
    more = {"reason": ReviewReason.CARELESS, **more}
    return Verdict(
        decision=Decision.REJECT,
        seen=seen_of(versions_of(review.task)),
        rejected=rejected,
        **more,  # type: ignore[arg-type]  # as Verdict has them
    )
