"""What is refused of answers by modules that run without Django, which speak English alone."""

from commons.errors import Refusal


class AnnotateError(Refusal):
    """The root of every refusal; ``str(error)`` may be shown to the person as it is."""


class StrangeAnswers(AnnotateError):
    """What is said of an answer is not what was asked of it."""

    def __init__(self, said: str, *, field: str, remedy: str) -> None:
        self.field, self.remedy = field, remedy
        super().__init__(f"{said} {remedy}")


class IncompleteAnswers(AnnotateError):
    """Something is required beside the order."""

    def __init__(self, field: str, remedy: str) -> None:
        self.field, self.remedy = field, remedy
        super().__init__(f"This campaign asks for more than the order. {remedy}")
