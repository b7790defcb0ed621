"""The closed sets of rewards. A value that moves says what lets it leave."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """Where a weekly cycle stands, in its order. Each line says what lets it leave."""

    FREEZING = "freezing", _("Freeze datasets")  # this week's snapshots are frozen
    TEACHING = "teaching", _("Fine-tune on demonstrations")  # the SFT run has finished
    REWARDING = "rewarding", _("Train the reward model")  # the reward run has finished
    APPOINTING = "appointing", _("Train the judge")  # the judge, of other prompts, is trained
    STOPPING = "stopping", _("Train the stopping model")  # what sees a policy turn is trained
    REPORTING = "reporting", _("Write the report card")  # reward model and judge are measured
    REINFORCING = "reinforcing", _("Improve the policy")  # the policy run has finished
    EVALUATING = "evaluating", _("Compare on held-out prompts")  # the judge has seen both policies
    DECIDING = "deciding", _("Promote or hold")  # the gate has answered in words
    ANSWERING = "answering", _("Write next candidates")  # prompts short of candidates have them
    DONE = "done", _("Done")  # nothing
    FAILED = "failed", _("Failed")  # a person retries the step that failed, or cancels
    CANCELLED = "cancelled", _("Cancelled")  # nothing


class Outcome(TextChoices):
    """How a cycle ended for its policy."""

    NONE = "", _("Not yet decided")
    PROMOTED = "promoted", _("Promoted")
    HELD = "held", _("Held")
    WAITING = "waiting", _("Waits for a person")  # who promotes or holds it


class PolicyState(TextChoices):
    CANDIDATE = "candidate", _("Candidate")  # the gate promotes or holds it
    PROMOTED = "promoted", _("Promoted")  # another of its track is promoted
    HELD = "held", _("Held")  # a person promotes it after all
    RETIRED = "retired", _("Retired")  # a person rolls back to it


class ContestState(TextChoices):
    """Where a contest of two policies stands."""

    DRAWN = "drawn", _("Drawn")  # the engine has written both answers
    ANSWERED = "answered", _("Answered")  # nothing: people vote on it
    VOID = "void", _("Void")  # nothing: an answer was unfit, or the arena was stopped


class Purpose(TextChoices):
    """What a reward model is for: each learns from prompts of its own.

    The judge never trains or stops a policy, and the stopping model trains none.
    """

    REWARD = "reward", _("Reward model")
    STOPPING = "stopping", _("Stopping model")
    JUDGE = "judge", _("Judge")


class Method(TextChoices):
    """How a reward model learns: which script of the engine trains it."""

    FULL = "full", _("Train all weights")
    LORA = "lora", _("Train adapters (LoRA): less memory")
    HEAD = "head", _("Fast head on frozen states")

    @property
    def module(self) -> str:
        return "train_head" if self is Method.HEAD else "train_reward"


class PolicyMethod(TextChoices):
    """How a policy is made better: which script of the engine does it."""

    GRPO = "grpo", _("GRPO: answers are rewarded as they are written")
    RLOO = "rloo", _("RLOO: the same, with the other answers as the measure")
    DPO = "dpo", _("DPO: pairs of answers, the better against the worse")
    BEST_OF_N = "best-of-n", _("Best of n: it learns its own best answers")

    @property
    def module(self) -> str:
        return {
            PolicyMethod.GRPO: "train_policy",
            PolicyMethod.RLOO: "train_rloo",
            PolicyMethod.DPO: "train_dpo",
            PolicyMethod.BEST_OF_N: "train_best_of_n",
        }[self]


class Act(TextChoices):
    PROMOTE = "promote", _("Promote")
    HOLD = "hold", _("Hold")
    ROLL_BACK = "roll-back", _("Roll Back")


class BenchmarkName(TextChoices):
    """What a reward model can be put to, as ``rewards.engine.benchmarks`` names it."""

    REWARD_BENCH = "reward-bench", "RewardBench"
    REWARD_BENCH_2 = "reward-bench-2", "RewardBench 2"
    RM_BENCH = "rm-bench", "RM-Bench"
    OWN = "own", _("A folder of your own")
