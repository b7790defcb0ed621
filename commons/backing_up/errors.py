"""What a backup or a restore refuses, in words that say what to do next."""

from pathlib import Path

from commons.errors import Refusal


class BackupError(Refusal):
    """The backup cannot be made, read or put back; the message says why and what to do."""


class BrokenBackup(BackupError):
    """The file is not what its maker wrote."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(
            f"{file} is no whole backup: {why}. Nothing was changed; fetch the file again, or take "
            "an earlier one."
        )


class DatabaseNotEmpty(BackupError):
    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} holds tables; a backup is put into an empty database only. Stop everything, "
            "move that database away or name a new one in DATABASE_URL, and try again."
        )
