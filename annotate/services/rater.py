"""The authors of judgements."""

from uuid import UUID

from annotate.enums import RaterKind
from annotate.models import Rater
from commons.models import User


def rater_id_of(user: User) -> int:
    """The primary key of the rater that a person is, made at their first judgement.

    In one statement, which finds the row as well: two first judgements at once make one rater.
    """
    [rater] = Rater.objects.bulk_create(
        [Rater(user=user, kind=RaterKind.PERSON)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["kind"],
    )
    return rater.pk


def imported_rater(*, name: str) -> Rater:
    """The rater that stands for a foreign source; never counted among our experts."""
    rater, _ = Rater.objects.get_or_create(kind=RaterKind.IMPORTED, name=name[:100])
    return rater


def machine_rater(*, name: str, uuid: UUID) -> Rater:
    """A rater for one machine of one campaign: another may use the name, and shares nothing."""
    return Rater.objects.create(kind=RaterKind.MACHINE, name=f"{name} {uuid.hex[:8]}")
