"""What leads told people."""

from django.utils.translation import gettext_lazy as _

from annotate.models import Announcement, AnnouncementReader
from commons.admin_names import Tables, named

TABLES: Tables = {
    Announcement: named(_("announcement"), _("announcements"), text=_("text")),
    AnnouncementReader: named(
        _("reader of an announcement"),
        _("readers of announcements"),
        announcement=_("announcement"),
    ),
}
