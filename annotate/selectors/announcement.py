"""What is said to people, and who of them has read it."""

from django.db.models import Count, QuerySet

from annotate.models import Announcement, AnnouncementReader, Campaign
from commons.models import User


def unread_announcements(user: User) -> QuerySet[Announcement]:
    """What stands on a person's desk, the oldest first: of campaigns in which they are still."""
    return (
        Announcement.objects.filter(
            readers__in=AnnouncementReader.objects.filter(person=user, read_at__isnull=True),
            campaign__memberships__person=user,
            campaign__memberships__active=True,
        )
        .select_related("campaign", "by")
        .order_by("pk")
    )


def announcements_to(user: User) -> QuerySet[Announcement]:
    return Announcement.objects.filter(readers__person=user)


def announcements_of(campaign: Campaign) -> QuerySet[Announcement]:
    """The newest first, with how many were told (``told``) and have read it (``read``)."""
    found = Announcement.objects.filter(campaign=campaign).select_related("by").order_by("-pk")
    return found.annotate(told=Count("readers"), read=Count("readers__read_at"))


def readers_of(announcement: Announcement) -> QuerySet[AnnouncementReader]:
    """Those who have not read it come first."""
    found = announcement.readers.select_related("person")
    return found.order_by("read_at", "person__username")
