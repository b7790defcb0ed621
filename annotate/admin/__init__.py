"""The tables of annotate in Django's admin.

Settings (campaigns, memberships, competences) are changed here; judgements and their lineage
are read.
"""

from annotate.admin import (
    access,
    announcement,
    arrival,
    campaign,
    checking,
    conversation,
    erasure,
    judgement,
    ledger,
    machine,
    names,
    person,
    prompt,
    quality,
    question,
    review,
    snapshot,
    task,
    team,
)
from commons.admin_names import name_tables

__all__ = [
    "access",
    "announcement",
    "arrival",
    "campaign",
    "checking",
    "conversation",
    "erasure",
    "judgement",
    "ledger",
    "machine",
    "names",
    "person",
    "prompt",
    "quality",
    "question",
    "review",
    "snapshot",
    "task",
    "team",
]

name_tables(names.TABLES, shared=names.SHARED)
