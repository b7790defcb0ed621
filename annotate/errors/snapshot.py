"""What is refused of datasets."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


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


class NothingToFreeze(AnnotateError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            gettext(
                "There is nothing to freeze as “%(kind)s” in these campaigns yet; collect or "
                "import judgements first."
            )
            % {"kind": kind}
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
