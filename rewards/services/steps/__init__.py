"""The stations of a cycle. Each does its work under a claim and says where the cycle goes next.

Each is safe to begin again: what it asked for is written to its row before it is waited for.
"""

from rewards.services.steps.answering import answer
from rewards.services.steps.deciding import decide_policy
from rewards.services.steps.evaluating import evaluate
from rewards.services.steps.freezing import freeze
from rewards.services.steps.reinforcing import reinforce
from rewards.services.steps.retrying import Again, begin_again, how_again, how_run_again
from rewards.services.steps.rewarding import appoint_judge, report, train_reward, train_stopping
from rewards.services.steps.skipping import go_without
from rewards.services.steps.teaching import teach

__all__ = [
    "Again",
    "answer",
    "appoint_judge",
    "begin_again",
    "decide_policy",
    "evaluate",
    "freeze",
    "go_without",
    "how_again",
    "how_run_again",
    "reinforce",
    "report",
    "teach",
    "train_reward",
    "train_stopping",
]
