"""What reward models said of answers."""

from django.contrib import admin

from commons.admin import ReadOnlyAdmin
from rewards.models import AnswerScore, CandidateScore, CandidateScoring, ScoreRequest


@admin.register(CandidateScore)
class CandidateScoreAdmin(ReadOnlyAdmin[CandidateScore]):
    list_display = ("reward_model", "candidate", "score", "spread", "at")
    list_select_related = ("reward_model", "candidate")
    search_fields = ("=reward_model__uuid", "=candidate__uuid")
    date_hierarchy = "at"


@admin.register(CandidateScoring)
class CandidateScoringAdmin(ReadOnlyAdmin[CandidateScoring]):
    list_display = ("__str__", "state", "done", "says", "heartbeat_at", "finished_at", "error")
    list_filter = ("state",)
    list_select_related = ("reward_model",)
    search_fields = ("=reward_model__uuid", "reward_model__track__name", "error")


@admin.register(AnswerScore)
class AnswerScoreAdmin(ReadOnlyAdmin[AnswerScore]):
    list_display = ("reward_model", "digest", "score", "spread", "at")
    list_select_related = ("reward_model",)
    search_fields = ("=reward_model__uuid", "=digest")
    date_hierarchy = "at"


@admin.register(ScoreRequest)
class ScoreRequestAdmin(ReadOnlyAdmin[ScoreRequest]):
    list_display = (
        "__str__",
        "state",
        "attempts",
        "done",
        "total",
        "says",
        "requested_by",
        "requested_at",
        "heartbeat_at",
        "finished_at",
    )
    list_filter = ("state",)
    list_select_related = ("reward_model", "requested_by")
    search_fields = ("=uuid", "=reward_model__uuid", "error", "requested_by__username")
    date_hierarchy = "requested_at"
