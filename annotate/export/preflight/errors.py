"""Why a dataset cannot be looked at, or a report not be read; each message says what to do next."""

from annotate.export.errors import SnapshotError


class PreflightError(SnapshotError):
    """The root of what the pre-flight refuses."""


class BadTokenizer(PreflightError):
    """A tokenizer or chat template cannot be read; the message names the file."""


class BadEvaluationSet(PreflightError):
    """An evaluation set cannot be read; the message names the file and the line."""


class MixedParts(PreflightError):
    """Parts of different kinds, settings or versions do not add up."""


class UnknownRule(PreflightError):
    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"no rule is called {name!r}; use one of {', '.join(known)}.")
