"""What is refused of an order of answers."""

from django.utils.translation import gettext

from annotate.answer_errors import AnnotateError


class IncompleteRanking(AnnotateError):
    field = "tiers"
    remedy = "Put every answer that the item offers into a tier, or among the unrankable."

    def __init__(self, missing: int) -> None:
        super().__init__(
            gettext("%(missing)s candidate(s) are not placed yet; rank every one.")
            % {"missing": missing}
        )


class StrangeRanking(AnnotateError):
    """The order names answers that were not offered, twice the same one, or odd strengths."""

    REMEDIES = {
        "tiers": "Name each answer that the item offers once: in a tier or among the unrankable.",
        "strengths": "Give 1, 2, 3 or null for each tier but the last, or leave strengths out.",
    }

    def __init__(self, said: str, *, field: str = "tiers") -> None:
        self.field, self.remedy = field, self.REMEDIES[field]
        super().__init__(said)
