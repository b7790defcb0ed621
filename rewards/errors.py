"""What rewards refuses, in words that say what to do next. Services raise, the edge translates."""

from commons.errors import Refusal


class RewardsError(Refusal):
    """The root of every refusal; ``str(error)`` may be shown to the person as it is."""


class CycleAlreadyOpen(RewardsError):
    def __init__(self, track: str) -> None:
        super().__init__(f"“{track}” has an open cycle; let it end or cancel it first.")


class BaseModelMissing(RewardsError):
    def __init__(self) -> None:
        super().__init__(
            "The base model is not on this machine yet; run `manage.py fetch_base_model` "
            "(or set BASE_MODEL to a folder or hub id)."
        )


class TrackNotReady(RewardsError):
    """The track lacks something that the act needs."""


class SnapshotNotReady(RewardsError):
    def __init__(self, snapshot: str, state: str) -> None:
        super().__init__(f"Snapshot {snapshot} is {state}; freeze it first.")


class StepFailed(RewardsError):
    """A step of a cycle could not be done; the message is shown on the cycle's page."""
