"""What rewards refuses, in words that say what to do next. Services raise, the edge translates."""

from datetime import datetime

from commons.errors import Refusal
from commons.sentences import sentence as _
from commons.translating import Spoken


class RewardsError(Spoken, Refusal):
    """The root of every refusal; ``str(error)`` may be shown to the person as it is."""


class CycleAlreadyOpen(RewardsError):
    def __init__(self, track: str) -> None:
        super().__init__(
            _("“%(track)s” has an open cycle; let it end or cancel it first.", track=track)
        )


class ArenaAlreadyOpen(RewardsError):
    def __init__(self, track: str) -> None:
        super().__init__(_("“%(track)s” has an open arena; stop it first.", track=track))


class BaseModelMissing(RewardsError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "The base model is not on this machine yet; run `manage.py fetch_base_model` "
                "(or set BASE_MODEL to a folder or hub id)."
            )
        )


class TrackNotReady(RewardsError):
    """The track lacks something that the act needs."""


class OddSetting(RewardsError):
    """A setting of a track cannot be used as it is written; ``field`` says which."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class SnapshotNotReady(RewardsError):
    def __init__(self, snapshot: str, *, state: str = "", kind: str = "") -> None:
        super().__init__(
            _(
                "Snapshot %(snapshot)s is of kind “%(kind)s”, not “ranked”; freeze it first.",
                snapshot=snapshot,
                kind=kind,
            )
            if kind
            else _(
                "Snapshot %(snapshot)s is %(state)s; freeze it first.",
                snapshot=snapshot,
                state=state,
            )
        )


class StepFailed(RewardsError):
    """A step of a cycle could not be done; the message is shown on the cycle's page."""


class ModelNotReady(RewardsError):
    """The reward model lacks something that the act needs; the message says what."""


class FilesGone(RewardsError):
    def __init__(self, what: str, since: datetime) -> None:
        super().__init__(
            _(
                "The files of %(what)s were let go on %(day)s, as nothing needed them any more; "
                "its numbers stay. Train a new one, or keep files for longer (docs/operations.md).",
                what=what,
                day=f"{since:%Y-%m-%d}",
            )
        )


class DatasetGone(RewardsError):
    def __init__(self, snapshot: str, since: datetime) -> None:
        super().__init__(
            _(
                "The files of the dataset %(snapshot)s were let go on %(day)s; have them made "
                "again on its page, then ask again.",
                snapshot=snapshot,
                day=f"{since:%Y-%m-%d}",
            )
        )


class NothingToScoreWith(RewardsError):
    """No reward model that may be used, or the named one is not ready."""


class ScoringFailed(RewardsError):
    """The engine could not score; the message says what to do."""


class NothingToAnswer(RewardsError):
    field = "rows"
    remedy = "End its messages with the turn that is to be answered."

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The prompt of row {number} ends with the assistant's turn; end it with what is to be "
            "answered."
        )
