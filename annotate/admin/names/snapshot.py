"""Datasets and what is in them."""

from django.utils.translation import gettext_lazy as _

from annotate.models import Snapshot, SnapshotMember, SnapshotPart, SnapshotWeight
from commons.admin_names import Tables, named

TABLES: Tables = {
    Snapshot: named(
        _("snapshot"),
        _("snapshots"),
        kind=_("form of the rows"),
        purpose=_("purpose"),
        campaigns=_("campaigns"),
        policy=_("what was chosen"),
        with_images=_("with pictures"),
        members_digest=_("SHA-256 of its members"),
        digest=_("SHA-256 of its manifest"),
        manifest=_("manifest"),
        instead_of=_("rebuilt from"),
        removed_at=_("files removed at"),
        removed_for=_("why its files were removed"),
        frozen_at=_("first frozen at"),
    ),
    SnapshotPart: named(
        _("part of a snapshot"),
        _("parts of snapshots"),
        first=_("first position"),
        last=_("last position"),
        shards=_("shards"),
    ),
    SnapshotMember: named(
        _("row of a snapshot"),
        _("rows of snapshots"),
        position=_("position"),
        agreement_weight=_("weight in agreement"),
    ),
    SnapshotWeight: named(_("weight in a snapshot"), _("weights in snapshots"), weight=_("weight")),
}
