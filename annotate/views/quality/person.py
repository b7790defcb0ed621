"""One rater: evidence for a person who reads the judgements."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from annotate.models import QualityReport, Rater, RaterPair, RaterQuality
from annotate.selectors.finding import told_of
from annotate.selectors.gold import person_counts, rules_of
from annotate.selectors.pause import paused_in
from annotate.selectors.quality_slices import pairs_with
from annotate.views.leads import leads_only
from annotate.views.looking import ALL_OF_IT, Looking, looking_at
from annotate.views.looks import note_person
from annotate.views.quality.cells import (
    asked_in,
    checks_of,
    consistency_of,
    estimate_of,
    pair_cells,
    pair_columns,
    rater_link,
    shared,
    verdict_of,
)
from annotate.views.quality.framing import frame, report_of
from annotate.views.quality.parts import agrees_here, part_tables
from annotate.views.quality.people import PAIRS
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.views.requests import AuthedRequest


@leads_only
@require_safe
def rater(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What is known of one rater's judgements in a campaign: evidence for a person to read."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    who = get_object_or_404(Rater.objects.select_related("user"), uuid=uuid)
    row = report.raters.filter(rater=who).first() if report else None
    if report is None or row is None:
        raise Http404
    row.rater = who
    tables = [
        *part_tables(looking, report, who),
        _flags_table(looking, row),
        _with_others_table(looking, report, who),
        _alike_table(row),
    ]
    tables = [each for each in tables if each.rows]
    if file := file_asked_for(request, tables, looking.wanting.campaigns):
        return file
    note_person(request, who, looking.wanting.campaigns)
    theirs = partial(looking.explore, by=str(who.uuid))
    context = {
        **frame(looking, report, "annotate:raters"),
        "here_they_agree": agrees_here(looking, report, who),
        "who": who,
        "row": row,
        "pauses": paused_in([report.campaign]).filter(membership__person=who.user),
        "facts": _facts(row, report),
        "tables": [each.addressed(request) for each in tables],
        "findings": [each for each in told_of([report]) if str(who.uuid) in each.href],
        "rankings": theirs(),
        "apart": theirs(agreement="apart"),
        "written": theirs(show="demonstrations"),
    }
    return render(request, "annotate/rater.html", context)


def _facts(row: RaterQuality, report: QualityReport) -> list[tuple[str, Cell, str]]:
    """Name, figure, and what it must not be taken for."""
    said = row.figures
    others = report.slices.filter(measure="agreement", facet="overall").first()
    facts = [
        (_("Consistency"), consistency_of(row), _("A coin has 0.5.")),
        (
            _("Agrees with others"),
            estimate_of(said.get("agreement")),
            _("The campaign's figure is %(value).2f.") % {"value": others.value} if others else "",
        ),
        _checks(row, report),
        (_("Evidence at every look"), verdict_of(row), _evidence(said.get("shown"))),
        (
            _("Faster than one reads"),
            estimate_of(said.get("hurried")),
            _("A prompt that was read before is quick with reason."),
        ),
        (
            _("Pasted of what was written"),
            estimate_of(said.get("pasted")),
            _("A text written in an editor is pasted too."),
        ),
        (
            _("Longer than others write"),
            estimate_of(said.get("verbosity")),
            _("0 is as long, 0.69 twice as long; a subject may take words."),
        ),
    ]
    for feature, label in FEATURES.items():
        if found := said.get(f"leans_{feature}"):
            words = _("in logits; corrected chance %(p).3f") % {"p": found["chance"]}
            facts.append((str(label), estimate_of(found), words))
    return [each for each in facts if each[1].text != "–"]


FEATURES = {
    "position": gettext_lazy("Takes what stands first"),
    "length": gettext_lazy("Takes longer answers, beyond the others"),
    "markdown": gettext_lazy("Takes Markdown, beyond the others"),
    "refusal": gettext_lazy("Takes refusals, beyond the others"),
}


def _checks(row: RaterQuality, report: QualityReport) -> tuple[str, Cell, str]:
    least = rules_of(report.campaign).least_items
    who = row.rater.user
    found = person_counts([report.campaign], least=least, person=who) if who else []
    seen = found[0].seen if found else 0
    said = ngettext("%(n)d silent check.", "%(n)d silent checks.", seen) % {"n": seen}
    return _("As checks should be"), checks_of(found[0] if found else None), said


def _evidence(shown: Mapping[str, Any] | None) -> str:
    if not shown or not shown["after"]:
        return _("Nothing is refuted yet.")
    return _("Shown after %(count)d judgements.") % {"count": shown["after"]}


def _flags_table(looking: Looking, row: RaterQuality) -> Table:
    columns = (
        Column(_("Flag")),
        Column(_("Says what is so"), is_drawn=True),
        Column(_("Judged"), is_number=True),
    )
    rows = [
        (
            Cell(name, looking.explore(**ALL_OF_IT, by=str(row.rater.uuid), flag=name)),
            estimate_of(each),
            Cell(each["n"]),
        )
        for name, each in row.figures.get("flags", {}).items()
    ]
    about = _("Of the whole campaign.") if looking.is_narrowed else ""
    return Table("flags", _("Flags"), columns, rows, about)


def _with_others_table(looking: Looking, report: QualityReport, who: Rater) -> Table:
    asked = asked_in(report)
    columns = (
        Column(_("With")),
        *pair_columns(asked),
    )
    rows = [
        (
            Cell(str(other), rater_link(looking, other)),
            *pair_cells(each, shared(looking, who, other), asked),
        )
        for each in pairs_with(report, who.pk)
        for other in [_other(each, who)]
    ]
    about = _("Of the whole campaign.") if looking.is_narrowed else ""
    return Table("with", _("With each of the others"), columns, rows, about, most=PAIRS)


def _other(pair: RaterPair, who: Rater) -> Rater:
    return pair.other if pair.one_id == who.pk else pair.one


def _alike_table(row: RaterQuality) -> Table:
    """Written answers that share most words with a model's: to be read, not to be judged by."""
    columns = (Column(_("Prompt")), Column(_("Words shared with a model's answer"), is_number=True))
    found: Sequence[Sequence[Any]] = row.figures.get("alike", {}).get("prompts", [])
    rows = [
        (Cell(uuid[:8], reverse("annotate:life", args=[uuid])), Cell(share, is_share=True))
        for uuid, share in found
    ]
    about = _("Who began from a candidate, where that is allowed, shares words with reason.")
    return Table("alike", _("Written answers like a model's"), columns, rows, about=about)
