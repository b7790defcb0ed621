"""What is refused of an answer that a person writes."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class EmptyDemonstration(AnnotateError):
    field = "text"
    remedy = "Write something into it, or skip the item."

    def __init__(self) -> None:
        super().__init__(gettext("The answer is empty; write something or skip the item."))


class StrangeConversation(AnnotateError):
    """A block of the answer is not as it has to be; the message names it and what helps."""

    remedy = "Mend that block, or remove it."

    def __init__(self, said: str, *, at: str) -> None:
        self.field = f"messages.{at}"
        super().__init__(said)


class StrangeStart(AnnotateError):
    """The answer says that it began with a candidate that nobody could begin with here."""

    field = "started_from"
    remedy = "Leave it out, or name a candidate of the prompt where the campaign allows it."

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Nobody may start from that answer here; take the text over by hand, or start anew."
            )
        )
