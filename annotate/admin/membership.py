"""Memberships, wherever a page of the admin changes them: by the service that leads' pages use.

Whoever leaves is made inactive. A membership is never deleted: what was decided over its person's
pauses hangs on it.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from annotate.enums import Pool, Role
from annotate.errors import AnnotateError, LastLead
from annotate.models import Membership
from annotate.selectors.invitation import other_leads
from annotate.services.campaign import add_member
from annotate.services.member import change_member
from commons.models import User


class MembershipForm(forms.ModelForm[Membership]):
    """Role, pool and whether it stands may change; whose it is and where may not."""

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if self.instance._state.adding:
            if said is not None and not said.get("active", True):
                raise forms.ValidationError(
                    _("Whoever is added stands in the campaign: take them out once they are there.")
                )
        elif {"person", "campaign"} & set(self.changed_data):
            raise forms.ValidationError(
                _("A membership stays its person’s and its campaign’s: add another one instead.")
            )
        return said

    @property
    def leads_on(self) -> bool:
        return self.cleaned_data.get("role") == Role.LEAD and bool(self.cleaned_data.get("active"))

    @property
    def ends_a_lead(self) -> bool:
        led = self.initial.get("role") == Role.LEAD and bool(self.initial.get("active"))
        return led and not self.instance._state.adding and not self.leads_on

    def refuse_last_lead(self) -> None:
        self.add_error(None, str(LastLead(self.instance.person.display_name)))


class LoneMembershipForm(MembershipForm):
    """On a page of its own: nobody becomes a lead beside it."""

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if not self.errors and self.ends_a_lead and not other_leads(self.instance).exists():
            self.refuse_last_lead()
        return said


class MembershipFormSet(BaseInlineFormSet[Membership, Any, Any]):
    """Rows that are kept together: each campaign has a lead once all of them are."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        changed = [form for form in self.forms if form.has_changed()]
        led = {form.instance.campaign_id for form in changed if form.leads_on}
        ending = [form for form in changed if form.ends_a_lead]
        gone = [form.instance.pk for form in ending]
        for form in ending:
            others = other_leads(form.instance).exclude(pk__in=gone)
            if form.instance.campaign_id not in led and not others.exists():
                form.refuse_last_lead()


class MembershipInline(admin.TabularInline[Membership, Any]):
    """Among the rows of a campaign or of a person."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    extra = 0
    # A pause has a reason: on a lead's page or among the memberships. A team is set on a member's
    # page, where what was counted for it is counted anew.
    readonly_fields = ("paused", "team")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("person", "campaign", "team")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class KeepsMemberships:
    """For an admin whose page, or an inline of it, has memberships: the services keep them."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a service refuses, since somebody else was first, is said, and nothing is kept."""
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        except AnnotateError as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.get_full_path())
        return answer

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Membership:
            super().save_formset(request, form, formset, change)  # type: ignore[misc]  # a mixin
            return
        formset.save(commit=False)
        kept = [*formset.new_objects, *(row for row, _names in formset.changed_objects)]
        for membership in sorted(kept, key=leads_no_campaign):  # or a change of leads is refused
            keep_membership(membership, by=request.user)


def leads_no_campaign(membership: Membership) -> bool:
    return membership.role != Role.LEAD or not membership.active


def keep_membership(membership: Membership, *, by: Any) -> None:
    """Add or change a member as it stands in a form."""
    assert isinstance(by, User)
    role, pool = Role(membership.role), Pool(membership.pool)
    if membership._state.adding:
        made = add_member(
            campaign=membership.campaign, person=membership.person, role=role, pool=pool, by=by
        )
        membership.pk = made.pk
        membership._state.adding = False
        return
    change_member(membership=membership, role=role, pool=pool, active=membership.active, by=by)
