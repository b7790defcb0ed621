"""What is refused of words that are not handed in yet."""

from datetime import datetime

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class DraftConflict(AnnotateError):
    """Another tab or machine saved this draft first; ``theirs`` is what it kept."""

    status = 409

    def __init__(self, *, theirs: dict[str, object], version: int, saved_at: datetime) -> None:
        self.theirs = theirs
        self.version = version
        self.facts = {"version": version, "content": theirs, "saved_at": saved_at}
        super().__init__(
            gettext(
                "This draft was changed elsewhere; compare both texts and keep the one you want."
            )
        )
