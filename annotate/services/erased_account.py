"""An account becomes a row that names nobody: its acts and votes stay, and nobody can log in."""

import json

from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotate.enums import ReviewState
from annotate.erased import erased_name
from annotate.models import (
    CareChoice,
    CareConsent,
    Competence,
    Invitation,
    Membership,
    Review,
    TeamLead,
)
from commons.models import Absence, ApiToken, Availability, Channel, User

NAME_ENDS = (", ", ": ")  # what follows a person's name where a row is called by it


def erase_account(person: User) -> None:
    """Name, e-mail, password, keys and grants go; ids stay. Call inside the transaction."""
    _forget_names(person)
    ApiToken.objects.filter(user=person).delete()
    Channel.objects.filter(owner=person).delete()
    Session.objects.filter(pk__in=sessions_of(person)).delete()
    Membership.objects.filter(person=person).update(active=False)
    Competence.objects.filter(person=person).delete()
    TeamLead.objects.filter(person=person).delete()
    CareConsent.objects.filter(person=person).delete()
    CareChoice.objects.filter(person=person).delete()
    Availability.objects.filter(person=person).delete()
    Absence.objects.filter(person=person).delete()
    Invitation.objects.filter(made_by=person, revoked_at=None).update(revoked_at=timezone.now())
    Review.objects.filter(reviewer=person, state=ReviewState.OPEN).update(
        reviewer=None, claimed_until=None
    )
    person.groups.clear()
    person.user_permissions.clear()
    person.username, person.first_name, person.last_name = erased_name(person.uuid), "", ""
    person.email, person.time_zone, person.keys, person.last_login = "", "", None, None
    person.language = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()


def sessions_of(person: User) -> list[str]:
    """Of those that still let somebody in; each has to be opened to be told."""
    live = Session.objects.filter(expire_date__gt=timezone.now())
    return [
        each.pk
        for each in live.iterator(chunk_size=500)
        if each.get_decoded().get(SESSION_KEY) == str(person.pk)
    ]


def _forget_names(person: User) -> None:
    """The admin's log calls what was changed as it was called then, and the rows within too."""
    theirs, instead = _entries_about(person), erased_name(person.uuid)
    then = {_name_in(called) for called in theirs.values_list("object_repr", flat=True)}
    names = {person.username, person.get_full_name(), *then} - {"", instead}
    called = Q(pk__in=theirs.values("pk"))
    said = Q(pk__in=[])
    for name in names:
        called |= Q(object_repr=name)
        for end in NAME_ENDS:
            called |= Q(object_repr__startswith=f"{name}{end}")
        said |= Q(change_message__contains=json.dumps(name)[1:-1])  # as JSON has it
    LogEntry.objects.filter(called).update(object_repr=instead)
    for entry in LogEntry.objects.filter(said).iterator(chunk_size=500):
        entry.change_message = _without_names(entry.change_message, names, instead)
        entry.save(update_fields=["change_message"])


def _entries_about(person: User) -> QuerySet[LogEntry]:
    """Those of their own rows, under whatever name: a username may have been another once."""
    about = Q(pk__in=[])
    rows = {
        User: [person.pk],
        Membership: Membership.objects.filter(person=person).values_list("pk", flat=True),
        Competence: Competence.objects.filter(person=person).values_list("pk", flat=True),
    }
    for model, keys in rows.items():
        table = ContentType.objects.get_for_model(model)
        about |= Q(content_type=table, object_id__in=[str(key) for key in keys])
    return LogEntry.objects.filter(about)


def _name_in(called: str) -> str:
    """The name that a row of a person is called by; a username has none of these marks."""
    for end in NAME_ENDS:
        called = called.split(end)[0]
    return called


def _without_names(message: str, names: set[str], instead: str) -> str:
    """A message of the admin is a list such as ``[{"changed": {"object": "Ada, lead of …"}}]``."""
    try:
        acts = json.loads(message)
    except ValueError:  # plain text, of other hands
        return message
    for act in acts if isinstance(acts, list) else ():
        for about in act.values() if isinstance(act, dict) else ():
            shown = str(about.get("object", "")) if isinstance(about, dict) else ""
            if shown in names or any(
                shown.startswith(f"{name}{end}") for name in names for end in NAME_ENDS
            ):
                about["object"] = instead
    return json.dumps(acts)
