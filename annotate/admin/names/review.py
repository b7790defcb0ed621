"""What reviewers look at, and what they decided."""

from django.utils.translation import gettext_lazy as _

from annotate.models import Rejection, Review, ReviewCursor, ReviewDraft
from commons.admin_names import Tables, named

TABLES: Tables = {
    Review: named(
        _("review"),
        _("reviews"),
        disagrees=_("its judgements disagree"),
        spread=_("how far apart"),
        gain=_("expected gain in bits"),
        propensity=_("chance of being drawn"),
        claimed_until=_("held until"),
        ranking=_("resolved ranking"),
        demonstration=_("resolved demonstration"),
    ),
    ReviewDraft: named(_("draft of a review"), _("drafts of reviews")),
    Rejection: named(
        _("judgement turned down"),
        _("judgements turned down"),
        root=_("first revision of the judgement"),
    ),
    ReviewCursor: named(
        _("how far reviews were drawn"), _("how far reviews were drawn"), at=_("drawn up to")
    ),
}
