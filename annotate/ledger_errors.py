"""What cannot be done about what people are paid."""

from datetime import date

from django.utils.translation import gettext

from annotate.enums import PaidKind
from annotate.errors import AnnotateError


class RateSettled(AnnotateError):
    status = 409

    def __init__(self, since: date) -> None:
        super().__init__(
            gettext(
                "What was done before %(day)s is settled; let the rate hold from then on, and "
                "write corrections for what was before."
            )
            % {"day": since.isoformat()}
        )


class ReviewsHaveNoHours(AnnotateError):
    field = "per_hour"

    def __init__(self) -> None:
        super().__init__(
            gettext("The time of a review is not measured: pay for the item, and 0 for an hour.")
        )


class CorrectionMadeBefore(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("This correction was written before; nothing was changed."))


class WeekNotOver(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "Only whole weeks are settled, an hour after they ended (Sunday, midnight UTC); "
                "take an earlier Monday, or wait."
            )
        )


class NothingToSettle(AnnotateError):
    status = 409

    def __init__(self) -> None:
        super().__init__(gettext("There is nothing to settle before then; nothing was changed."))


class WorkWithoutRate(AnnotateError):
    status = 409

    def __init__(self, week: date, kind: PaidKind) -> None:
        super().__init__(
            gettext(
                "No rate holds for some work of the week of %(week)s (%(kind)s); set one that "
                "holds from then, of 0 where nothing is paid."
            )
            % {"week": week.isoformat(), "kind": kind.label}
        )
