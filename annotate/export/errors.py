"""Why a dataset is not frozen, or not to be trusted; each message says what to do next."""


class SnapshotError(Exception):
    """The root of what the export refuses."""


class EmptySnapshot(SnapshotError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            f"none of these judgements gives a row of kind {kind!r} (ties give no pairs); "
            "collect more of them."
        )


class BrokenSnapshot(SnapshotError):
    """A snapshot is not what its manifest says; the message names the file and the remedy."""


class OddPolicy(SnapshotError):
    """What was chosen for a dataset cannot be done; ``field`` names the choice."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field} {rule}")
        self.field = field


class NotInForm(SnapshotError):
    """A form has no way to say what a row says."""

    def __init__(self, form: str, prompt_id: str, why: str) -> None:
        super().__init__(
            f"prompt {prompt_id} cannot be written in the form {form!r}: {why}; "
            "freeze the dataset in another form."
        )
