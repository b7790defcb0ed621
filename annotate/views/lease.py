"""Who has what: the turns of a campaign that are out, and what its leads do about them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.enums import Hold
from annotate.errors import AnnotateError
from annotate.forms.assignment import AskForm, ExtendForm
from annotate.models import Assignment, Task
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.care import cover_of, covered_prompts
from annotate.selectors.hold import as_read_by, may_decide
from annotate.selectors.lease import (
    items_called,
    items_led_by,
    live_leases,
    people_to_ask,
    reserved_turns,
    turns_led_by,
    turns_of_item,
    with_what_is_shown,
)
from annotate.selectors.stranded import stranded_in, team_of
from annotate.selectors.submission import history_of
from annotate.services.lease import (
    OUT,
    extend_lease,
    hand_over_turn,
    reserve_turn,
    take_back_turn,
)
from annotate.views.looks import note_item, note_people
from annotate.views.reading import asked, lettered
from commons.models import User
from commons.views.requests import AuthedRequest

PAGE = 50
MOST_RESERVED = 200


@login_required
@require_safe
def leases(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The live leases, the turns set aside, and the work that nobody can do."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    name = request.GET.get("item", "").strip()
    found = items_called(campaign, name)
    if len(found) == 1:
        return redirect("annotate:item", uuid=found[0].uuid)
    pages = Paginator(with_what_is_shown(live_leases(campaign)), PAGE)
    page = pages.get_page(request.GET.get("page"))
    reserved = list(with_what_is_shown(reserved_turns(campaign))[:MOST_RESERVED])
    stranded = stranded_in(campaign)
    tasks = [*found, *(turn.task for turn in [*page.object_list, *reserved])]
    tasks += [task for lane in stranded for task in lane.examples]
    note_people(request, [campaign])
    context = {
        "campaign": campaign,
        "page": page,
        "reserved": reserved,
        "stranded": stranded,
        "covered": covered_prompts(request.user, [(campaign.pk, task.prompt) for task in tasks]),
        "asked": name,
        "found": found,
    }
    return render(request, "annotate/leases.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def item(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One item with its turns; POST asks a named person to do it."""
    task = get_object_or_404(items_led_by(request.user), uuid=uuid)
    form = ask_form(request, task)
    if form.is_valid():
        person, turn = form.cleaned_data["person"], form.cleaned_data["instead_of"]
        try:
            ask(task, person, turn, by=request.user)
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            said = _("Set aside for %(name)s: they get it as soon as they ask for work.")
            messages.success(request, said % {"name": person.display_name})
            return redirect("annotate:item", uuid=task.uuid)
    return item_page(request, task, form)


def ask_form(request: AuthedRequest, task: Task) -> AskForm:
    return AskForm(
        people=User.objects.filter(memberships__campaign=task.campaign_id),
        offered=offered_people(task),
        turns=task.assignments.select_related("person").filter(state__in=OUT),
        data=request.POST if request.method == "POST" else None,
    )


def offered_people(task: Task) -> list[tuple[str, str]]:
    """Who may be asked; those whom the queue would not ask are told apart."""
    fit = {mate.pk for mate in team_of(task.campaign) if mate.fits(task.lane)}
    unfit = _("%(name)s (does not hold what it asks)")
    return [
        (str(each.uuid), (unfit, "%(name)s")[each.pk in fit] % {"name": each.display_name})
        for each in people_to_ask(task)
    ]


def ask(task: Task, person: User, turn: Assignment | None, *, by: User) -> None:
    if turn is None:
        reserve_turn(task=task, person=person, by=by)
    else:
        hand_over_turn(assignment=turn, person=person, by=by)


def item_page(request: AuthedRequest, task: Task, form: AskForm) -> HttpResponse:
    note_item(request, task, [task.campaign])
    [report] = as_read_by(request.user, [task])
    context = {
        "task": task,
        "campaign": task.campaign,
        "cover": cover_of(request.user, campaign=task.campaign_id, prompt=task.prompt),
        "turns": asked(task.prompt),
        "answers": lettered(report.answers),
        "said": report.said,
        "people": turns_of_item(task),
        "history": history_of(task),
        "may_decide": bool(task.held) and may_decide(request.user, task, Hold(task.held)),
        "form": form,
    }
    return render(request, "annotate/item.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def take_back(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Take a lease back, or give up a turn that was set aside."""
    turn = turn_of(request, uuid)
    try:
        take_back_turn(assignment=turn, by=request.user)
    except AnnotateError as refused:
        messages.error(request, str(refused))
    else:
        said = _("Taken back from %(name)s; the item goes to somebody else.")
        messages.success(request, said % {"name": turn.person.display_name})
    return back(request, turn)


@login_required
@require_POST
def extend(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Let a person keep an item for some minutes more."""
    turn = turn_of(request, uuid)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say for how many minutes more: 1 to 10,080, a week."))
        return back(request, turn)
    try:
        extend_lease(assignment=turn, minutes=form.cleaned_data["minutes"], by=request.user)
    except AnnotateError as refused:
        messages.error(request, str(refused))
    else:
        said = _("%(name)s has %(minutes)d minutes more.")
        minutes = form.cleaned_data["minutes"]
        messages.success(request, said % {"name": turn.person.display_name, "minutes": minutes})
    return back(request, turn)


def turn_of(request: AuthedRequest, uuid: UUID) -> Assignment:
    mine = turns_led_by(request.user).select_related("task__campaign", "person")
    return get_object_or_404(mine, uuid=uuid)


def back(request: AuthedRequest, turn: Assignment) -> HttpResponse:
    """To the item where one came from it, else to the list."""
    if request.POST.get("back") == "item":
        return redirect("annotate:item", uuid=turn.task.uuid)
    return redirect("annotate:leases", uuid=turn.task.campaign.uuid)
