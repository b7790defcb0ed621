"""The closed sets of rewards. A value that moves says what lets it leave."""

from django.db.models import TextChoices


class Stage(TextChoices):
    """Where a weekly cycle stands, in its order. Each line says what lets it leave."""

    FREEZING = "freezing", "Freeze datasets"  # this week's snapshots are frozen
    TEACHING = "teaching", "Fine-tune on demonstrations"  # the SFT run has finished
    REWARDING = "rewarding", "Train the reward model"  # the reward run has finished
    APPOINTING = "appointing", "Train the judge"  # the judge, of other prompts, is trained
    REPORTING = "reporting", "Write the report card"  # the reward model is measured on held-out
    REINFORCING = "reinforcing", "Improve the policy"  # the policy run has finished
    EVALUATING = "evaluating", "Compare on held-out prompts"  # the judge has seen both policies
    DECIDING = "deciding", "Promote or hold"  # the gate has answered in words
    ANSWERING = "answering", "Write next candidates"  # prompts short of candidates have them
    DONE = "done", "Done"  # nothing
    FAILED = "failed", "Failed"  # a person retries the step that failed, or cancels
    CANCELLED = "cancelled", "Cancelled"  # nothing


class Outcome(TextChoices):
    """How a cycle ended for its policy."""

    NONE = "", "Not yet decided"
    PROMOTED = "promoted", "Promoted"
    HELD = "held", "Held"


class PolicyState(TextChoices):
    CANDIDATE = "candidate"  # the gate promotes or holds it
    PROMOTED = "promoted"  # another of its track is promoted
    HELD = "held"  # a person promotes it after all
    RETIRED = "retired"  # a person rolls back to it


class Purpose(TextChoices):
    """What a reward model is for: the judge never trains or stops a policy."""

    REWARD = "reward", "Reward model"
    JUDGE = "judge", "Judge"


class Act(TextChoices):
    PROMOTE = "promote"
    HOLD = "hold"
    ROLL_BACK = "roll-back"
