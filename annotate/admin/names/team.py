"""Teams, who leads them and what they are asked for."""

from django.utils.translation import gettext_lazy as _

from annotate.models import StatementTeam, Team, TeamLead, TeamPart
from commons.admin_names import Tables, named

TABLES: Tables = {
    Team: named(_("team"), _("teams"), is_vendor=_("is a vendor")),
    TeamLead: named(
        _("lead of a team"), _("leads of teams"), named_by=_("named by"), named_at=_("named at")
    ),
    TeamPart: named(
        _("team in a campaign"),
        _("teams in campaigns"),
        per_week=_("items of a week"),
        in_all=_("items in all"),
        stops=_("stops there"),
        reads_texts=_("its leads read texts"),
        added_by=_("added by"),
        ended_at=_("ended at"),
        counted_to=_("counted up to"),
        counted_week=_("counted week"),
        counted_of_week=_("counted in that week"),
        counted_in_all=_("counted in all"),
    ),
    StatementTeam: named(_("team in a statement"), _("teams in statements")),
}
