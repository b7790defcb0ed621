"""What is refused of people: what they may do, how they come, and who leads."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class NotAllowed(AnnotateError):
    """The person's role does not allow this act."""

    status = 403


class InvitationMadeBefore(AnnotateError):
    """The same form was sent twice."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This link was made a moment ago and shown once; if it was not copied, revoke it "
                "and make another."
            )
        )


class InvitationOver(AnnotateError):
    status = 410

    def __init__(self, why: str) -> None:
        said = gettext("%(why)s; ask whoever sent it to you for a new one.")
        super().__init__(said % {"why": why})


class MembershipEnded(AnnotateError):
    status = 403

    def __init__(self, campaign: str) -> None:
        super().__init__(
            gettext(
                "You are no longer in “%(campaign)s”; a lead of it can let you in again on its "
                "page of people."
            )
            % {"campaign": campaign}
        )


class UsernameTaken(AnnotateError):
    status = 409

    def __init__(self, username: str) -> None:
        super().__init__(
            gettext("Somebody is called “%(username)s” already; choose another user name.")
            % {"username": username}
        )


class MemberMoved(AnnotateError):
    """Another lead changed this member after the page was drawn."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Somebody else changed this person meanwhile; nothing was changed. Open the page "
                "anew and make your change there."
            )
        )


class LastLead(AnnotateError):
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext("%(name)s is the only lead; make somebody else a lead first.") % {"name": name}
        )
