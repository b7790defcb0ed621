"""The authors of judgements."""

from annotate.enums import RaterKind
from annotate.models import Rater
from commons.models import User


def rater_of(user: User) -> Rater:
    """The rater that a person is, made at their first judgement."""
    rater, _ = Rater.objects.get_or_create(user=user, defaults={"kind": RaterKind.PERSON})
    return rater


def imported_rater(*, name: str) -> Rater:
    """The rater that stands for a foreign source; never counted among our experts."""
    rater, _ = Rater.objects.get_or_create(kind=RaterKind.IMPORTED, name=name[:100])
    return rater
