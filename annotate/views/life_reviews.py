"""What reviewers decided over an item, and why, as its life tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from annotate.enums import ReviewState
from annotate.models import Demonstration, Ranking, Review
from annotate.selectors.life import Life
from annotate.views.moments import Names


@dataclass(frozen=True)
class ShownNote:
    """What was said to an author; ``text`` is empty where the decision alone was told."""

    to: str
    text: str


@dataclass(frozen=True)
class ShownReview:
    """``who`` decided, and is empty while nobody has."""

    kept: Review
    is_decided: bool
    who: str
    turned_down: Sequence[str]
    notes: Sequence[ShownNote]


def shown_reviews(found: Life, names: Names) -> list[ShownReview]:
    judged: list[Ranking | Demonstration] = [*found.rankings, *found.demonstrations]
    authors = {each.root: names.of_rater(each.rater, each.campaign_id) for each in judged}
    return [_shown(each, authors, names) for each in found.reviews]


def _shown(review: Review, authors: dict[UUID, str], names: Names) -> ShownReview:
    is_decided, campaign = review.state == ReviewState.DECIDED, review.campaign_id
    decided_by = review.reviewer if is_decided else None  # who is only reading it may let it go
    return ShownReview(
        review,
        is_decided,
        who=names.of_person(decided_by, campaign) if decided_by else "",
        turned_down=[authors.get(each.root, "?") for each in review.rejections.all()],
        notes=[
            ShownNote(names.of_person(each.person, campaign), each.text)
            for each in review.notes.all()
            if each.text
        ],
    )
