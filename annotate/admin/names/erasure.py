"""What was erased, by whom and when; and the notes beside acts."""

from django.utils.translation import gettext_lazy as _

from annotate.models import ActNote, Erasure, Tombstone
from commons.admin_names import Tables, named

TABLES: Tables = {
    Erasure: named(
        _("erasure"),
        _("erasures"),
        kind=_("kind of erasure"),
        texts=_("texts erased as well"),
        counts=_("how much of each sort"),
        snapshots=_("snapshots that hold some of it"),
    ),
    Tombstone: named(
        _("erased judgement"),
        _("erased judgements"),
        judgement=_("revision of the judgement"),
        erasure=_("erasure"),
    ),
    ActNote: named(
        _("note beside an act"), _("notes beside acts"), event=_("audit event"), text=_("text")
    ),
}
