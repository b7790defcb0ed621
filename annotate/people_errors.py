"""What cannot be done about the people who judge: their checks, tests, pauses and voided work."""

from django.utils.translation import gettext

from annotate.errors import AnnotateError


class NoGold(AnnotateError):
    """An item cannot be made to check people; the message says why and what to do."""

    status = 409


class AlreadyGold(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("This item checks or trains people already; retire that one, or take another.")
        )


class NothingTold(AnnotateError):
    """The right order of an item is asked for that tells nobody."""

    status = 404

    def __init__(self) -> None:
        super().__init__(gettext("There is no answer to be shown for this item."))


class AnswerTold(AnnotateError):
    """Somebody would change what they handed in of an item whose answer they may have seen."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("What you hand in for training or a test stays as it is; go on with the next.")
        )


class AlreadyPaused(AnnotateError):
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext("%(name)s is paused already; decide over that pause.") % {"name": name}
        )


class PauseDecided(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("Somebody has decided over this pause meanwhile; nothing was changed.")
        )


class AppealedBefore(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("You have said what you have to say; a lead answers it here."))


class NoTest(AnnotateError):
    """A test cannot be taken or made; the message says why and when or how it can."""

    status = 409


class NothingToVoid(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Nothing that counts was handed in here since then; name an earlier day, or "
                "leave it."
            )
        )


class AlreadyUndone(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("This was undone before; nothing was changed."))
