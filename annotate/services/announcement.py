"""A lead says something to people of a campaign; each of them reads it on their desk."""

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotate.models import Announcement, AnnouncementReader, Campaign, Membership
from annotate.people_errors import AnnouncedBefore, NobodyToTell
from annotate.services.person_notice import tell_of_announcement
from commons.audit import record
from commons.models import User


@transaction.atomic
def announce(
    *, campaign: Campaign, text: str, by: User, uuid: UUID, to: Collection[Membership] = ()
) -> Announcement:
    """Say it to these members, else to everybody who is in the team now, whoever says it left out.

    The same ``uuid`` says it once.
    """
    team = campaign.memberships.filter(active=True).exclude(person=by)
    if to:
        team = team.filter(pk__in=[each.pk for each in to])
    people = list(team.values_list("person", flat=True))
    if not people:
        raise NobodyToTell
    try:
        with transaction.atomic():
            made = Announcement.objects.create(uuid=uuid, campaign=campaign, text=text, by=by)
    except IntegrityError as twice:
        raise AnnouncedBefore from twice
    AnnouncementReader.objects.bulk_create(
        (AnnouncementReader(announcement=made, person_id=each) for each in people),
        batch_size=1000,
    )
    tell_of_announcement(made, people)
    record(
        actor=by,
        verb="campaign.announced",
        subject=campaign,
        announcement=str(uuid),
        people=len(people),
    )
    return made


def read_announcement(*, announcement: Announcement, by: User) -> None:
    """Remember when a person first said that they have read it."""
    mine = AnnouncementReader.objects.filter(announcement=announcement, person=by)
    mine.filter(read_at__isnull=True).update(read_at=timezone.now())
