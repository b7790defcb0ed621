"""What was measured, and what pages are added up from: read here, made by workers."""

from django.contrib import admin

from annotate.models import (
    AgreementSlice,
    Digest,
    DigestRefusal,
    DoneRollup,
    IntakeRollup,
    QualityReport,
    QueueRollup,
    RaterPair,
    RaterPart,
    RaterQuality,
    RollupMark,
    RollupTime,
    SmallSlice,
    StoppedTask,
    WantedShare,
    WorkRollup,
)
from commons.admin import ReadOnlyAdmin

OF_CAMPAIGN = ("=campaign__uuid", "campaign__name")
OF_REPORT = ("=report__uuid", "report__campaign__name")


@admin.register(QualityReport)
class QualityReportAdmin(ReadOnlyAdmin[QualityReport]):
    list_display = ("__str__", "state", "judged", "attempts", "finished_at", "error")
    list_filter = ("state", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("=uuid", *OF_CAMPAIGN)
    date_hierarchy = "requested_at"


@admin.register(AgreementSlice)
class AgreementSliceAdmin(ReadOnlyAdmin[AgreementSlice]):
    list_display = ("measure", "facet", "skill", "language", "week", "part", "value", "prompts")
    list_filter = ("measure", "facet")
    list_select_related = ("report__campaign",)
    search_fields = ("skill", "language", "part", *OF_REPORT)


@admin.register(RaterQuality)
class RaterQualityAdmin(ReadOnlyAdmin[RaterQuality]):
    list_display = ("rater", "report", "doubled", "consistency_low", "consistency_high", "verdict")
    list_filter = ("verdict",)
    list_select_related = ("rater__user", "report__campaign")
    search_fields = ("rater__user__username", "rater__name", "=rater__uuid", *OF_REPORT)


@admin.register(SmallSlice)
class SmallSliceAdmin(ReadOnlyAdmin[SmallSlice]):
    list_display = ("facet", "skill", "language", "week", "part", "prompts")
    list_filter = ("facet",)
    list_select_related = ("report__campaign",)
    search_fields = ("skill", "language", "part", *OF_REPORT)


@admin.register(RaterPart)
class RaterPartAdmin(ReadOnlyAdmin[RaterPart]):
    list_display = ("rater", "facet", "skill", "language", "week", "value", "prompts")
    list_filter = ("facet",)
    list_select_related = ("rater__user", "report__campaign")
    search_fields = ("rater__user__username", "rater__name", "=rater__uuid", *OF_REPORT)


@admin.register(RaterPair)
class RaterPairAdmin(ReadOnlyAdmin[RaterPair]):
    list_display = ("one", "other", "report", "value", "low", "high", "prompts")
    list_select_related = ("one__user", "other__user", "report__campaign")
    search_fields = ("one__user__username", "other__user__username", *OF_REPORT)


@admin.register(WorkRollup)
class WorkRollupAdmin(ReadOnlyAdmin[WorkRollup]):
    list_display = ("campaign", "week", "kind", "skill", "language", "person", "judgements")
    list_filter = ("kind", "campaign")
    list_select_related = ("campaign", "person")
    search_fields = ("skill", "language", "person__username", *OF_CAMPAIGN)
    date_hierarchy = "week"


@admin.register(DoneRollup)
class DoneRollupAdmin(ReadOnlyAdmin[DoneRollup]):
    list_display = ("campaign", "day", "person", "kind", "items", "tenths", "voided_items")
    list_filter = ("kind", "campaign")
    list_select_related = ("campaign", "person")
    search_fields = ("person__username", *OF_CAMPAIGN)
    date_hierarchy = "day"


@admin.register(IntakeRollup)
class IntakeRollupAdmin(ReadOnlyAdmin[IntakeRollup]):
    list_display = ("campaign", "week", "skill", "language", "prompts", "held_out")
    list_filter = ("campaign",)
    list_select_related = ("campaign",)
    search_fields = ("skill", "language", *OF_CAMPAIGN)
    date_hierarchy = "week"


@admin.register(QueueRollup)
class QueueRollupAdmin(ReadOnlyAdmin[QueueRollup]):
    list_display = ("campaign", "kind", "skill", "language", "tasks", "turns", "oldest_at")
    list_filter = ("kind", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("skill", "language", *OF_CAMPAIGN)


@admin.register(RollupMark)
class RollupMarkAdmin(ReadOnlyAdmin[RollupMark]):
    list_display = ("campaign", "of", "week", "mark")
    list_filter = ("of",)
    list_select_related = ("campaign",)
    search_fields = ("of", *OF_CAMPAIGN)


@admin.register(RollupTime)
class RollupTimeAdmin(ReadOnlyAdmin[RollupTime]):
    list_display = ("campaign", "at")
    list_select_related = ("campaign",)
    search_fields = OF_CAMPAIGN


@admin.register(WantedShare)
class WantedShareAdmin(ReadOnlyAdmin[WantedShare]):
    """Leads say on their dashboard what mix they want."""

    list_display = ("campaign", "facet", "value", "share")
    list_filter = ("facet", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("value", *OF_CAMPAIGN)


@admin.register(StoppedTask)
class StoppedTaskAdmin(ReadOnlyAdmin[StoppedTask]):
    list_display = ("task", "sure", "votes", "saved", "at")
    list_select_related = ("task__prompt",)
    search_fields = ("=task__uuid", "=task__prompt__uuid", "=task__campaign__uuid")
    date_hierarchy = "at"


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin[Digest]):
    list_display = ("person", "week", "tried_at", "sent_at")
    list_select_related = ("person",)
    search_fields = ("person__username", "person__email")
    date_hierarchy = "week"


@admin.register(DigestRefusal)
class DigestRefusalAdmin(ReadOnlyAdmin[DigestRefusal]):
    list_display = ("person", "at")
    list_select_related = ("person",)
    search_fields = ("person__username",)
