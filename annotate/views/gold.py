"""Items whose right order is known: a lead makes them, says how they are used, retires them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotate.enums import LanePurpose
from annotate.errors import AnnotateError
from annotate.forms.gold import GoldForm, GoldRulesForm, said_of_rules
from annotate.forms.ranking import LETTERS, ranks_of
from annotate.models import Qualification, Task
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.care import cover_of, covered_prompts
from annotate.selectors.gold import (
    Suggestion,
    golds_led_by,
    golds_of,
    person_counts,
    rules_of,
    unanimous,
)
from annotate.selectors.lease import items_led_by
from annotate.selectors.review import candidates_of
from annotate.services.gold import make_gold, retire_gold, set_gold_rules
from annotate.views.looks import note_item, note_people
from annotate.views.reading import conversation, lettered
from commons.views.requests import AuthedRequest

PAGE = 50
VOTES = 3  # people who must agree before an item is suggested, unless a lead asks for others
FEWEST, MOST = 2, 9


@login_required
@require_http_methods(["GET", "POST"])
def golds(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The items, what came of them and of whom, and the campaign's rules, which POST sets."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    rules = rules_of(campaign)
    sent = request.POST if request.method == "POST" else None
    form = GoldRulesForm(sent, initial=said_of_rules(rules))
    if form.is_valid():
        set_gold_rules(campaign=campaign, by=request.user, **form.rules())
        messages.success(request, _("These rules hold from now on."))
        return redirect("annotate:golds", uuid=uuid)
    votes = votes_asked(request)
    page = Paginator(golds_of(campaign), PAGE).get_page(request.GET.get("page"))
    suggestions = unanimous(campaign, votes=votes)
    note_people(request, [campaign])
    tasks = [each.task for each in page.object_list] + [each.task for each in suggestions]
    context = {
        "campaign": campaign,
        "form": form,
        "page": page,
        "covered": covered_prompts(request.user, [(campaign.pk, each.prompt) for each in tasks]),
        "people": person_counts([campaign], least=rules.least_items),
        "least": rules.least_items,
        "votes": votes,
        "suggestions": [(each, in_letters(each)) for each in suggestions],
    }
    status = 422 if sent is not None else 200
    return render(request, "annotate/golds.html", context, status=status)


def votes_asked(request: AuthedRequest) -> int:
    said = request.GET.get("votes", "")
    return min(max(int(said), FEWEST), MOST) if said.isdecimal() else VOTES


def in_letters(suggestion: Suggestion) -> str:
    """The common order by the letters that the page of making it shows."""
    letters = dict(zip(suggestion.task.offered, LETTERS, strict=False))
    tiers = [" = ".join(sorted(letters[each] for each in tier)) for tier in suggestion.tiers]
    return " > ".join(tiers)


@login_required
@require_http_methods(["GET", "POST"])
def make(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The right order of one item; a suggestion is filled in."""
    task = get_object_or_404(items_led_by(request.user), uuid=uuid)
    sent = request.POST if request.method == "POST" else None
    form = GoldForm(sent, campaign=task.campaign, answers=task.offered, initial=starts_of(task))
    if form.is_valid():
        try:
            gold = make_gold(
                task=task,
                answer=form.answer(),
                purpose=LanePurpose(form.cleaned_data["purpose"]),
                qualification=form.cleaned_data["qualification"],
                explanation=form.cleaned_data["explanation"],
                by=request.user,
            )
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept: nobody judges this item as work from now on."))
            return redirect(after_making(gold.qualification), uuid=task.campaign.uuid)
    note_item(request, task, [task.campaign])
    shown = candidates_of(task, task.offered)
    context = {
        "task": task,
        "campaign": task.campaign,
        "cover": cover_of(request.user, campaign=task.campaign_id, prompt=task.prompt),
        "turns": conversation(task.prompt.messages),
        "answers": zip(lettered(shown), form.ranks(), strict=True),
        "form": form,
        "is_suggested": sent is None and bool(form.initial),
    }
    status = 422 if sent is not None else 200
    return render(request, "annotate/gold_make.html", context, status=status)


def after_making(test: Qualification | None) -> str:
    return "annotate:qualifications" if test else "annotate:golds"


def starts_of(task: Task) -> dict[str, object]:
    """The order on which all agreed, where they did."""
    found = [each for each in unanimous(task.campaign, votes=FEWEST) if each.task.pk == task.pk]
    return dict(ranks_of({"tiers": list(found[0].tiers)})) if found else {}


@login_required
@require_POST
def retire(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    gold = get_object_or_404(golds_led_by(request.user), uuid=uuid)
    retire_gold(gold=gold, by=request.user)
    messages.success(request, _("Retired: nobody is given it any more; what came of it is kept."))
    return redirect(after_making(gold.qualification), uuid=gold.campaign.uuid)
