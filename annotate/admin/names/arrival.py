"""How people and prompts come in by themselves."""

from django.utils.translation import gettext_lazy as _

from annotate.models import Invitation, Upload
from commons.admin_names import Tables, named

TABLES: Tables = {
    Invitation: named(
        _("invitation"),
        _("invitations"),
        digest=_("SHA-256 of the link"),
        places=_("places"),
        taken=_("places that are taken"),
    ),
    Upload: named(
        _("upload"),
        _("uploads"),
        name=_("name of the file"),
        size=_("bytes"),
        checked=_("what was found in it"),
        confirmed_at=_("confirmed at"),
    ),
}
