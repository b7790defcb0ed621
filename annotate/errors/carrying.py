"""What is refused of a campaign that leaves for another installation, or comes from one."""

from annotate.answer_errors import AnnotateError


class Uncarriable(AnnotateError):
    """Something of a campaign cannot be put into a file."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The campaign cannot be carried: {what}. No file was made; correct that row first."
        )


class NotCarriedIn(AnnotateError):
    """A campaign cannot be taken in as it is; the message says why and what to do."""

    def __init__(self, why: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(f"{why}. Nothing was changed. {remedy}")
