"""What is refused of machines that judge."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class MachineNameTaken(AnnotateError):
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext("This campaign has a machine called “%(name)s” already; choose another name.")
            % {"name": name}
        )


class MachineStopped(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("This machine was stopped; start it again, or set up another."))


class MachineEnded(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("This machine was ended for good; set up another."))


class NotItsProgram(AnnotateError):
    """A program hands something in for a machine that our own workers ask."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Our own workers ask this machine; set one up whose way is “program” for yours."
            )
        )


class ItemNotForMachine(AnnotateError):
    """It is not in the machine's share, or not to be judged now."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This item is not one that the machine is to judge now: outside its share, held, "
                "withdrawn or erased. List its items anew."
            )
        )


class JudgedAlready(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This machine has said something else of this item already; what it said stays."
            )
        )


class OddVerdictOfMachine(AnnotateError):
    """What a machine said cannot be kept as it is; ``field`` names where."""
