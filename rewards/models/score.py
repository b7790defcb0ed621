"""What reward models say of answers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from commons.models import Run


class CandidateScore(models.Model):
    """A reward model's score of one candidate. Only differences under one prompt mean something.

    ``spread`` is how far an ensemble disagrees about it (a standard deviation, in the units of the
    score): the heads of the model, or a reward model with a single one and the stopping model
    beside it (``rewards.stats.disagreement``). Null where nobody can tell.
    """

    reward_model = models.ForeignKey(
        "rewards.RewardModel", on_delete=models.CASCADE, related_name="candidate_scores"
    )
    candidate = models.ForeignKey("annotate.Candidate", on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    spread = models.FloatField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reward_model", "candidate"], name="a_candidate_is_scored_once_per_model"
            )
        ]

    def __str__(self) -> str:
        return f"{self.score:.3f} by {self.reward_model}"


class CandidateScoring(Run):
    """How far the newest ensemble of a track is with scoring its candidates, which the train worker
    does by itself. It is requested anew when more have come; ``error`` says why it cannot be done.

    ``done`` counts the answers that it has scored.
    """

    called = gettext_lazy("Candidates that are scored")

    reward_model = models.OneToOneField(
        "rewards.RewardModel", on_delete=models.CASCADE, related_name="candidate_scoring"
    )
    reached = models.PositiveBigIntegerField(
        default=0, help_text="The id of the last candidate that is behind it."
    )

    class Meta(Run.Meta):
        pass

    def __str__(self) -> str:
        return f"candidates by {self.reward_model}"


class AnswerScore(models.Model):
    """A score that was computed before, found again by the hash of prompt and answer.

    A cache: rows may be deleted at any time, and all of them are when a text has been erased, as
    the hash would show whoever holds the text that it was here.
    """

    reward_model = models.ForeignKey(
        "rewards.RewardModel", on_delete=models.CASCADE, related_name="answer_scores"
    )
    digest = models.CharField(max_length=64, help_text="SHA-256 of prompt, tools and answer.")
    score = models.FloatField()
    spread = models.FloatField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reward_model", "digest"], name="an_answer_is_scored_once_per_model"
            )
        ]

    def __str__(self) -> str:
        return f"{self.score:.3f} by {self.reward_model}"


class ScoreRequest(Run):
    """Answers that somebody wants scored; the train worker takes what waits together.

    ``rows`` hold the texts only until they are scored; ``digests`` name the answers of each row,
    and the scores are looked up by them.
    """

    called = gettext_lazy("Answers that are scored")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reward_model = models.ForeignKey(
        "rewards.RewardModel", on_delete=models.CASCADE, related_name="score_requests"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    digest = models.CharField(max_length=64, help_text="SHA-256 of all that is asked.")
    rows = models.JSONField(default=list, help_text="Texts; empty once they are scored.")
    digests = models.JSONField(default=list, help_text="Of each row the digests of its answers.")

    class Meta(Run.Meta):
        constraints = [
            *Run.Meta.constraints,
            models.UniqueConstraint(
                fields=["reward_model", "requested_by", "digest"],
                condition=Q(state__in=["requested", "running", "done"]),
                name="the_same_answers_are_asked_for_once",
            ),
        ]

    def __str__(self) -> str:
        return f"scores {str(self.uuid)[:8]} by {self.reward_model}"
