"""What the tables of annotate and their columns are called in Django's admin.

Each module names the tables of the module of the admin that is called alike; ``shared`` says the
columns that mean the same in all of them.
"""

from annotate.admin.names import (
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
    person,
    prompt,
    quality,
    question,
    review,
    snapshot,
    task,
    team,
)
from annotate.admin.names.shared import SHARED
from commons.admin_names import Tables

TABLES: Tables = {
    **access.TABLES,
    **announcement.TABLES,
    **arrival.TABLES,
    **campaign.TABLES,
    **checking.TABLES,
    **conversation.TABLES,
    **erasure.TABLES,
    **judgement.TABLES,
    **ledger.TABLES,
    **machine.TABLES,
    **person.TABLES,
    **prompt.TABLES,
    **quality.TABLES,
    **question.TABLES,
    **review.TABLES,
    **snapshot.TABLES,
    **task.TABLES,
    **team.TABLES,
}

__all__ = ["SHARED", "TABLES"]
