"""What is refused of items: who is asked, what is held, what is asked again."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class AlreadyDecided(AnnotateError):
    """Another person decided first, or the report is about something else by now."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("Somebody has decided over this report meanwhile; nothing more was changed.")
        )


class TurnOver(AnnotateError):
    """The turn that a lead acts on has ended or changed hands meanwhile."""

    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(
            gettext("This turn is %(state)s by now; nothing was changed.") % {"state": state}
        )


class NotAskable(AnnotateError):
    """A named person cannot be given this item; the message says why and what to do."""


class NoTurnFree(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("Every turn of this item is done or in somebody’s hands; take one back first.")
        )


class ItemHeld(AnnotateError):
    status = 409

    def __init__(self, why: str) -> None:
        super().__init__(
            gettext("This item is held (%(why)s); it can be handed out when that is decided.")
            % {"why": why}
        )


class AskedAgain(AnnotateError):
    """A round was opened after the page was drawn on which this one was decided."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext(
                "“%(name)s” was asked again since this page was opened; nothing more was made. "
                "Open it anew to see what once more would touch."
            )
            % {"name": name}
        )
