"""What is refused of a conversation with models."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class EmptyMessage(AnnotateError):
    field = "text"
    remedy = "Write what you want to say."

    def __init__(self) -> None:
        super().__init__(gettext("The message is empty; write what you want to say."))


class ConversationMoved(AnnotateError):
    """The conversation is not where the page was that this was sent from."""

    status = 409

    def __init__(self, said: str = "") -> None:
        super().__init__(
            said
            or gettext(
                "This conversation has gone on elsewhere, perhaps in another tab; look again."
            )
        )


class NoReply(AnnotateError):
    """The answer to go on with is missing, or is none of those that were judged."""

    field = "reply"
    remedy = "Name one of the answers of the last turn, or send your own wording of one."
