"""The tables of rewards in Django's admin.

A track's settings are changed here; cycles, runs, models and decisions are read: they are moved
on their pages, where every act is recorded.
"""

from rewards.admin import cycle, policy, reward_model, run, score, talk, track

__all__ = ["cycle", "policy", "reward_model", "run", "score", "talk", "track"]
