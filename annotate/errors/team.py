"""What is refused of teams."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class TeamNameTaken(AnnotateError):
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext("There is a team called “%(name)s” already; choose another name.")
            % {"name": name}
        )


class NoPart(AnnotateError):
    """A team is named in a campaign in which it has no part, or no longer."""

    status = 409

    def __init__(self, team: str, campaign: str) -> None:
        super().__init__(
            gettext("%(team)s has no part in “%(campaign)s”; a lead of it lets the team in first.")
            % {"team": team, "campaign": campaign}
        )


class NobodyCalledSo(AnnotateError):
    def __init__(self, username: str) -> None:
        super().__init__(
            gettext("Nobody here has the user name “%(name)s”; invite them by a link first.")
            % {"name": username}
        )


class NotTheirLead(AnnotateError):
    """A lead of a team would decide over somebody who is not one of its people there."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Somebody else has changed this meanwhile; nothing was done. Open the page anew."
            )
        )
