"""What a verdict adds: the label that stands from now on, and what its authors are told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.utils.translation import gettext

from annotate.enums import CountsAs, Decision, Origin, Pool, ReviewReason
from annotate.errors import EmptyDemonstration, OddVerdict
from annotate.models import Acknowledgement, Demonstration, Membership, Note, Ranking, Review
from annotate.selectors.review import Version, seen_of
from annotate.services.demonstration import DemonstrationAnswer
from annotate.services.person_notice import tell_of_review
from annotate.services.ranking import RankingAnswer, check_ranking
from annotate.services.rater import rater_id_of
from commons.models import User

COPIED = {
    Ranking: ("tiers", "unrankable", "strengths", "answers", "reason", "ideal_id"),
    Demonstration: ("messages", "started_from_id"),
}


@dataclass(frozen=True)
class Verdict:
    """What the page of a review sends.

    ``seen`` are the revisions that it showed, ``accepted`` one of them, ``corrected`` what stands
    in their place; ``rejected`` are turned down. ``notes`` say something to their authors.
    """

    decision: Decision
    seen: Collection[UUID]
    reason: ReviewReason | None = None
    accepted: UUID | None = None
    corrected: RankingAnswer | DemonstrationAnswer | None = None
    rejected: Collection[UUID] = ()
    notes: Mapping[UUID, str] = field(default_factory=dict)


def check_whole(verdict: Verdict, versions: Sequence[Version]) -> None:
    """Refuse a verdict that lacks something, or names what was not on its page."""
    known = seen_of(versions)
    if not known.issuperset(verdict.rejected):
        raise OddVerdict(gettext("A version that is turned down is not on this page; reload it."))
    if verdict.decision == Decision.ACCEPT and verdict.accepted not in known:
        raise OddVerdict(gettext("Say which version you accept."))
    if verdict.accepted in verdict.rejected and verdict.decision == Decision.ACCEPT:
        raise OddVerdict(gettext("The version that you accept is turned down as well; choose one."))
    if verdict.decision == Decision.CORRECT and verdict.corrected is None:
        raise OddVerdict(gettext("Give what should stand instead."))
    if verdict.decision == Decision.REJECT and not verdict.rejected:
        raise OddVerdict(gettext("Say which versions you turn down."))
    if verdict.reason is None and (verdict.decision != Decision.ACCEPT or verdict.rejected):
        raise OddVerdict(gettext("Give a reason; the authors learn from it."))


def resolved_label(
    review: Review, versions: Sequence[Version], verdict: Verdict, by: User
) -> Version | None:
    """The label that stands from now on, a row of its own; none where the item is rejected."""
    if verdict.decision == Decision.REJECT:
        return None
    kept: type[Ranking] | type[Demonstration] = type(versions[0])
    uuid = uuid4()
    label = kept(
        uuid=uuid,
        root=uuid,
        campaign_id=review.campaign_id,
        prompt_id=review.task.prompt_id,
        rater_id=rater_id_of(by),
        origin=Origin.RESOLUTION,
        counts_as=_counts_as(review, versions, by),
        instructions_id=_made_under(review, versions, verdict, by),
        **_columns(review, versions, verdict),
    )
    label.save(force_insert=True)
    return label


def _columns(review: Review, versions: Sequence[Version], verdict: Verdict) -> dict[str, object]:
    if verdict.decision == Decision.ACCEPT:
        [stands] = [each for each in versions if each.uuid == verdict.accepted]
        return {name: getattr(stands, name) for name in COPIED[type(stands)]}
    if isinstance(verdict.corrected, RankingAnswer):
        check_ranking(verdict.corrected, offered=review.task.offered)
        return verdict.corrected.columns()
    assert verdict.corrected is not None  # the verdict is whole
    messages = verdict.corrected.messages()
    if not messages[0]["content"]:
        raise EmptyDemonstration
    return {"messages": messages}


def _counts_as(review: Review, versions: Sequence[Version], by: User) -> CountsAs:
    """What was decided with a held-out label in sight, or by a held-out rater, trains nothing."""
    theirs = Membership.objects.filter(campaign=review.campaign_id, person=by, pool=Pool.HELD_OUT)
    is_held_out = any(each.counts_as == CountsAs.HELD_OUT for each in versions)
    return CountsAs.HELD_OUT if is_held_out or theirs.exists() else CountsAs.WORK


def _made_under(
    review: Review, versions: Sequence[Version], verdict: Verdict, by: User
) -> int | None:
    """What an accepted version answers was asked by its own. A corrected order answers nothing."""
    if verdict.decision == Decision.ACCEPT:
        [stands] = [each for each in versions if each.uuid == verdict.accepted]
        return stands.instructions_id
    if isinstance(verdict.corrected, RankingAnswer):
        return None
    return _last_accepted(review, by)


def _last_accepted(review: Review, by: User) -> int | None:
    accepted = Acknowledgement.objects.filter(
        person=by, instructions__campaign=review.campaign_id
    ).order_by("-instructions__version")
    return accepted.values_list("instructions", flat=True).first()


def tell_authors(
    review: Review, versions: Sequence[Version], verdict: Verdict, label: Version | None
) -> None:
    """A note to whom something is said, and to whom whose version does not stand."""
    said = {uuid: text.strip() for uuid, text in verdict.notes.items()}
    stands = verdict.accepted if verdict.decision == Decision.ACCEPT else None
    if label is None:
        untouched = seen_of(versions) - frozenset(verdict.rejected)
    else:
        untouched = frozenset([stands]) if stands else frozenset()
    notes = [
        Note(person_id=each.rater.user_id, review=review, text=said.get(each.uuid, ""))
        for each in versions
        if each.rater.user_id is not None and (said.get(each.uuid) or each.uuid not in untouched)
    ]
    Note.objects.bulk_create(notes)
    tell_of_review(review, [each.person_id for each in notes])
