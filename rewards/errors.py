"""What rewards refuses, in words that say what to do next. Services raise, the edge translates."""

from datetime import datetime

from django.utils.translation import gettext

from commons.errors import Refusal


class RewardsError(Refusal):
    """The root of every refusal; ``str(error)`` may be shown to the person as it is."""


class CycleAlreadyOpen(RewardsError):
    def __init__(self, track: str) -> None:
        super().__init__(
            gettext("“%(track)s” has an open cycle; let it end or cancel it first.")
            % {"track": track}
        )


class BaseModelMissing(RewardsError):
    def __init__(self) -> None:
        super().__init__(
            gettext(
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
        unfrozen = gettext("Snapshot %(snapshot)s is %(state)s; freeze it first.")
        another = gettext(
            "Snapshot %(snapshot)s is of kind “%(kind)s”, not “ranked”; freeze it first."
        )
        words = {"snapshot": snapshot, "state": state, "kind": kind}
        super().__init__((another if kind else unfrozen) % words)


class StepFailed(RewardsError):
    """A step of a cycle could not be done; the message is shown on the cycle's page."""


class ModelNotReady(RewardsError):
    """The reward model lacks something that the act needs; the message says what."""


class FilesGone(RewardsError):
    def __init__(self, what: str, since: datetime) -> None:
        said = gettext(
            "The files of %(what)s were let go on %(day)s, as nothing needed them any more; its "
            "numbers stay. Train a new one, or keep files for longer (docs/operations.md)."
        )
        super().__init__(said % {"what": what, "day": f"{since:%Y-%m-%d}"})


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
