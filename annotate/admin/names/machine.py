"""Machines that judge and what they said."""

from django.utils.translation import gettext_lazy as _

from annotate.models import MachineJudge, MachineVerdict
from commons.admin_names import Tables, named

TABLES: Tables = {
    MachineJudge: named(
        _("machine that judges"),
        _("machines that judge"),
        way=_("kind of machine"),
        setup=_("settings and wording"),
        share=_("share of the rankings"),
        ended_at=_("ended at"),
    ),
    MachineVerdict: named(
        _("verdict of a machine"),
        _("verdicts of machines"),
        judge=_("machine"),
        silence=_("reason of its silence"),
        orders=_("orders it was shown"),
        said=_("what it said of each order"),
        made_with=_("what the program says of itself"),
    ),
}
