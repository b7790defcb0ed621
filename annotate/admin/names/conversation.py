"""What people and models said to one another."""

from django.utils.translation import gettext_lazy as _

from annotate.models import CandidateRequest, Conversation, ConversationTurn
from commons.admin_names import Tables, named

TABLES: Tables = {
    Conversation: named(_("conversation"), _("conversations")),
    ConversationTurn: named(
        _("turn of a conversation"),
        _("turns of conversations"),
        task=_("ranking of the answers"),
        chosen=_("chosen answer"),
        edited=_("answer as edited"),
        said_at=_("said at"),
        draft=_("draft of the next message"),
        draft_version=_("version of the draft"),
        draft_at=_("draft saved at"),
    ),
    CandidateRequest: named(
        _("request for answers"),
        _("requests for answers"),
        turn=_("turn of a conversation"),
        wanted=_("answers wanted"),
        names=_("who answers"),
        partial=_("what is written so far"),
    ),
}
