"""A reviewer decides once over what others judged; what they judged stays as it was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.enums import CountsAs, Decision, Origin, Pool, ReviewReason, ReviewState, Role
from annotate.errors import (
    AlreadyReviewed,
    EmptyDemonstration,
    IncompleteRanking,
    NotAllowed,
    NothingToDo,
    OddVerdict,
    ReviewTaken,
    VersionsMoved,
)
from annotate.models import Campaign, Demonstration, Membership, Note, Ranking, Rejection, Review
from annotate.selectors.review import seen_of, versions_of, waiting_for
from annotate.services.demonstration import DemonstrationAnswer
from annotate.services.ranking import RankingAnswer, revise_ranking
from annotate.services.resolving import Verdict
from annotate.services.review import (
    claim_next_review,
    claim_review,
    decide_review,
    release_review,
)
from annotate.services.reviewing import find_reviews
from commons.models import AuditEvent, User
from tests.annotate.reviewing import (
    accepting,
    make_ranked_task,
    make_review,
    make_reviewed_campaign,
    make_reviewer,
    rank_as,
    rejecting,
    tiers_of,
    turn_of,
    write_as,
)
from tests.factories import make_campaign, make_member, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_reviewed_campaign(reviewed_share=1.0)


@pytest.fixture
def review(campaign: Campaign) -> Review:
    return make_review(campaign)


@pytest.fixture
def iris(campaign: Campaign) -> User:
    return make_reviewer(campaign, "iris")


def test_to_accept_adds_the_label_again_as_the_reviewers_and_keeps_the_votes(
    review: Review, iris: User
) -> None:
    first, second = versions_of(review.task)

    decide_review(review=review, verdict=accepting(review, second.uuid), by=iris)

    review.refresh_from_db()
    label = review.ranking
    assert label is not None
    assert isinstance(second, Ranking)
    assert (label.tiers, label.strengths, label.unrankable, label.answers) == (
        second.tiers,
        second.strengths,
        second.unrankable,
        second.answers,
    )
    assert (label.rater.user, label.origin, label.counts_as, label.assignment) == (
        iris,
        Origin.RESOLUTION,
        CountsAs.WORK,
        None,
    )
    assert versions_of(review.task) == [first, second]
    assert (review.state, review.decision, review.reason, review.reviewer) == (
        ReviewState.DECIDED,
        Decision.ACCEPT,
        ReviewReason.TIE_BREAK,
        iris,
    )
    assert AuditEvent.objects.filter(actor=iris, verb="review.accept").count() == 1


def test_to_correct_adds_what_the_reviewer_says(review: Review, iris: User) -> None:
    answer = RankingAnswer(tiers=tiers_of(review.task, "b=acd"), strengths=[3, None])
    verdict = Verdict(
        decision=Decision.CORRECT,
        seen=seen_of(versions_of(review.task)),
        reason=ReviewReason.GUIDELINE,
        corrected=answer,
    )

    decide_review(review=review, verdict=verdict, by=iris)

    review.refresh_from_db()
    assert review.ranking is not None
    assert review.ranking.tiers == answer.tiers
    assert review.ranking.strengths == [3, None]


def test_an_answer_is_corrected_by_another_text(campaign: Campaign, iris: User) -> None:
    kept = write_as(campaign, "Teh answer.")
    find_reviews()
    review = Review.objects.get()

    def correct(text: str) -> None:
        verdict = Verdict(
            decision=Decision.CORRECT,
            seen=[kept.uuid],
            reason=ReviewReason.CARELESS,
            corrected=DemonstrationAnswer(text),
        )
        decide_review(review=review, verdict=verdict, by=iris)

    with pytest.raises(EmptyDemonstration):
        correct(" ")
    correct("The answer.")

    review.refresh_from_db()
    assert review.demonstration is not None
    assert review.demonstration.text == "The answer."
    assert Demonstration.objects.count() == 2


def test_to_reject_adds_no_label_and_marks_the_chain(review: Review, iris: User) -> None:
    _, second = versions_of(review.task)

    decide_review(review=review, verdict=rejecting(review, second.uuid), by=iris)

    review.refresh_from_db()
    assert (review.ranking, review.decision) == (None, Decision.REJECT)
    assert [each.root for each in Rejection.objects.all()] == [second.root]
    assert Ranking.objects.count() == 2


def test_authors_are_told_what_is_said_and_when_theirs_does_not_stand(
    review: Review, iris: User
) -> None:
    stands, other = versions_of(review.task)
    notes = {stands.uuid: "Well seen. ", other.uuid: ""}

    decide_review(review=review, verdict=accepting(review, stands.uuid, notes=notes), by=iris)

    said = {each.person: each.text for each in Note.objects.all()}
    assert said == {stands.rater.user: "Well seen.", other.rater.user: ""}


def test_who_is_right_and_told_nothing_gets_no_note(review: Review, iris: User) -> None:
    _, other = versions_of(review.task)

    decide_review(review=review, verdict=rejecting(review, other.uuid), by=iris)

    assert [each.person for each in Note.objects.all()] == [other.rater.user]


def test_nobody_reviews_what_they_judged(campaign: Campaign) -> None:
    task, iris = make_task(campaign), make_reviewer(campaign)
    rank_as(task, "abcd", by=iris)
    rank_as(task, "dcba")
    find_reviews()
    review = Review.objects.get()

    with pytest.raises(NotAllowed, match="your own work"):
        decide_review(review=review, verdict=accepting(review), by=iris)

    assert list(waiting_for(iris)) == []


@pytest.mark.parametrize("who", ["annotator", "lead elsewhere", "reviewer that was", "nobody"])
def test_only_reviewers_and_leads_of_the_campaign_review(review: Review, who: str) -> None:
    people = {
        "annotator": lambda: make_member(review.campaign),
        "lead elsewhere": lambda: make_member(make_campaign(), Role.LEAD),
        "reviewer that was": lambda: make_reviewer(review.campaign),
        "nobody": make_user,
    }
    person = people[who]()
    Membership.objects.filter(person=person, role=Role.REVIEWER).update(active=False)

    with pytest.raises(NotAllowed):
        claim_review(review=review, by=person)

    assert list(waiting_for(person)) == []


def test_a_lead_and_an_admin_review_too(review: Review) -> None:
    lead, admin = make_member(review.campaign, Role.LEAD), make_user(admin=True)

    assert [list(waiting_for(each)) for each in (lead, admin)] == [[review], [review]]


def test_two_reviewers_do_not_read_the_same_item(campaign: Campaign, iris: User) -> None:
    widest, other = make_review(campaign), make_review(campaign, ["abcd", "bacd"])
    grace = make_reviewer(campaign)

    taken = [claim_next_review(by=each) for each in (iris, grace, iris)]

    assert taken == [widest, other, widest]
    with pytest.raises(ReviewTaken):
        claim_review(review=widest, by=grace)
    with pytest.raises(NothingToDo):
        claim_next_review(by=make_reviewer(campaign))


def test_a_claim_ends_by_itself_or_is_given_back(review: Review, iris: User) -> None:
    grace, edith = make_reviewer(review.campaign), make_reviewer(review.campaign)
    claim_review(review=review, by=iris)
    Review.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    by_time = claim_review(review=review, by=grace).reviewer
    release_review(review=review, by=iris)  # no longer hers: nothing happens
    held = list(waiting_for(edith))
    release_review(review=review, by=grace)

    assert (by_time, held) == (grace, [])
    assert list(waiting_for(edith)) == [review]


def test_an_item_is_decided_once(review: Review, iris: User) -> None:
    verdict = accepting(review)
    decide_review(review=review, verdict=verdict, by=iris)

    for again in (iris, make_reviewer(review.campaign)):
        with pytest.raises(AlreadyReviewed):
            decide_review(review=review, verdict=verdict, by=again)

    assert Ranking.objects.filter(origin=Origin.RESOLUTION).count() == 1


def test_what_was_changed_meanwhile_is_looked_at_again(campaign: Campaign, iris: User) -> None:
    task, ada = make_task(campaign), make_member(campaign)
    rank_as(task, "abcd")
    kept = rank_as(task, "dcba", by=ada)
    find_reviews()
    review = Review.objects.get()
    verdict = rejecting(review, kept.uuid)
    better = RankingAnswer(tiers=tiers_of(task, "dbca"))
    revise_ranking(assignment=turn_of(kept), answer=better, by=ada)

    with pytest.raises(VersionsMoved):
        decide_review(review=review, verdict=verdict, by=iris)

    assert not Rejection.objects.exists()


def test_a_verdict_that_is_not_whole_says_what_is_missing(review: Review, iris: User) -> None:
    first, second = versions_of(review.task)
    seen = seen_of([first, second])
    why = ReviewReason.OTHER
    one = RankingAnswer(tiers=tiers_of(review.task, "a"))
    odd = {
        "which version you accept": Verdict(Decision.ACCEPT, seen),
        "as well; choose one": Verdict(
            Decision.ACCEPT, seen, why, first.uuid, rejected=[first.uuid]
        ),
        "what should stand": Verdict(Decision.CORRECT, seen, why),
        "which versions you turn down": Verdict(Decision.REJECT, seen, why),
        "not on this page": Verdict(Decision.REJECT, seen, why, rejected=[review.uuid]),
        "Give a reason": Verdict(Decision.REJECT, seen, rejected=[first.uuid]),
    }

    for words, verdict in odd.items():
        with pytest.raises(OddVerdict, match=words):
            decide_review(review=review, verdict=verdict, by=iris)
    short = Verdict(Decision.CORRECT, seen, why, corrected=one)
    with pytest.raises(IncompleteRanking):
        decide_review(review=review, verdict=short, by=iris)

    review.refresh_from_db()
    assert (review.state, review.ranking) == (ReviewState.OPEN, None)


def test_a_decision_with_a_held_out_label_in_sight_trains_nothing(
    campaign: Campaign, iris: User
) -> None:
    task = make_ranked_task(campaign)
    Ranking.objects.filter(assignment__task=task, revision=1).update(counts_as=CountsAs.HELD_OUT)
    find_reviews()
    review = Review.objects.get()

    decide_review(review=review, verdict=accepting(review), by=iris)

    review.refresh_from_db()
    assert review.ranking is not None
    assert review.ranking.counts_as == CountsAs.HELD_OUT


def test_the_decision_of_a_held_out_reviewer_trains_nothing(review: Review, iris: User) -> None:
    Membership.objects.filter(person=iris).update(pool=Pool.HELD_OUT)

    decide_review(review=review, verdict=accepting(review), by=iris)

    assert Ranking.objects.get(origin=Origin.RESOLUTION).counts_as == CountsAs.HELD_OUT
