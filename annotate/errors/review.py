"""What is refused of a second look."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class ReviewTaken(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("Somebody else is reading this item; take the next one."))


class AlreadyReviewed(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("This item needs no review any more; nothing was changed. Take the next.")
        )


class VersionsMoved(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "A judgement of this item was changed or added since you opened it; look again."
            )
        )


class OddVerdict(AnnotateError):
    """The decision is not whole; the message says what is missing."""
