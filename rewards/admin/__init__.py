"""The tables of rewards in Django's admin.

A track's settings are changed here; cycles, runs, models and decisions are read: they are moved
on their pages, where every act is recorded.
"""

from commons.admin_names import name_tables
from rewards.admin import (
    arena,
    cycle,
    judging,
    names,
    policy,
    reward_model,
    run,
    schedule,
    score,
    talk,
    track,
)

__all__ = [
    "arena",
    "cycle",
    "judging",
    "names",
    "policy",
    "reward_model",
    "run",
    "schedule",
    "score",
    "talk",
    "track",
]

name_tables(names.TABLES, shared=names.SHARED)
