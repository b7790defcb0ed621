"""Why a dataset is not frozen, or not to be trusted; each message says what to do next."""

from commons.sentences import Sentence
from commons.sentences import sentence as _


class SnapshotError(Exception):
    """The root of what the export refuses."""


class EmptySnapshot(SnapshotError):
    def __init__(self, kind: str) -> None:
        super().__init__(
            _(
                "none of these judgements gives a row of kind %(kind)s (ties give no pairs); "
                "collect more of them.",
                kind=repr(kind),
            )
        )


class BrokenSnapshot(SnapshotError):
    """A snapshot is not what its manifest says; the message names the file and the remedy."""


class OtherFiles(SnapshotError):
    """Files that were to be made again come out otherwise than they were frozen."""

    def __init__(self, path: str, *, was_made_with: str, is_made_with: str) -> None:
        if was_made_with != is_made_with:
            said = _(
                "%(path)s does not come out as it was frozen, so nothing was kept: it was made "
                "with %(before)s, and here is %(now)s. Install those versions and ask again, or "
                "freeze a new dataset.",
                path=path,
                before=was_made_with,
                now=is_made_with,
            )
        else:
            said = _(
                "%(path)s does not come out as it was frozen, so nothing was kept: something that "
                "it is made of has changed since, such as a prompt’s skill or PSEUDONYM_KEY. "
                "Put that back and ask again, or freeze a new dataset.",
                path=path,
            )
        super().__init__(said)


class OddPolicy(SnapshotError):
    """What was chosen for a dataset cannot be done; ``field`` names the choice."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(Sentence("%(field)s %(rule)s", field=field, rule=rule))
        self.field = field


class LostAnswer(SnapshotError):
    """A ranking places an answer that is not there."""

    def __init__(self, answer: str) -> None:
        super().__init__(
            _(
                "A ranking places the answer %(answer)s, which is not in the database. Bring it "
                "back from a backup, or turn that ranking down, then freeze anew.",
                answer=answer,
            )
        )


class LostPicture(SnapshotError):
    """A prompt names a picture that is not there."""

    def __init__(self, sha256: str, prompt_id: str) -> None:
        super().__init__(
            _(
                "The picture %(picture)s of the prompt %(prompt)s is not in the database. Bring it "
                "back from a backup, or erase that prompt, then freeze anew.",
                picture=sha256,
                prompt=prompt_id,
            )
        )


class NotInForm(SnapshotError):
    """A form has no way to say what a row says."""

    def __init__(self, form: str, prompt_id: str, why: str) -> None:
        super().__init__(
            _(
                "prompt %(prompt)s cannot be written in the form %(form)s: %(why)s; freeze the "
                "dataset in another form.",
                prompt=prompt_id,
                form=repr(form),
                why=why,
            )
        )


class NoImagesInForm(SnapshotError):
    def __init__(self, form: str) -> None:
        super().__init__(
            _(
                "some of these prompts ask about pictures, and the form %(form)s is written "
                "without them; freeze the dataset in TRL's form.",
                form=repr(form),
            )
        )
