"""What people said."""

from django.utils.translation import gettext_lazy as _

from annotate.models import Demonstration, Ranking
from commons.admin_names import Tables, named

JUDGEMENT = {
    "root": _("first revision"),
    "revision": _("revision"),
    "current": _("current"),
    "schema_version": _("version of the format"),
    "origin": _("origin"),
    "counts_as": _("counts as"),
    "effort": _("effort"),
}
TABLES: Tables = {
    Demonstration: named(
        _("demonstration"),
        _("demonstrations"),
        started_from=_("begun from the candidate"),
        **JUDGEMENT,
    ),
    Ranking: named(
        _("ranking"),
        _("rankings"),
        tiers=_("tiers"),
        unrankable=_("unrankable"),
        strengths=_("how much better"),
        answers=_("answers to the questions"),
        ideal=_("ideal answer"),
        **JUDGEMENT,
    ),
}
