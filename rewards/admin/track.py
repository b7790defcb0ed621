"""Tracks: what they learn from, when their week ends, what the gate asks."""

from collections.abc import Sequence
from dataclasses import fields
from typing import cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotate import gateway
from commons.admin import confirmation, stand_for
from commons.models import User
from commons.nudges import nudge
from rewards.enums import PolicyMethod, Stage
from rewards.errors import OddSetting, RewardsError
from rewards.models import Track
from rewards.services.cycle import open_cycle
from rewards.services.recipe import leave_dpo, usual_knobs, usual_method
from rewards.services.schedule import keep_schedule
from rewards.services.shares import depths_in_common
from rewards.services.track import create_track, refuse_odd_settings
from rewards.stats.evidence import Thresholds
from rewards.tasks import advance_open_cycles

SETTINGS = (
    "active",
    "weekday",
    "hour",
    "time_zone",
    "quorum",
    "weeks_kept",
    "method",
    "person_promotes",
    "knobs",
    "thresholds",
)
# What knobs are for: the stages, whoever talks, and those who meet in an arena.
USES = (*Stage.values, "talking", "arena")


class TrackForm(ModelForm[Track]):
    """A track's settings; names that nobody reads are refused here, not on Sunday night."""

    campaigns = forms.MultipleChoiceField(label=_("Campaigns"), widget=forms.CheckboxSelectMultiple)

    def clean_knobs(self) -> dict[str, dict[str, object]]:
        """``{"rewarding": {"max_steps": 400}, …}``."""
        knobs = self.cleaned_data["knobs"] or {}
        if not isinstance(knobs, dict) or not all(
            isinstance(each, dict) for each in knobs.values()
        ):
            raise forms.ValidationError(_('Write it as {"rewarding": {"max_steps": 400}}.'))
        refuse_unknown(knobs, known=USES)
        try:
            refuse_odd_settings(Track(knobs=knobs))
        except OddSetting as odd:
            raise forms.ValidationError(str(odd)) from odd
        return cast(dict[str, dict[str, object]], knobs)

    def clean_thresholds(self) -> dict[str, object]:
        thresholds = self.cleaned_data["thresholds"] or {}
        if not isinstance(thresholds, dict):
            raise forms.ValidationError(_("Write it as a JSON object."))
        refuse_unknown(thresholds, known=[field.name for field in fields(Thresholds)])
        return cast(dict[str, object], thresholds)


def refuse_unknown(given: dict[str, object], *, known: Sequence[str]) -> None:
    odd = sorted(set(given) - set(known))
    if odd:
        said = _("Nothing reads %(odd)s; the names are %(known)s.")
        raise forms.ValidationError(said % {"odd": ", ".join(odd), "known": ", ".join(known)})


@admin.register(Track)
class TrackAdmin(admin.ModelAdmin[Track]):
    """A new track begins with its base model in service."""

    form = TrackForm
    list_display = ("name", "active", "weekday", "hour", "created_by", "created_at")
    list_filter = ("active",)
    list_select_related = ("created_by",)
    search_fields = ("name", "=uuid")
    readonly_fields = ("uuid", "created_by", "created_at")
    actions = ("start_cycle",)

    def get_fields(self, request: HttpRequest, obj: Track | None = None) -> tuple[str, ...]:
        asked = ("name", "campaigns", "base_model")
        return asked if obj is None else (*asked, *SETTINGS, *self.readonly_fields)

    def get_form(
        self, request: HttpRequest, obj: Track | None = None, change: bool = False, **kwargs: object
    ) -> type[ModelForm[Track]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "campaigns" in form.base_fields:  # a person who may only look gets no fields
            by = request.user
            assert isinstance(by, User)
            choices = [(str(each.id), each.name) for each in gateway.campaigns_led_by(by)]
            cast(forms.MultipleChoiceField, form.base_fields["campaigns"]).choices = choices
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # it is made inactive instead

    def save_model(
        self, request: HttpRequest, obj: Track, form: ModelForm[Track], change: bool
    ) -> None:
        if change:
            if "method" in form.changed_data:
                self._leave_dpo(request, obj)
            super().save_model(request, obj, form, change)
            keep_schedule(obj)
            self._remark_depths(request, obj)
            return
        by = request.user
        assert isinstance(by, User)
        method = usual_method()
        made = create_track(
            name=obj.name,
            campaigns=[UUID(each) for each in obj.campaigns],
            base_model=obj.base_model,
            method=method,
            knobs=usual_knobs(method),
            by=by,
        )
        stand_for(obj, made)

    def _leave_dpo(self, request: HttpRequest, track: Track) -> None:
        """Another method does not go on with the rate and the steps that DPO began with."""
        if track.method == PolicyMethod.DPO:
            return
        track.knobs, lost = leave_dpo(track.knobs)
        if lost:
            said = gettext(
                "These settings of “%(stage)s” were those of DPO and are the usual ones of the "
                "new method again: %(names)s."
            )
            words = said % {"stage": Stage.REINFORCING, "names": ", ".join(lost)}
            self.message_user(request, words, messages.WARNING)

    def _remark_depths(self, request: HttpRequest, track: Track) -> None:
        if alike := depths_in_common(track.knobs):
            said = gettext(
                "As many layers are given to %(stages)s; models of different depths share fewer "
                "blind spots."
            )
            words = said % {"stages": ", ".join(alike)}
            self.message_user(request, words, messages.WARNING)

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(description=_("Start a cycle now"), permissions=["run"])
    def start_cycle(self, request: HttpRequest, rows: QuerySet[Track]) -> TemplateResponse | None:
        asks = gettext("Start a cycle of these tracks now?")
        undoing = gettext("To undo it, cancel them, among the cycles.")
        if asked := confirmation(
            self, request, rows, action="start_cycle", asks=asks, undoing=undoing
        ):
            return asked
        for track in rows:
            try:
                cycle = open_cycle(track=track, by=cast(User, request.user))
            except RewardsError as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                said = gettext("%(cycle)s has begun.") % {"cycle": cycle}
                self.message_user(request, said)
        nudge(advance_open_cycles)
        return None
