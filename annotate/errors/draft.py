"""What is refused of words that are not handed in yet."""

from datetime import datetime

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class NoSuchAccount(AnnotateError):
    """Whoever is to go on with drafts cannot: nobody here, several, or nobody of this campaign."""

    status = 422

    def __init__(self, account: str, *, is_shared: bool = False, is_outside: bool = False) -> None:
        if is_outside:
            said = gettext("“%(account)s” is not in this campaign; add them to its team first.")
        elif is_shared:
            said = gettext("Several people have the address “%(account)s”; name a user name.")
        else:
            said = gettext(
                "Nobody here is called “%(account)s”; give the user name or the e-mail address of "
                "an account."
            )
        super().__init__(said % {"account": account})


class DraftConflict(AnnotateError):
    """Another tab or machine saved this draft first; ``theirs`` is what it kept."""

    status = 409

    def __init__(self, *, theirs: dict[str, object], version: int, saved_at: datetime) -> None:
        self.theirs = theirs
        self.version = version
        self.facts = {"version": version, "content": theirs, "saved_at": saved_at}
        super().__init__(
            gettext(
                "This draft was changed elsewhere; compare both texts and keep the one you want."
            )
        )
