"""What people can do, where they do it, and who they are as raters."""

from django.utils.translation import gettext_lazy as _

from annotate.models import Competence, Membership, Rater
from commons.admin_names import Tables, named

TABLES: Tables = {
    Competence: named(_("competence"), _("competences"), facet=_("sort of competence")),
    Membership: named(_("membership"), _("memberships")),
    Rater: named(_("rater"), _("raters"), kind=_("kind of rater")),
}
