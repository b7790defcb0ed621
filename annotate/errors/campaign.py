"""What is refused of a campaign's settings and of its guideline."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class CampaignNotReady(AnnotateError):
    """The campaign lacks something that the act needs."""


class NameTaken(AnnotateError):
    def __init__(self, name: str) -> None:
        super().__init__(
            gettext("There is a campaign called “%(name)s” already; choose another name.")
            % {"name": name}
        )


class SettingsMoved(AnnotateError):
    """Another lead changed the settings after the page was drawn."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext(
                "The settings of “%(name)s” were changed by somebody else meanwhile; nothing was "
                "changed. Open them anew and make your change there."
            )
            % {"name": name}
        )


class GuidelineMoved(AnnotateError):
    """Another lead published a version after the page was drawn."""

    status = 409

    def __init__(self, version: int) -> None:
        super().__init__(
            gettext(
                "Somebody else published version %(version)s meanwhile. Below is how yours differs "
                "from it; take over what you want to keep of theirs, then publish."
            )
            % {"version": version}
        )
