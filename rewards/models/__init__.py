"""What is kept between frozen files and the next policy.

track -> cycle -> step -> engine run -> reward model | evaluation | policy -> decision
                                    reward model -> comparison with another | benchmark
track -> arena -> contest of two policies
reward model, or a model of a server -> judging of a campaign's items
"""

from rewards.models.arena import Arena, Contest
from rewards.models.benchmark import Benchmark
from rewards.models.cycle import Cycle, CycleStep
from rewards.models.evaluation import Evaluation
from rewards.models.judging import Judging
from rewards.models.policy import Decision, Policy
from rewards.models.reward_comparison import RewardComparison
from rewards.models.reward_model import RewardModel
from rewards.models.run import EngineRun, Metric
from rewards.models.score import AnswerScore, CandidateScore, CandidateScoring, ScoreRequest
from rewards.models.talk import TalkSession
from rewards.models.track import Track

__all__ = [
    "AnswerScore",
    "Arena",
    "Benchmark",
    "CandidateScore",
    "CandidateScoring",
    "Contest",
    "Cycle",
    "CycleStep",
    "Decision",
    "EngineRun",
    "Evaluation",
    "Judging",
    "Metric",
    "Policy",
    "RewardComparison",
    "RewardModel",
    "ScoreRequest",
    "TalkSession",
    "Track",
]
