"""The tables of commons in Django's admin, and what all admin pages of Laurel have in common.

What people did is history: it can be searched and read, and nobody changes it here.
"""

from collections.abc import Sequence
from typing import TypeVar, cast

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commons.admin_names import EVERYWHERE, TABLES, name_tables
from commons.models import (
    Absence,
    ApiToken,
    AuditEvent,
    Availability,
    Channel,
    Delivery,
    DeliveryTry,
    Notice,
    User,
    WorkerHeartbeat,
)
from commons.notices.channels import replay
from commons.tokens import revoke_token

M = TypeVar("M", bound=Model)
POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")  # what would make one more

name_tables(TABLES, shared=EVERYWHERE)


class ReadOnly:
    """For admins and inlines of history: nothing is added, changed or deleted, whoever asks."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin[M]):
    """History that may be long: no count of the whole table, no bulk action.

    A row's page shows every column, those that no form has too: public ids and times.
    """

    show_full_result_count = False
    actions: Sequence[str] | None = None

    def get_fields(self, request: HttpRequest, obj: M | None = None) -> tuple[str, ...]:
        columns = (*self.opts.concrete_fields, *self.opts.many_to_many)
        return tuple(column.name for column in columns if column.name not in ("id", "token"))

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> tuple[str, ...]:
        return self.get_fields(request, obj)


def confirmation(
    model_admin: admin.ModelAdmin[M],
    request: HttpRequest,
    rows: QuerySet[M],
    *,
    action: str,
    asks: str,
    undoing: str,
) -> TemplateResponse | None:
    """The page that asks whether a bulk action is meant; None once the person has said so.

    ``undoing`` says how it is undone, or why it cannot be.
    """
    if request.POST.get("confirmed"):
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": asks,
        "opts": model_admin.opts,
        "rows": rows[:100],
        "count": rows.count(),
        "action": action,
        "undoing": undoing,
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "select_across": request.POST.get("select_across", "0"),
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)


def stand_for(row: Model, made: Model) -> None:
    """Let the unsaved row of an admin's form be the one that a service has made."""
    row.pk = made.pk
    row.refresh_from_db()
    row._state.adding = False


@admin.register(User)
class PersonAdmin(UserAdmin[User]):
    """People. Accounts are switched off, not deleted: what they judged names them.

    Rights are a superuser's to give; other staff change people who are no staff, and themselves.
    """

    list_display = ("username", "display_name", "email", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "is_staff", "date_joined")
    search_fields = ("username", "first_name", "last_name", "email", "=uuid")
    date_hierarchy = "date_joined"
    readonly_fields = ("uuid", "last_login", "date_joined")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (_("In Laurel"), {"fields": ("uuid", "time_zone", "language")}),
    )

    @admin.display(description=_("displayed name"))
    def display_name(self, person: User) -> str:
        return person.display_name

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        mine = tuple(super().get_readonly_fields(request, obj))
        return mine if request.user.is_superuser else (*mine, *POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever sets the password of staff is whoever they are."""
        if obj and (obj.is_staff or obj.is_superuser) and obj != request.user:
            return request.user.is_superuser
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


admin.site.unregister(Group)  # whoever may change a group that they are in gives themselves rights


@admin.register(Group)
class RightsAdmin(GroupAdmin):
    """Read by staff who may see them, and a superuser's to change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser


@admin.register(Availability)
class AvailabilityAdmin(ReadOnlyAdmin[Availability]):
    list_display = ("person", "hours", "times", "said_at")
    list_select_related = ("person",)
    search_fields = ("person__username",)


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin[Absence]):
    list_display = ("person", "since", "until")
    list_select_related = ("person",)
    search_fields = ("person__username",)
    date_hierarchy = "since"


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin[AuditEvent]):
    list_display = ("at", "actor", "verb", "subject")
    list_filter = ("verb",)
    list_select_related = ("actor",)
    search_fields = ("=subject", "verb", "actor__username")
    search_help_text = _("A person, a verb, or a whole subject such as campaign:UUID.")
    date_hierarchy = "at"


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin[LogEntry]):
    """What was added, changed or deleted on these pages; the product's acts are audit events."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag")
    list_filter = ("action_flag", ("content_type", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "content_type")
    search_fields = ("user__username", "object_repr", "=object_id")
    date_hierarchy = "action_time"


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(ReadOnlyAdmin[WorkerHeartbeat]):
    list_display = ("name", "queues", "host", "pid", "started_at", "seen_at")
    list_filter = ("queues",)
    search_fields = ("name", "host")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin[ApiToken]):
    """Everybody's tokens: who has which, and the end of those that must not be. No key is here."""

    list_display = ("name", "user", "hint", "scopes", "expires_at", "revoked_at", "last_used_at")
    list_filter = ("expires_at", "revoked_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "=uuid", "=hint")
    date_hierarchy = "created_at"
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        return tuple(name for name in super().get_fields(request, obj) if name != "digest")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: QuerySet[ApiToken]) -> TemplateResponse | None:
        asks = gettext("Revoke these tokens? The programs that use them are refused from now on.")
        undoing = gettext(
            "This cannot be undone: a key that was ended may be in wrong hands. Whoever needs one "
            "makes a new one."
        )
        if asked := confirmation(self, request, rows, action="revoke", asks=asks, undoing=undoing):
            return asked
        ended = sum(revoke_token(token=token, by=cast(User, request.user)) for token in rows)
        said = ngettext("%(count)d token is revoked.", "%(count)d tokens are revoked.", ended)
        self.message_user(request, said % {"count": ended})
        return None


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin[Notice]):
    list_display = ("at", "kind", "title")
    list_filter = ("kind",)
    search_fields = ("title", "=key", "=uuid")
    date_hierarchy = "at"


@admin.register(Channel)
class ChannelAdmin(ReadOnlyAdmin[Channel]):
    """Where everybody's notices go. Secrets are in no row; the page of notices makes them."""

    list_display = ("__str__", "means", "owner", "active", "stopped_because", "made_at")
    list_filter = ("means", "active")
    list_select_related = ("owner",)
    search_fields = ("url", "owner__username", "=uuid")


@admin.register(DeliveryTry)
class DeliveryTryAdmin(ReadOnlyAdmin[DeliveryTry]):
    list_display = ("at", "delivery", "went_well", "status", "says", "took_ms")
    list_filter = ("went_well",)
    list_select_related = ("delivery__notice", "delivery__channel__owner")
    search_fields = ("says", "delivery__channel__url", "=delivery__uuid")
    date_hierarchy = "at"


class DeliveryTryInline(ReadOnly, admin.TabularInline[DeliveryTry, Delivery]):
    model = DeliveryTry
    fields = ("at", "went_well", "status", "says", "took_ms")
    readonly_fields = fields


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    list_display = ("notice", "channel", "state", "tries", "due_at", "delivered_at")
    list_filter = ("state", "notice__kind")
    list_select_related = ("notice", "channel__owner")
    search_fields = ("notice__title", "channel__url", "=uuid")
    inlines = (DeliveryTryInline,)
    actions = ("send_again",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(description=_("Send again"), permissions=["replay"])
    def send_again(self, request: HttpRequest, rows: QuerySet[Delivery]) -> TemplateResponse | None:
        asks = gettext("Send these once more?")
        undoing = gettext("This cannot be undone: what has been sent is read elsewhere.")
        if asked := confirmation(
            self, request, rows, action="send_again", asks=asks, undoing=undoing
        ):
            return asked
        again = sum(replay(delivery=each, by=cast(User, request.user)) for each in rows)
        said = ngettext("%(count)d is on its way.", "%(count)d are on their way.", again)
        self.message_user(request, said % {"count": again})
        return None
