"""What people ask about items, what leads answer, and what people are told."""

from django.utils.translation import gettext_lazy as _

from annotate.models import ItemQuestion, Note, Precedent
from commons.admin_names import Tables, named

TABLES: Tables = {
    ItemQuestion: named(
        _("question about an item"),
        _("questions about items"),
        text=_("question"),
        answered_by=_("answered by"),
    ),
    Precedent: named(
        _("precedent"),
        _("precedents"),
        question=_("question about an item"),
        asked=_("question as others read it"),
        words=_("words it is found by"),
    ),
    Note: named(
        _("note to a person"),
        _("notes to people"),
        question=_("question about an item"),
        text=_("text"),
    ),
}
