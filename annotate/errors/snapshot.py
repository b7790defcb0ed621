"""What is refused of datasets."""

from datetime import datetime

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError
from commons.sentences import sentence as _
from commons.translating import Spoken


class PolicyRefused(AnnotateError):
    """What was chosen for a dataset cannot be done; ``field`` names the choice."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


class SnapshotEnded(AnnotateError):
    """What is to be stopped has ended by itself."""

    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(
            gettext("It has ended already (%(state)s); there is nothing to stop.")
            % {"state": state}
        )


class CheckGone(AnnotateError):
    """What is to be discarded has become files, or is not there any more."""

    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("Only a check that has ended can be discarded."))


class OtherKind(AnnotateError):
    """Datasets of two kinds have nothing in common that could be compared."""

    def __init__(self, older: str, newer: str) -> None:
        super().__init__(
            gettext("“%(older)s” and “%(newer)s” hold different things; compare two of one kind.")
            % {"older": older, "newer": newer}
        )


class MembersUnknown(AnnotateError):
    """What is in a dataset is written down when it is frozen."""

    def __init__(self, snapshot: str) -> None:
        super().__init__(
            gettext("What is in %(snapshot)s is not written down yet; wait until it is frozen.")
            % {"snapshot": snapshot}
        )


class NoSuchFile(AnnotateError):
    """A snapshot has no such file, or its artifact is gone."""

    status = 404

    def __init__(self, path: str) -> None:
        super().__init__(
            gettext("There is no file “%(path)s” in this dataset; its manifest names all of them.")
            % {"path": path}
        )


class OddFreezeRule(AnnotateError):
    """What a campaign cannot ask of its datasets; ``field`` names the rule."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(rule)
        self.field = field


class NothingToFreeze(Spoken, AnnotateError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            _(
                "There is nothing to freeze as “%(kind)s” in these campaigns yet; collect or "
                "import judgements first.",
                kind=kind,
            )
        )


class NotAffected(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "The files of this dataset are gone already, are being written, or hold nothing "
                "that was erased; nothing was changed."
            )
        )


class FilesLetGo(Spoken, AnnotateError):
    """The files of a dataset are not there; the words say since when, and how to have them back."""

    status = 410

    def __init__(self, since: datetime, *, is_erased: bool, are_on_the_way: bool) -> None:
        day = f"{since:%Y-%m-%d}"
        if is_erased:
            said = _(
                "The files of this dataset were removed on %(day)s, and something in it was "
                "erased. Rebuild it without that, on its page.",
                day=day,
            )
        elif are_on_the_way:
            said = _(
                "The files of this dataset were let go on %(day)s and are being made again; wait "
                "until its page says that they are there.",
                day=day,
            )
        else:
            said = _(
                "The files of this dataset were let go on %(day)s; what is in it stays. Have them "
                "made again: on its page, by “manage.py remake_snapshot” or a POST to its files.",
                day=day,
            )
        super().__init__(said)


class NoFilesToLetGo(AnnotateError):
    """The files of a dataset are gone already, or were never there."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Only the files of a frozen dataset can be let go; these are gone already, or are "
                "being written. Nothing was changed."
            )
        )


class FilesNeeded(AnnotateError):
    """Something reads the files of a dataset, or will."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "An open cycle or a training needs these files still; let it end, or cancel it. "
                "The files of this dataset are as they were."
            )
        )


class NoFilesToMake(AnnotateError):
    """The files of a dataset are there, or are being made."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Only files that were let go can be made again; these are there, or are being "
                "made. Nothing was changed."
            )
        )


class FilesErased(AnnotateError):
    """A dataset cannot come out as it was: something in it was erased."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Something in this dataset was erased, so its files cannot be made as they were. "
                "Rebuild it without that, on its page."
            )
        )
