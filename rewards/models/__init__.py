"""What is kept between frozen files and the next policy.

track -> cycle -> step -> engine run -> reward model | evaluation | policy -> decision
                                    reward model -> comparison with another | benchmark
"""

from rewards.models.benchmark import Benchmark
from rewards.models.cycle import Cycle, CycleStep
from rewards.models.evaluation import Evaluation
from rewards.models.policy import Decision, Policy
from rewards.models.reward_comparison import RewardComparison
from rewards.models.reward_model import RewardModel
from rewards.models.run import EngineRun, Metric
from rewards.models.score import AnswerScore, CandidateScore, ScoreRequest
from rewards.models.talk import TalkSession
from rewards.models.track import Track

__all__ = [
    "AnswerScore",
    "Benchmark",
    "CandidateScore",
    "Cycle",
    "CycleStep",
    "Decision",
    "EngineRun",
    "Evaluation",
    "Metric",
    "Policy",
    "RewardComparison",
    "RewardModel",
    "ScoreRequest",
    "TalkSession",
    "Track",
]
