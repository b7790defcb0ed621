"""What the ways to a better policy share: GRPO, RLOO, DPO and best-of-n.

    settings -> prompts -> samples -> pairs | best -> (a trainer, watched) -> outcome

Each way is a script of its own beside this package: ``train_policy`` (GRPO), ``train_rloo``,
``train_dpo``, ``train_best_of_n``. While any of them trains, ``watching`` draws answers to prompts
that it does not learn from and has them scored by the reward model and by the stopping model,
which taught nothing; where the second turns while the first goes on rising, training stops.
"""
