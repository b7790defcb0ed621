"""A lead tells people something and sees who has read it; they read it on their desk."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from annotate.errors import AnnotateError
from annotate.models import Campaign, Membership
from annotate.selectors.announcement import announcements_of, announcements_to, readers_of
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.invitation import members_of
from annotate.services.announcement import announce, read_announcement
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest

PAGE = 20
LONGEST = 5_000


class MembersField(forms.ModelMultipleChoiceField[Membership]):
    """Members, by name and user name."""

    def label_from_instance(self, obj: Membership) -> str:
        return f"{obj.person.display_name} ({obj.person.username})"


class AnnouncementForm(forms.Form):
    """``uuid`` is the new announcement's: sent a second time, the form makes no second one."""

    uuid = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    text = forms.CharField(
        max_length=LONGEST,
        label=gettext_lazy("What you say"),
        help_text=gettext_lazy("Markdown. It is not changed afterwards."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    to = MembersField(
        queryset=Membership.objects.none(),
        required=False,
        label=gettext_lazy("To whom"),
        help_text=gettext_lazy("Nobody chosen: to everybody who is in the team now."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def announcements(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = AnnouncementForm(request.POST if request.method == "POST" else None)
    form.fields["to"].queryset = _told(campaign, request)  # type: ignore[attr-defined]
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = announce(
                campaign=campaign,
                text=said["text"],
                to=list(said["to"]),
                by=request.user,
                uuid=said["uuid"],
            )
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            count = made.readers.count()
            told = ngettext("One person is told.", "%(count)d people are told.", count)
            messages.success(request, told % {"count": count})
            return redirect("annotate:announcements", uuid=uuid)
    page = Paginator(announcements_of(campaign), PAGE).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "form": form,
        "page": page,
        "shown": [(each, render_markdown(each.text), readers_of(each)) for each in page],
    }
    return render(
        request, "annotate/announcements.html", context, status=422 if form.is_bound else 200
    )


def _told(campaign: Campaign, request: AuthedRequest) -> object:
    return members_of(campaign).filter(active=True).exclude(person=request.user)


@login_required
@require_POST
def read(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    found = get_object_or_404(announcements_to(request.user), uuid=uuid)
    read_announcement(announcement=found, by=request.user)
    return redirect("annotate:desk")
