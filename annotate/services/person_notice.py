"""Tell people what happened to themselves: that it did, in which campaign, and where to read it.

Never what somebody wrote: a reason, an answer or a note may quote an item that may harm, and a mail
is read where nobody has agreed to that. Call each in the transaction of what happened.
"""

from collections.abc import Collection

from django.urls import reverse

from annotate.enums import Appeal
from annotate.models import Announcement, Note, Pause, Review
from commons.models import NoticeKind
from commons.notices.personal import tell_people
from commons.sentences import sentence as _


def tell_of_pause(pause: Pause) -> None:
    tell_people(
        kind=NoticeKind.PERSON_PAUSED,
        key=f"pause:{pause.uuid}",
        title=_("You are paused in “%(campaign)s”", campaign=pause.membership.campaign.name),
        says=_(
            "You are given nothing more of it for now. Why, and how to answer, is on your desk; "
            "what is on your screen may be handed in."
        ),
        path=reverse("annotate:desk"),
        people=[pause.membership.person_id],
    )


def tell_of_decision(pause: Pause, decision: Appeal) -> None:
    """An answer, where the person had appealed; else news of the pause itself."""
    appealed = Pause.objects.filter(pk=pause.pk, appealed_at__isnull=False).exists()
    name = pause.membership.campaign.name
    if decision == Appeal.LIFTED:
        title = _("A pause of yours in “%(campaign)s” is lifted", campaign=name)
        says = _("You are given work of it again, unless somebody else has paused you too.")
    else:
        title = _("A pause of yours in “%(campaign)s” is upheld", campaign=name)
        says = _("What you are told of it is on your desk.")
    tell_people(
        kind=NoticeKind.PERSON_ANSWERED if appealed else NoticeKind.PERSON_PAUSED,
        key=f"pause:{pause.uuid}:{decision}",
        title=title,
        says=says,
        path=reverse("annotate:desk"),
        people=[pause.membership.person_id],
    )


def tell_of_answer(note: Note) -> None:
    """A lead has answered what somebody asked about an item."""
    assert note.question is not None
    campaign = note.question.campaign
    tell_people(
        kind=NoticeKind.PERSON_ANSWERED,
        key=f"note:{note.uuid}",
        title=_("A question of yours in “%(campaign)s” is answered", campaign=campaign.name),
        says=_("The answer is among your notes."),
        path=reverse("annotate:note", args=[note.uuid]),
        people=[note.person_id],
    )


def tell_of_announcement(announcement: Announcement, people: Collection[int]) -> None:
    name = announcement.campaign.name
    tell_people(
        kind=NoticeKind.PERSON_ANNOUNCED,
        key=f"announcement:{announcement.uuid}",
        title=_("An announcement in “%(campaign)s”", campaign=name),
        says=_("A lead says something to you; it is on your desk."),
        path=reverse("annotate:desk"),
        people=people,
    )


def tell_of_review(review: Review, people: Collection[int]) -> None:
    """Of one item, whoever of its authors has a note of it."""
    name = review.campaign.name
    tell_people(
        kind=NoticeKind.PERSON_REVIEWED,
        key=f"review:{review.uuid}",
        title=_("A reviewer has looked at work of yours in “%(campaign)s”", campaign=name),
        says=_(
            "They wrote you a note, changed what you had handed in, or turned it down. It is among "
            "your notes."
        ),
        path=reverse("annotate:notes"),
        people=people,
    )
