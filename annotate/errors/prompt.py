"""What is refused of prompts as they arrive, and of the files they arrive in."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class BadPrompt(AnnotateError):
    """The prompt cannot be kept as given; the message names the field and the remedy."""


class BatchMoved(AnnotateError):
    """The batch is already as it was to be made."""

    status = 409


class UploadTooLarge(AnnotateError):
    status = 413

    def __init__(self, *, size: int = 0, rows: int = 0) -> None:
        most = f"{rows:,}" if rows else size // 1024**2
        too_long = gettext(
            "The file has more than %(most)s rows. Cut it into several, or ask an admin to import "
            "it with “manage.py import_prompts”, which takes files of any size."
        )
        too_large = gettext(
            "The file has more than %(most)s MiB. Cut it into several, or ask an admin to import "
            "it with “manage.py import_prompts”, which takes files of any size."
        )
        super().__init__((too_long if rows else too_large) % {"most": most})


class NothingInFile(AnnotateError):
    def __init__(self, *, packed: bool = False) -> None:
        is_packed = gettext("The file is packed (gzip); unpack it and upload it again.")
        is_empty = gettext("The file holds no row; fill it and upload it again.")
        super().__init__(is_packed if packed else is_empty)
