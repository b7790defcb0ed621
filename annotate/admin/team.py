"""Teams, who leads them and what they are asked for: acted on pages, looked up here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.admin.task import each_in_turn
from annotate.models import StatementTeam, Team, TeamLead, TeamPart
from annotate.services.team import drop_lead, end_part
from commons.admin import ReadOnlyAdmin, confirmation


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin[Team]):
    list_display = ("name", "is_vendor", "made_by", "made_at")
    list_filter = ("is_vendor",)
    list_select_related = ("made_by",)
    search_fields = ("=uuid", "name")
    date_hierarchy = "made_at"


@admin.register(TeamLead)
class TeamLeadAdmin(ReadOnlyAdmin[TeamLead]):
    """They are named on the page of the team; here many are dropped at once."""

    list_display = ("person", "team", "named_by", "named_at")
    list_filter = ("team",)
    list_select_related = ("person", "team", "named_by")
    search_fields = ("person__username", "team__name")
    date_hierarchy = "named_at"
    actions = ("drop",)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("annotate.change_membership")

    @admin.action(description=gettext_lazy("Let the chosen lead no more"), permissions=["decide"])
    def drop(self, request: HttpRequest, rows: QuerySet[TeamLead]) -> TemplateResponse | None:
        asks = _("Let these people lead their teams no more? The links that they made end.")
        undoing = _("To undo it, name them again on the page of their team; links are made anew.")
        if page := confirmation(self, request, rows, action="drop", asks=asks, undoing=undoing):
            return page
        each_in_turn(
            self,
            request,
            rows.select_related("person", "team"),
            lambda lead, by: drop_lead(lead=lead, by=by),
            said=_("%(count)d leads were dropped."),
        )
        return None


@admin.register(TeamPart)
class TeamPartAdmin(ReadOnlyAdmin[TeamPart]):
    """Terms are set on the page of the campaign; here teams are taken out of many at once."""

    list_display = ("team", "campaign", "per_week", "in_all", "stops", "reads_texts", "ended_at")
    list_filter = ("stops", "reads_texts", ("ended_at", admin.EmptyFieldListFilter), "campaign")
    list_select_related = ("team", "campaign")
    search_fields = ("=uuid", "team__name", "campaign__name")
    date_hierarchy = "added_at"
    actions = ("end",)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("annotate.change_membership")

    @admin.action(description=gettext_lazy("Take the chosen out"), permissions=["decide"])
    def end(self, request: HttpRequest, rows: QuerySet[TeamPart]) -> TemplateResponse | None:
        standing = rows.filter(ended_at__isnull=True)
        asks = _("Take these teams out of these campaigns? Their people hold nothing from then on.")
        undoing = _(
            "To undo it, add the teams again on the page of the campaign, and let their people in "
            "again among its members. What they held is with others by then."
        )
        if page := confirmation(self, request, standing, action="end", asks=asks, undoing=undoing):
            return page
        each_in_turn(
            self,
            request,
            standing.select_related("team", "campaign"),
            lambda part, by: end_part(part=part, by=by),
            said=_("%(count)d teams were taken out."),
        )
        return None


@admin.register(StatementTeam)
class StatementTeamAdmin(ReadOnlyAdmin[StatementTeam]):
    list_display = ("person", "team", "statement")
    list_filter = ("team",)
    list_select_related = ("person", "team", "statement__campaign")
    search_fields = ("person__username", "team__name")
