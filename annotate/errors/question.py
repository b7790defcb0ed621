"""What is refused of questions, and of words that have to be written."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class EmptyText(AnnotateError):
    """Something that has to be written is empty; the message says what."""


class AlreadyAnswered(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("Another lead has answered this question meanwhile; nothing was changed.")
        )
