"""What a person can put right; everything else is a crash and keeps its traceback."""


class EngineError(Exception):
    """The run cannot be done as asked; the message says what to do next."""


class BadConfig(EngineError):
    """``config.json`` asks for something that does not exist."""


class BadInput(EngineError):
    """A file or folder that the run was given is not what it should be."""


class Diverged(EngineError):
    def __init__(self, step: int) -> None:
        super().__init__(
            f"the loss is not a number at step {step}; lower the learning rate or look at the data."
        )
