"""Who saw and downloaded what."""

from django.utils.translation import gettext_lazy as _

from annotate.models import Access
from commons.admin_names import Tables, named

TABLES: Tables = {
    Access: named(
        _("look at people's work"),
        _("looks at people's work"),
        taken=_("kind of look"),
        subject=_("subject"),
        part=_("file or table"),
        rows=_("rows that went"),
        token=_("token"),
    ),
}
