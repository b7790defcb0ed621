"""Everything that needs torch, as scripts that know files only: no Django, no database.

    base_model -> generate                                        candidates for people to judge
    snapshot   -> train_sft | train_reward | train_head -> evaluate_reward     what people judged
    prompts    -> train_policy | train_rloo | train_dpo | train_best_of_n (``improving``)
               -> evaluate_policy                                 a policy, and is it better?
    two models -> compare_rewards                                 which of them is right more often
    files      -> run_benchmark                                   how it does on what others measure
    items      -> judge_by_server                  how a model of a server orders their answers

Each is ``python -m rewards.engine.NAME RUN_DIR``: ``config.json`` in, progress lines on stdout,
``result.json`` last; started again after a kill, it goes on where it was. ``process`` keeps that
promise, ``chat`` renders every text for every script alike, ``scorer`` is the one way to a score.
"""

import os

# Read once, when torch hands out its first memory: large tensors lie in pages of 2 MB, of which
# the kernel has 512 times fewer to give. A step of training took 5 % less (docs/log.md).
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
