"""What a person can put right; everything else is a crash and keeps its traceback."""

from commons.sentences import Sentence, said_by
from commons.sentences import sentence as _


class EngineError(Exception):
    """The run cannot be done as asked; the sentence says what to do next, in any language."""

    def __init__(self, says: Sentence) -> None:
        super().__init__(says)


class BadConfig(EngineError):
    """``config.json`` asks for something that does not exist."""


class BadInput(EngineError):
    """A file or folder that the run was given is not what it should be."""


class Diverged(EngineError):
    def __init__(self, step: int) -> None:
        super().__init__(
            _(
                "the loss is not a number at step %(step)s; lower the learning rate "
                "(learning_rate in the track's settings) or look at the data; then retry.",
                step=step,
            )
        )


def wrong_with(broken: Exception) -> str:
    """What is wrong with a row that could not be read, as a part of a sentence."""
    if isinstance(broken, KeyError):
        return _("%(name)s is missing; add it.", name=repr(broken.args[0]))
    return said_by(broken)
