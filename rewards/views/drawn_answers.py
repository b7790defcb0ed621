"""What became of the answers that models wrote, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from rewards.views.numbers import whole

REASONS = {
    "empty": _("empty"),
    "maker": _("named their model"),
    "looping": _("went round in circles"),
    "alike": _("nearly the same as another"),
    "refused": _("refused by the server that was asked"),
}


def told_of_answers(result: Mapping[str, object]) -> list[str]:
    """Of a step that wrote answers: how many were drawn again, how many left out, and why."""
    again, left_out = whole(result.get("redrawn")), whole(result.get("dropped"))
    said = []
    if again:
        words = ngettext(
            "%(count)d answer was drawn again (%(why)s).",
            "%(count)d answers were drawn again (%(why)s).",
            again,
        )
        said.append(words % {"count": again, "why": _why(result.get("redrawn_for"))})
    if left_out:
        words = ngettext(
            "%(count)d answer was left out (%(why)s).",
            "%(count)d answers were left out (%(why)s).",
            left_out,
        )
        said.append(words % {"count": left_out, "why": _why(result.get("dropped_for"))})
    return said


def _why(found: object) -> str:
    counts = found if isinstance(found, dict) else {}
    return ", ".join(f"{REASONS[name]}: {counts[name]}" for name in REASONS if name in counts)
