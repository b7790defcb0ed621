"""What is refused of a turn: taking it, holding it, handing it in."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError
from annotate.enums import AssignmentState


class NothingToDo(AnnotateError):
    status = 404

    def __init__(self) -> None:
        super().__init__(
            gettext("There is nothing waiting for you right now; new work appears here.")
        )


class SeatsTaken(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("You already hold two open items; finish or release one of them first.")
        )


class GuidelineNotAcknowledged(AnnotateError):
    status = 409

    def __init__(self, campaign: str) -> None:
        self.campaign = campaign
        super().__init__(
            gettext("The guideline of “%(campaign)s” is new to you; read and accept it first.")
            % {"campaign": campaign}
        )


class AlreadySubmitted(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("This item is already submitted, perhaps in another tab; nothing is lost.")
        )


class NotYours(AnnotateError):
    status = 404

    def __init__(self) -> None:
        super().__init__(gettext("There is no such item in your hands; take the next one."))


class NotSubmitted(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext("This item is not submitted yet, or not yours; submit it instead.")
        )


class EditTimeOver(AnnotateError):
    status = 409

    def __init__(self, minutes: int) -> None:
        super().__init__(
            gettext(
                "A submission can be changed for %(minutes)s minutes; after that, tell the lead."
            )
            % {"minutes": minutes}
        )


class AssignmentClosed(AnnotateError):
    status = 409

    def __init__(self, state: str) -> None:
        what = str(AssignmentState(state).label).lower()
        said = gettext("This item is no longer yours (%(state)s); take the next one.")
        super().__init__(said % {"state": what})


class WrongKind(AnnotateError):
    def __init__(self, kind: str) -> None:
        self.field = "tiers" if kind == "rank" else "text"
        self.remedy = f"Send {self.field}."
        ranking = gettext("This item asks for a ranking; send tiers.")
        answer = gettext("This item asks for an answer of your own; send text.")
        super().__init__(ranking if kind == "rank" else answer)


class KeyReused(AnnotateError):
    field = "key"
    remedy = "Make a new key for each act."

    def __init__(self) -> None:
        super().__init__(
            gettext("This submission key was used for another answer; reload the page.")
        )
