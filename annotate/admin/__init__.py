"""The tables of annotate in Django's admin.

Settings (campaigns, teams, competences) are changed here; judgements and their lineage are read.
"""

from annotate.admin import (
    arrival,
    campaign,
    checking,
    conversation,
    erasure,
    judgement,
    person,
    prompt,
    quality,
    question,
    review,
    snapshot,
    task,
)

__all__ = [
    "arrival",
    "campaign",
    "checking",
    "conversation",
    "erasure",
    "judgement",
    "person",
    "prompt",
    "quality",
    "question",
    "review",
    "snapshot",
    "task",
]
