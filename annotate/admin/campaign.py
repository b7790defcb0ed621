"""Campaigns, their teams and their guidelines."""

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotate.admin.membership import KeepsMemberships, MembershipInline
from annotate.enums import CampaignState
from annotate.errors import AnnotateError
from annotate.models import (
    Acknowledgement,
    Batch,
    Campaign,
    CampaignPrompt,
    CampaignWork,
    Instructions,
)
from annotate.selectors.batch import touched_by_campaign
from annotate.services.campaign import (
    change_campaign_state,
    create_campaign,
    publish_instructions,
)
from annotate.views.campaign_acts import ACTS, page_of
from commons.admin import ReadOnlyAdmin, confirmation, stand_for
from commons.models import User

SHOWN = 100  # campaigns whose counts a page shows before they are moved
# A form with more would send more fields than Django takes; they are changed one by one.
MEMBERS_IN_A_FORM = 100


class WorkForm(ModelForm[CampaignWork]):
    """Items that are there ask for the terms of their kind: it stays what it is."""

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if self.instance.pk and kind != self.instance.kind:
            raise ValidationError(gettext_lazy("A kind of work stays: add another one instead."))
        return kind


class CampaignWorkInline(admin.TabularInline[CampaignWork, Campaign]):
    """Every term of a kind of work; changed terms hold for what is made and leased from then on.

    A kind that nothing was asked of yet is taken away in the campaign's settings.
    """

    model = CampaignWork
    form = WorkForm
    extra = 0
    fields = (
        "kind",
        "wanted",
        "answers",
        "strengths",
        "lease_minutes",
        "edit_minutes",
        "second_opinion_share",
        "third_below",
        "stops_when_sure",
        "second_up_to",
        "held_out_share",
    )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MemberInline(MembershipInline):
    autocomplete_fields = ("person",)


@admin.register(Campaign)
class CampaignAdmin(KeepsMemberships, admin.ModelAdmin[Campaign]):
    """Whoever adds a campaign leads it.

    Its state is moved by the actions and its weight on the leads' page: both say first what that
    touches, and are recorded.
    """

    list_display = ("name", "state", "weight", "created_by", "created_at")
    list_filter = ("state",)
    list_select_related = ("created_by",)
    search_fields = ("name", "summary", "=uuid")
    date_hierarchy = "created_at"
    readonly_fields = (
        "weight",
        "state",
        "page_of_leads",
        "all_members",
        "uuid",
        "created_by",
        "created_at",
    )
    inlines = (CampaignWorkInline, MemberInline)
    actions = ("start_campaigns", "pause_campaigns", "close_campaigns")

    def get_fields(self, request: HttpRequest, obj: Campaign | None = None) -> tuple[str, ...]:
        shown = ("name", "summary")
        return shown if obj is None else (*shown, *self.readonly_fields)

    def get_inlines(
        self, request: HttpRequest, obj: Campaign | None
    ) -> list[type[InlineModelAdmin[Model, Campaign]]]:
        """The team of a new campaign is its maker; others join once it is there."""
        inlines = super().get_inlines(request, obj)
        shown = obj is not None and _has_members_in_its_form(request, obj)
        return [each for each in inlines if shown or each is CampaignWorkInline]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # it is closed instead, on its page

    def save_model(
        self, request: HttpRequest, obj: Campaign, form: ModelForm[Campaign], change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        by = request.user
        assert isinstance(by, User)
        stand_for(obj, create_campaign(name=obj.name, summary=obj.summary, works=(), by=by))

    @admin.display(description=gettext_lazy("Decisions"))
    def page_of_leads(self, campaign: Campaign) -> str:
        words = _("its weight, asking again, cloning: on the campaign’s page")
        return format_html('<a href="{}">{}</a>', page_of(campaign), words)

    @admin.display(description=gettext_lazy("Members"))
    def all_members(self, campaign: Campaign) -> str:
        count = campaign.memberships.count()
        words = ngettext("%(count)d member", "%(count)d members", count) % {"count": count}
        listed = reverse("admin:annotate_membership_changelist")
        return format_html('<a href="{}?campaign__id__exact={}">{}</a>', listed, campaign.pk, words)

    @admin.action(description=gettext_lazy("Start the chosen campaigns"), permissions=["change"])
    def start_campaigns(
        self, request: HttpRequest, rows: QuerySet[Campaign]
    ) -> TemplateResponse | None:
        undoing = _("To undo it, pause them.")
        return self._move(request, rows, "start", CampaignState.RUNNING, undoing)

    @admin.action(description=gettext_lazy("Pause the chosen campaigns"), permissions=["change"])
    def pause_campaigns(
        self, request: HttpRequest, rows: QuerySet[Campaign]
    ) -> TemplateResponse | None:
        undoing = _("To undo it, start them again.")
        return self._move(request, rows, "pause", CampaignState.PAUSED, undoing)

    @admin.action(description=gettext_lazy("Close the chosen campaigns"), permissions=["change"])
    def close_campaigns(
        self, request: HttpRequest, rows: QuerySet[Campaign]
    ) -> TemplateResponse | None:
        undoing = _(
            "This cannot be undone. To have its work and its team again, clone the campaign on its "
            "page, and bring the prompts in anew."
        )
        return self._move(request, rows, "close", CampaignState.CLOSED, undoing)

    def _move(
        self,
        request: HttpRequest,
        rows: QuerySet[Campaign],
        act: str,
        to: CampaignState,
        undoing: str,
    ) -> TemplateResponse | None:
        action, asks = f"{act}_campaigns", _("Set these campaigns to “%(state)s”?")
        asks %= {"state": to.label}
        if page := confirmation(self, request, rows, action=action, asks=asks, undoing=undoing):
            touched = [(campaign, touched_by_campaign(campaign)) for campaign in rows[:SHOWN]]
            page.context_data = {
                **(page.context_data or {}),
                "says": ACTS[act].says,
                "touched_by_row": touched,
            }
            return page
        by = request.user
        assert isinstance(by, User)
        for campaign in rows:
            try:
                change_campaign_state(campaign=campaign, to=to, by=by)
            except AnnotateError as refused:
                messages.error(request, str(refused))
            else:
                said = _("“%(name)s” is %(state)s now.")
                messages.success(request, said % {"name": campaign, "state": to.label.lower()})
        return None


def _has_members_in_its_form(request: HttpRequest, campaign: Campaign) -> bool:
    """While they are few, and where a form with them was sent: somebody may have joined since."""
    sent = "memberships-TOTAL_FORMS" in request.POST
    return sent or campaign.memberships.count() <= MEMBERS_IN_A_FORM


@admin.register(Instructions)
class InstructionsAdmin(admin.ModelAdmin[Instructions]):
    """A new version is added; none is ever changed, because people have worked under it."""

    list_display = ("campaign", "version", "created_by", "created_at")
    list_filter = ("campaign",)
    list_select_related = ("campaign", "created_by")
    search_fields = ("campaign__name", "guideline", "=uuid")
    date_hierarchy = "created_at"
    autocomplete_fields = ("campaign",)

    def get_fields(self, request: HttpRequest, obj: Instructions | None = None) -> tuple[str, ...]:
        asked = ("campaign", "guideline")
        return asked if obj is None else (*asked, "version", "form", "created_by", "created_at")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Instructions, form: ModelForm[Instructions], change: bool
    ) -> None:
        by = request.user
        assert isinstance(by, User)
        made = publish_instructions(campaign=obj.campaign, guideline=obj.guideline, by=by)
        stand_for(obj, made)


@admin.register(Acknowledgement)
class AcknowledgementAdmin(ReadOnlyAdmin[Acknowledgement]):
    list_display = ("person", "instructions", "at")
    list_filter = ("instructions__campaign",)
    list_select_related = ("person", "instructions__campaign")
    search_fields = ("person__username", "instructions__campaign__name")
    date_hierarchy = "at"


@admin.register(CampaignWork)
class CampaignWorkAdmin(admin.ModelAdmin[CampaignWork]):
    list_display = (
        "campaign",
        "kind",
        "wanted",
        "answers",
        "lease_minutes",
        "edit_minutes",
        "second_opinion_share",
        "third_below",
        "stops_when_sure",
        "second_up_to",
        "held_out_share",
    )
    list_filter = ("kind", "strengths")
    list_select_related = ("campaign",)
    search_fields = ("campaign__name",)
    autocomplete_fields = ("campaign",)

    def get_readonly_fields(
        self, request: HttpRequest, obj: CampaignWork | None = None
    ) -> tuple[str, ...]:
        return () if obj is None else ("campaign", "kind")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # items that are there ask for its terms


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin[Batch]):
    """Arrivals of prompts; leads withdraw and restore them on their campaign's page."""

    list_display = ("name", "campaign", "created_by", "created_at", "withdrawn_at")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter), "campaign")
    list_select_related = ("campaign", "created_by")
    search_fields = ("=uuid", "name", "campaign__name", "created_by__username")
    date_hierarchy = "created_at"


@admin.register(CampaignPrompt)
class CampaignPromptAdmin(ReadOnlyAdmin[CampaignPrompt]):
    list_display = ("prompt", "campaign", "batch", "priority", "added_at")
    list_filter = ("campaign", "priority")
    list_select_related = ("prompt", "campaign", "batch__campaign")
    search_fields = ("=prompt__uuid", "=batch__uuid", "campaign__name")
