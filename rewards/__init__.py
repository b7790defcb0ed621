"""Frozen judgements become a reward model, and the reward model a better policy, week by week.

    snapshot -> reward model -> report card -> cycle: SFT, RL -> evaluation -> gate -> policy
                                                                     promoted | held <-'

Each stage is one module of that name under ``services/`` and ``models/``. What needs torch is a
script under ``engine/``, started by ``runner.py`` as a process of its own; ``stats/`` decides by
numbers. Rows are asked for and candidates handed over by ``annotate.gateway`` alone.
"""
