"""What is stored about how a person works, for that person."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate.effort import Effort
from annotate.enums import Kind
from annotate.forms.ranking import LETTERS
from annotate.models import Ranking
from annotate.selectors.care import own_covered_prompts
from annotate.selectors.own_quality import own_figures
from annotate.selectors.stored import Stored, stored_about
from annotate.selectors.submission import Judgement
from annotate.selectors.team import teams_worked_for
from annotate.views.own_figures import report_told
from annotate.views.tables import file_asked_for
from commons.views.requests import AuthedRequest

EXCERPT = 80  # characters


@dataclass(frozen=True)
class StoredShown:
    judgement: Judgement
    kind: str
    effort: Effort | None
    pasted_percent: int | None
    answers: list[tuple[str, str]]  # a letter, and how its answer begins


@login_required
@require_safe
def stored(request: AuthedRequest) -> HttpResponse:
    """What reports say of oneself, the newest judgements with all that is measured beside them,
    why, and who sees it."""
    figures = [(each, report_told(each)) for each in own_figures(request.user)]
    measured = [told for _of, told in figures if told]
    if file := file_asked_for(request, [each.parts for each in measured]):
        return file
    rows = [shown(row) for row in stored_about(request.user)]
    teams = teams_worked_for(request.user)
    listed = [(each.judgement.campaign_id, each.judgement.prompt) for each in rows]
    context = {
        "rows": rows,
        "teams": teams,
        "covered": own_covered_prompts(request.user, listed),
        "measured": [each.addressed(request) for each in measured],
        "unmeasured": [each for each, told in figures if told is None],
    }
    return render(request, "annotate/stored.html", context)


def shown(row: Stored) -> StoredShown:
    share = row.effort.pasted_share if row.effort else None
    kind = Kind.RANK if isinstance(row.judgement, Ranking) else Kind.DEMONSTRATE
    return StoredShown(
        judgement=row.judgement,
        kind=str(kind.label),
        effort=row.effort,
        pasted_percent=None if share is None else round(100 * share),
        answers=[
            (letter, answer.text[:EXCERPT])
            for letter, answer in zip(LETTERS, row.shown, strict=False)
        ],
    )
