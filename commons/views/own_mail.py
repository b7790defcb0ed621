"""What one is told by e-mail of what happens to oneself, and whether it arrived."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commons.models import PERSONAL, NoticeKind
from commons.notices.channels import replay
from commons.notices.personal import choose_own_mail, own_deliveries, own_mail_of, wanted_by
from commons.views.requests import AuthedRequest

SHOWN = 50  # lines of the log


class OwnMailForm(forms.Form):
    kinds = forms.TypedMultipleChoiceField(
        choices=[(kind.value, kind.label) for kind in PERSONAL],
        coerce=NoticeKind,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label=gettext_lazy("Tell me when"),
        help_text=gettext_lazy("It says what happened, and no text of an item. None: no mail."),
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=gettext_lazy("Language of mail"))


@login_required
@require_http_methods(["GET", "POST"])
def own_mail(request: AuthedRequest) -> HttpResponse:
    person = request.user
    initial = {
        "kinds": list(wanted_by(own_mail_of(person))),
        "language": person.language or get_language(),
    }
    form = OwnMailForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        choose_own_mail(kinds=said["kinds"], language=said["language"], by=person)
        messages.success(request, _("Saved."))
        return redirect("commons:own_mail")
    context = {
        "form": form,
        "mail_is_set_up": settings.MAIL_IS_SET_UP,
        "deliveries": own_deliveries(person)[:SHOWN],
        "again": "commons:own_mail_again",
    }
    return render(request, "commons/own_mail.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def again(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Send one of one's own once more; a worker does within a minute."""
    delivery = get_object_or_404(own_deliveries(request.user), uuid=uuid)
    if replay(delivery=delivery, by=request.user):
        messages.success(request, _("It is on its way once more."))
    return redirect("commons:own_mail")
