"""Who answers the people that talk with the models of a track."""

from django.db import models
from django.utils.translation import gettext_lazy

from commons.models import Run


class TalkSession(Run):
    """The one process that answers for a track while anybody talks; it ends when nobody does.

    The same row is requested anew by whoever talks next.
    """

    called = gettext_lazy("Talks with a policy")

    track = models.OneToOneField(
        "rewards.Track", on_delete=models.CASCADE, related_name="talk_session"
    )

    class Meta(Run.Meta):
        pass

    def __str__(self) -> str:
        return f"talking for {self.track}"
