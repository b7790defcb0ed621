"""Memberships, wherever a page of the admin changes them: by the service that leads' pages use.

Whoever leaves is made inactive. A membership is never deleted: what was decided over its person's
pauses hangs on it.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from annotate.enums import Pool, Role
from annotate.errors import LastLead
from annotate.models import Membership
from annotate.selectors.invitation import other_leads
from annotate.services.campaign import add_member
from annotate.services.member import change_member
from commons.models import User


class MembershipForm(forms.ModelForm[Membership]):
    """Role, pool and whether it stands may change; whose it is and where may not."""

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if self.instance.pk and said is not None:
            self._check(said)
        return said

    def _check(self, said: dict[str, Any]) -> None:
        if {"person", "campaign"} & set(self.changed_data):
            raise forms.ValidationError(
                _("A membership stays its person’s and its campaign’s: add another one instead.")
            )
        was = Membership.objects.get(pk=self.instance.pk)
        leads_on = said.get("role") == Role.LEAD and said.get("active")
        if was.role == Role.LEAD and was.active and not leads_on and not other_leads(was).exists():
            raise forms.ValidationError(str(LastLead(was.person.display_name)))


class MembershipInline(admin.TabularInline[Membership, Any]):
    """Among the rows of a campaign or of a person."""

    model = Membership
    form = MembershipForm
    extra = 0
    # A pause has a reason: on a lead's page or among the memberships. A team is set on a member's
    # page, where what was counted for it is counted anew.
    readonly_fields = ("paused", "team")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class KeepsMemberships:
    """For an admin with such an inline: its rows are kept by the services."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Membership:
            super().save_formset(request, form, formset, change)  # type: ignore[misc]  # a mixin
            return
        formset.save(commit=False)
        for membership in formset.new_objects:
            keep_membership(membership, by=request.user)
        for membership, _names in formset.changed_objects:
            keep_membership(membership, by=request.user)


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
        if membership.active:
            return
    change_member(membership=membership, role=role, pool=pool, active=membership.active, by=by)
