"""One of a team's people: their numbers, a pause, and the end of their work for the team."""

from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotate.errors.team import NotTheirLead
from annotate.forms.confirming import ConfirmForm
from annotate.forms.gold import PauseForm
from annotate.forms.team import AnswerForm
from annotate.models import Candidate, Demonstration, Membership, Ranking, Team
from annotate.selectors.care import covered_prompts
from annotate.selectors.mate import days_of_mate, judged_lately, mates_in_numbers
from annotate.selectors.pause import BY_TEAM, standing_of
from annotate.selectors.submission import Judgement
from annotate.selectors.team import mates_led_by, mates_seen_by, teams_seen_by, texts_read_by
from annotate.services.team import lift_mates, offboard_mates, pause_mates
from annotate.views.confirming import Done, Question, ask_and_do
from annotate.views.looks import note_person
from annotate.views.tables import file_asked_for
from annotate.views.team.tables import days_table, mates_table, name_of
from commons.views.requests import AuthedRequest

EXCERPT = 300  # characters of an answer that was ranked


@login_required
@require_safe
def person(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    team = get_object_or_404(teams_seen_by(request.user), uuid=uuid)
    mine = _seen(request, team, person)
    who = mine[0].person
    numbers = mates_table(mates_in_numbers(mine), team, reader=request.user)
    tables = [numbers, days_table(days_of_mate(mine))]
    if file := file_asked_for(request, tables, [each.campaign for each in mine]):
        return file
    note_person(request, who, [each.campaign for each in mine])
    led = list(mates_led_by(request.user).filter(team=team, person=who))
    by_team = {each.membership_id: each for each in standing_of(led).filter(BY_TEAM)}
    context = {
        "team": team,
        "name": name_of(team),
        "who": who,
        "tables": [each.addressed(request) for each in tables],
        "pauses": standing_of(mine),
        "may_pause": any(each.active and each.pk not in by_team for each in led),
        "may_lift": any(not each.decision for each in by_team.values()),
        "may_offboard": any(each.active for each in led),
        "may_read": texts_read_by(request.user).filter(team=team, person=who).exists(),
    }
    return render(request, "annotate/team_person.html", context)


def _seen(request: AuthedRequest, team: Team, person: UUID) -> list[Membership]:
    mine = list(mates_seen_by(request.user).filter(team=team, person__uuid=person))
    if not mine:
        raise Http404
    return mine


@login_required
@require_safe
def read(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    """What they handed in last, where a lead of the campaign lets it be read: written down."""
    team = get_object_or_404(teams_seen_by(request.user), uuid=uuid)
    mine = list(texts_read_by(request.user).filter(team=team, person__uuid=person))
    if not mine:
        raise Http404
    note_person(request, mine[0].person, [each.campaign for each in mine])
    rows = judged_lately(mine)
    context = {
        "team": team,
        "who": mine[0].person,
        "rows": _to_read(rows),
        "covered": covered_prompts(request.user, [(row.campaign_id, row.prompt) for row in rows]),
    }
    return render(request, "annotate/team_read.html", context)


def _to_read(rows: list[Judgement]) -> list[tuple[Judgement, list[list[str]], str]]:
    """Each with the tiers of its ranking, best first, or with what was written."""
    names = [
        name for row in rows if isinstance(row, Ranking) for tier in row.tiers for name in tier
    ]
    texts = {
        str(each.uuid): each.text[:EXCERPT] for each in Candidate.objects.filter(uuid__in=names)
    }
    return [
        (
            row,
            [[texts[name] for name in tier] for tier in row.tiers]
            if isinstance(row, Ranking)
            else [],
            row.text if isinstance(row, Demonstration) else row.reason,
        )
        for row in rows
    ]


@login_required
@require_http_methods(["GET", "POST"])
def pause(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    team, mine = _led(request, uuid, person)
    name = mine[0].person.display_name
    question = Question(
        title=_("Pause %(name)s?") % {"name": name},
        says=_(
            "They are given nothing more where they work for this team, until you or a lead of the "
            "campaign lifts it. What is on their screen may be handed in, and counts. They read "
            "the reason and may answer; a lead of the campaign reads the answer."
        ),
        yes=_("Pause"),
        back=_page_of(team, person),
        where=name_of(team),
    )

    def act(form: forms.Form) -> Done:
        reason = form.cleaned_data["reason"]
        _refuse_none(pause_mates(mates=mine, reason=reason, by=request.user))
        return Done(_("%(name)s is paused.") % {"name": name}, _page_of(team, person))

    return ask_and_do(request, question, act, touched=None, form_class=PauseForm)


@login_required
@require_http_methods(["GET", "POST"])
def lift(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    team, mine = _led(request, uuid, person)
    name = mine[0].person.display_name
    question = Question(
        title=_("Let %(name)s work again?") % {"name": name},
        says=_(
            "What a lead of this team has paused is lifted. What a lead of the campaign, or the "
            "silent checks have paused stays so."
        ),
        yes=_("Lift the pause"),
        back=_page_of(team, person),
        where=name_of(team),
    )

    def act(form: forms.Form) -> Done:
        answer = form.cleaned_data["answer"]
        _refuse_none(lift_mates(mates=mine, answer=answer, by=request.user))
        said = _("%(name)s is given work again.")
        if any(not each.is_by_team for each in standing_of(mine)):
            said = _("Lifted. What leads of the campaign or its checks have paused stays so.")
        elif standing_of(mine).exists():
            said = _("Lifted. What leads of the campaign have upheld stays so.")
        return Done(said % {"name": name}, _page_of(team, person))

    return ask_and_do(request, question, act, touched=None, form_class=AnswerForm)


@login_required
@require_http_methods(["GET", "POST"])
def offboard(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    team, mine = _led(request, uuid, person)
    name = mine[0].person.display_name
    question = Question(
        title=_("Take %(name)s out?") % {"name": name},
        says=_(
            "Wherever they work for this team they hold nothing from now on: their items go to "
            "others at once. What they were writing is kept and may still be handed in; what they "
            "did counts and is paid. A lead of the campaign can let them in again."
        ),
        yes=_("Take them out"),
        back=_page_of(team, person),
        where=name_of(team),
        is_grave=True,
    )

    def act(form: forms.Form) -> Done:
        _refuse_none(offboard_mates(mates=mine, by=request.user))
        there = reverse("annotate:team", args=[team.uuid])
        return Done(_("%(name)s is taken out and holds nothing.") % {"name": name}, there)

    return ask_and_do(request, question, act, touched=None, form_class=ConfirmForm)


def _led(request: AuthedRequest, uuid: UUID, person: UUID) -> tuple[Team, list[Membership]]:
    mine = list(mates_led_by(request.user).filter(team__uuid=uuid, person__uuid=person))
    if not mine or mine[0].team is None:
        raise Http404
    return mine[0].team, mine


def _refuse_none(done: int) -> None:
    if not done:
        raise NotTheirLead


def _page_of(team: Team, person: UUID) -> str:
    return reverse("annotate:team_person", args=[team.uuid, person])
