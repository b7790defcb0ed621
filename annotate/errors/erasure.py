"""What is refused of erasing, and of what was erased."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class ItemErased(AnnotateError):
    """Somebody would change what they said of something that was erased meanwhile."""

    status = 410

    def __init__(self) -> None:
        super().__init__(gettext("This item was erased; nothing of it can be changed any more."))


class AlreadyErased(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("This was erased before; nothing was changed."))


class NeededStill(AnnotateError):
    """A person cannot go before somebody else has what only they may do."""

    status = 409
