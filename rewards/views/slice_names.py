"""What the slices of a report card are called."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

DIMENSIONS = {
    "strength": gettext_lazy("By how sure people were"),
    "better_is": gettext_lazy("By which answer is the better one"),
    "skill": gettext_lazy("By skill"),
    "language": gettext_lazy("By language"),
    "turn": gettext_lazy("By turn of the conversation"),
    "length": gettext_lazy("By length of the answers"),
    "rater": gettext_lazy("By rater"),
    "sources": gettext_lazy("By whether one source wrote both"),
    "source": gettext_lazy("By source"),
    "iteration": gettext_lazy("By week"),
    "side": gettext_lazy("By side of the dataset"),
}
NAMES = {
    ("strength", "1"): gettext_lazy("Slightly better"),
    ("strength", "2"): gettext_lazy("Better"),
    ("strength", "3"): gettext_lazy("Significantly better"),
    ("better_is", "longer"): gettext_lazy("the longer one"),
    ("better_is", "equally_long"): gettext_lazy("about as long as the other"),
    ("better_is", "shorter"): gettext_lazy("the shorter one"),
    ("rater", "trained_on"): gettext_lazy("it learned from them"),
    ("rater", "held_out"): gettext_lazy("it never heard them"),
    ("sources", "same"): gettext_lazy("one source"),
    ("sources", "different"): gettext_lazy("two sources"),
    ("source", "person"): gettext_lazy("a person"),
    ("side", "train"): pgettext_lazy("side of a dataset", "train"),
    ("side", "validation"): pgettext_lazy("side of a dataset", "validation"),
    ("side", "test"): pgettext_lazy("side of a dataset", "test"),
}


def label_of(dimension: str, name: str) -> str:
    """A slice's name for people; data of theirs (skills, tags) stay as they are."""
    if not name:
        return _("not said")
    if dimension == "length":
        return _("from %(count)s characters") % {"count": name}
    if dimension == "turn":
        return _("turn %(number)s") % {"number": name}
    return str(NAMES.get((dimension, name), name))
