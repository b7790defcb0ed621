"""Reward models and what was measured on held-out prompts."""

from django.contrib import admin

from commons.admin import ReadOnlyAdmin
from rewards.models import Benchmark, Evaluation, RewardComparison, RewardModel


@admin.register(RewardModel)
class RewardModelAdmin(ReadOnlyAdmin[RewardModel]):
    list_display = ("__str__", "purpose", "track", "snapshot", "run", "created_at")
    list_filter = ("purpose", "run__state", "track")
    list_select_related = ("track", "snapshot", "run")
    search_fields = ("=uuid", "=run__uuid", "=snapshot__uuid", "track__name")
    date_hierarchy = "created_at"


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin[Evaluation]):
    list_display = ("__str__", "run", "refusals", "created_at")
    list_filter = ("run__state", "run__module")
    list_select_related = ("reward_model", "policy__track", "run")
    search_fields = ("=uuid", "=reward_model__uuid", "=policy__uuid", "=run__uuid")
    date_hierarchy = "created_at"


@admin.register(RewardComparison)
class RewardComparisonAdmin(ReadOnlyAdmin[RewardComparison]):
    list_display = ("__str__", "run", "created_at")
    list_filter = ("run__state",)
    list_select_related = ("reward_model", "against", "run")
    search_fields = ("=uuid", "=reward_model__uuid", "=against__uuid", "=run__uuid")
    date_hierarchy = "created_at"


@admin.register(Benchmark)
class BenchmarkAdmin(ReadOnlyAdmin[Benchmark]):
    list_display = ("name", "reward_model", "run", "created_at")
    list_filter = ("name", "run__state")
    list_select_related = ("reward_model", "run")
    search_fields = ("=uuid", "name", "=reward_model__uuid", "=run__uuid")
    date_hierarchy = "created_at"
