"""What is paid: rates, statements, their lines and corrections."""

from django.utils.translation import gettext_lazy as _

from annotate.models import Correction, LedgerLine, Rate, Statement
from commons.admin_names import Tables, named

TABLES: Tables = {
    Rate: named(_("rate"), _("rates"), holds_from=_("holds from")),
    Statement: named(
        _("statement"),
        _("statements"),
        since=_("from the day"),
        until=_("before the day"),
        closed_by=_("closed by"),
    ),
    LedgerLine: named(
        _("line of a statement"), _("lines of statements"), voided_amount=_("voided amount")
    ),
    Correction: named(_("correction"), _("corrections")),
}
