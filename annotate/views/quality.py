"""Behind the dashboard: agreement by slice, raters and pairs of them, one rater, leanings."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from annotate.models import AgreementSlice, QualityReport, Rater, RaterPair, RaterQuality
from annotate.selectors.quality import (
    newest_reports,
    pairs_in,
    pairs_with,
    raters_in,
    slice_of,
    slices_by,
    trend_of,
)
from annotate.stats.bias.careless import Verdict
from annotate.views.finding import told_of
from annotate.views.leads import leads_only
from annotate.views.looking import Looking, looking_at
from annotate.views.tables import Cell, Column, Found, Table, file_asked_for
from commons.views.requests import AuthedRequest

PAIRS = 200
MEASURES = ("agreement", "tau", "alpha", "w")
VERDICTS = {
    Verdict.OPEN: gettext_lazy("not shown yet"),
    Verdict.ATTENTIVE: gettext_lazy("better than chance"),
    Verdict.WEAK: gettext_lazy("below what others reach"),
    Verdict.CARELESS: gettext_lazy("no better than a coin"),
}


@leads_only
@require_safe
def quality(request: AuthedRequest) -> HttpResponse:
    """How far people agree: overall, by slice and by question."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    tables = _agreement_tables(looking, report) if report else []
    if file := file_asked_for(request, tables):
        return file
    context = {
        **frame(looking, report, "annotate:quality"),
        "tables": [each.addressed(request) for each in tables],
        "trend": trend_of(report, looking.wanting, "agreement") if report else [],
        "findings": _findings(report, looking, "ambiguous"),
        "apart": looking.explore(agreement="apart"),
    }
    return render(request, "annotate/quality.html", context)


def report_of(looking: Looking) -> QualityReport | None:
    campaign = looking.wanting.campaign
    return newest_reports([campaign]).get(campaign.pk) if campaign else None


def frame(looking: Looking, report: QualityReport | None, here: str) -> dict[str, object]:
    """What every page behind the dashboard shows."""
    campaign = looking.wanting.campaign
    last = campaign.quality_reports.order_by("-pk").first() if campaign else None
    return {
        "looking": looking,
        "report": report,
        "last": last,
        "campaign": campaign,
        "here": here,
    }


def _findings(report: QualityReport | None, looking: Looking, begins: str) -> list[Any]:
    found = told_of([report], looking) if report else []
    return [each for each in found if each.sort.startswith(begins)]


def _agreement_tables(looking: Looking, report: QualityReport) -> list[Table]:
    tables = [_whole_table(looking, report)]
    for facet, label in (("skill", _("By skill")), ("language", _("By language"))):
        tables.append(_facet_table(looking, report, facet, label))
    tables += [
        _facet_table(looking, report, "week", _("By week")),
        _part_table(report, "agreement", "kind", _("By answers offered"), _answers),
        _part_table(report, "agreement", "strength", _("By strength"), _strength),
        _part_table(report, "alpha", "flag", _("Flags: α"), str),
        _part_table(report, "alpha", "rating", _("Ratings: α"), str),
        _kappa_table(report),
    ]
    return [each for each in tables if each.rows or each.key in ("whole", "skill")]


def _whole_table(looking: Looking, report: QualityReport) -> Table:
    found = [slice_of(report, looking.wanting, each) for each in MEASURES]
    return Table(
        "whole",
        _("Together"),
        _figure_columns(_("Figure")),
        [
            (Cell(str(each.get_measure_display())), *figure_cells(each))
            for each in found
            if each is not None
        ],
        about=_(
            "Of items that several people judged by chance; a tie against a preference is half an "
            "agreement. The human ceiling of a reward model is the first line."
        ),
        empty=_("Fewer than five prompts were judged by two people: nothing can be said yet."),
    )


def _figure_columns(first: str) -> tuple[Column, ...]:
    return (
        Column(first),
        Column(_("Value and 95 % interval"), is_drawn=True),
        Column(_("By chance"), is_number=True),
        Column(_("Prompts"), is_number=True),
    )


def figure_cells(each: AgreementSlice) -> tuple[Cell, Cell, Cell]:
    found = Found(each.value, each.low, each.high)
    return Cell(found=found), Cell(each.chance), Cell(each.prompts)


def _facet_table(looking: Looking, report: QualityReport, facet: str, title: str) -> Table:
    alphas = {
        (each.skill, each.language, each.week): each for each in slices_by(report, "alpha", facet)
    }
    rows = []
    for each in slices_by(report, "agreement", facet):
        name, asked = _named(each, facet)
        alpha = alphas.get((each.skill, each.language, each.week))
        beside = Cell(found=Found(alpha.value, alpha.low, alpha.high)) if alpha else Cell()
        link = looking.explore(**asked, agreement="apart")
        rows.append((Cell(name, link), *figure_cells(each), beside))
    columns = (*_figure_columns(title.removeprefix("By ").capitalize()), Column("α"))
    return Table(facet, title, columns, rows, empty=_("No slice has five prompts yet."))


def _named(each: AgreementSlice, facet: str) -> tuple[str, dict[str, str]]:
    if facet == "week":
        assert each.week is not None  # of the facet
        said = f"{each.week:%G-W%V}"
        return said, {"week": said}
    value = str(getattr(each, facet))
    return value or _("any"), {facet: value}


def _answers(said: str) -> str:
    return _("%(count)s answers") % {"count": said}


def _strength(said: str) -> str:
    named = {"1": _("slightly better"), "2": _("better"), "3": _("significantly better")}
    return named.get(said, said)


def _part_table(report: QualityReport, measure: str, facet: str, title: str, named: Any) -> Table:
    rows = [
        (Cell(named(each.part)), *figure_cells(each)) for each in slices_by(report, measure, facet)
    ]
    return Table(facet, title, _figure_columns(_("Part")), rows)


def _kappa_table(report: QualityReport) -> Table:
    columns = (
        Column(_("Rating")),
        Column(_("Pairs of raters"), is_number=True),
        Column(_("Lowest"), is_number=True),
        Column(_("Median"), is_number=True),
        Column(_("Highest"), is_number=True),
    )
    rows = [
        (
            Cell(name),
            Cell(each["pairs"]),
            *(Cell(each[at]) for at in ("lowest", "median", "highest")),
        )
        for name, each in report.figures.get("kappas", {}).items()
    ]
    return Table("kappa", _("Ratings: weighted κ of every two raters"), columns, rows)


@leads_only
@require_safe
def raters(request: AuthedRequest) -> HttpResponse:
    """Everybody whose judgements were doubled, and every two of them."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    tables = [_raters_table(looking, report), _pairs_table(report)] if report else []
    if file := file_asked_for(request, tables):
        return file
    context = {
        **frame(looking, report, "annotate:raters"),
        "tables": [each.addressed(request) for each in tables],
        "findings": [
            each
            for begins in ("careless", "weak", "position")
            for each in _findings(report, looking, begins)
        ],
    }
    return render(request, "annotate/quality.html", context)


def _raters_table(looking: Looking, report: QualityReport) -> Table:
    columns = (
        Column(_("Rater")),
        Column(_("Items doubled"), is_number=True),
        Column(_("Consistency"), is_drawn=True),
        Column(_("Agrees with others"), is_drawn=True),
        Column(_("Evidence")),
    )
    rows = [
        (
            Cell(str(each.rater), _rater_link(looking, each.rater)),
            Cell(each.doubled),
            _consistency(each),
            _estimate(each.figures.get("agreement")),
            _verdict(each),
        )
        for each in raters_in(report)
    ]
    return Table(
        "raters",
        _("Raters"),
        columns,
        rows,
        about=_(
            "Consistency is the chance that a vote goes the way the answers deserve: a coin has "
            "0.5. Read the interval, not the value: it is wide for whoever judged little."
        ),
        empty=_("Nobody has judged anything that others judged too."),
    )


def _rater_link(looking: Looking, rater: Rater) -> str:
    return f"{reverse('annotate:rater', args=[rater.uuid])}{looking.query}"


def _consistency(each: RaterQuality) -> Cell:
    if each.consistency is None:
        return Cell()
    return Cell(found=Found(each.consistency, each.consistency_low, each.consistency_high))


def _estimate(found: Mapping[str, Any] | None) -> Cell:
    return Cell(found=Found(found["value"], found["low"], found["high"])) if found else Cell()


def _verdict(each: RaterQuality) -> Cell:
    if not each.verdict:
        return Cell()
    verdict = Verdict(each.verdict)
    badge = {Verdict.CARELESS: "bad", Verdict.WEAK: "wait", Verdict.ATTENTIVE: "good"}
    return Cell(str(VERDICTS[verdict]), badge=badge.get(verdict, ""))


def _pairs_table(report: QualityReport) -> Table:
    columns = (
        Column(_("Rater")),
        Column(_("and")),
        Column(_("Agree"), is_drawn=True),
        Column(_("Prompts"), is_number=True),
    )
    return Table(
        "pairs",
        _("Pairs of raters"),
        columns,
        [
            (Cell(str(each.one)), Cell(str(each.other)), _agree(each), Cell(each.prompts))
            for each in pairs_in(report)[:PAIRS]
        ],
        about=_("Those who agree least first. It says that two differ, not who is right."),
        empty=_("No two people share ten prompts yet."),
    )


def _agree(each: RaterPair) -> Cell:
    return Cell(found=Found(each.value, each.low, each.high))


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
    tables = [_flags_table(row), _with_others_table(report, who), _alike_table(row)]
    tables = [each for each in tables if each.rows]
    if file := file_asked_for(request, tables):
        return file
    name = who.user.username if who.user else who.name
    context = {
        **frame(looking, report, "annotate:raters"),
        "who": who,
        "row": row,
        "facts": _facts(row, report),
        "tables": [each.addressed(request) for each in tables],
        "findings": [each for each in told_of([report], looking) if str(who.uuid) in each.href],
        "rankings": looking.explore(rater=name),
        "apart": looking.explore(rater=name, agreement="apart"),
        "written": looking.explore(rater=name, show="demonstrations"),
    }
    return render(request, "annotate/rater.html", context)


def _facts(row: RaterQuality, report: QualityReport) -> list[tuple[str, Cell, str]]:
    """Name, figure, and what it must not be taken for."""
    said = row.figures
    others = report.slices.filter(measure="agreement", facet="overall").first()
    facts = [
        (_("Consistency"), _consistency(row), _("A coin has 0.5.")),
        (
            _("Agrees with others"),
            _estimate(said.get("agreement")),
            _("The campaign's figure is %(value).2f.") % {"value": others.value} if others else "",
        ),
        (_("Evidence at every look"), _verdict(row), _evidence(said.get("shown"))),
        (
            _("Faster than one reads"),
            _estimate(said.get("hurried")),
            _("A prompt that was read before is quick with reason."),
        ),
        (
            _("Pasted of what was written"),
            _estimate(said.get("pasted")),
            _("A text written in an editor is pasted too."),
        ),
    ]
    for feature, label in FEATURES.items():
        if found := said.get(f"leans_{feature}"):
            words = _("in logits; corrected chance %(p).3f") % {"p": found["chance"]}
            facts.append((str(label), _estimate(found), words))
    return [each for each in facts if each[1].text != "–"]


FEATURES = {
    "position": gettext_lazy("Takes what stands first"),
    "length": gettext_lazy("Takes longer answers, beyond the others"),
    "markdown": gettext_lazy("Takes Markdown, beyond the others"),
    "refusal": gettext_lazy("Takes refusals, beyond the others"),
}


def _evidence(shown: Mapping[str, Any] | None) -> str:
    if not shown or not shown["after"]:
        return _("Nothing is refuted yet.")
    return _("Shown after %(count)d judgements.") % {"count": shown["after"]}


def _flags_table(row: RaterQuality) -> Table:
    columns = (
        Column(_("Flag")),
        Column(_("Says what is so"), is_drawn=True),
        Column(_("Judged"), is_number=True),
    )
    rows = [
        (Cell(name), _estimate(each), Cell(each["n"]))
        for name, each in row.figures.get("flags", {}).items()
    ]
    return Table("flags", _("Flags"), columns, rows)


def _with_others_table(report: QualityReport, who: Rater) -> Table:
    columns = (
        Column(_("With")),
        Column(_("Agree"), is_drawn=True),
        Column(_("Prompts"), is_number=True),
    )
    rows = [
        (Cell(str(_other(each, who))), _agree(each), Cell(each.prompts))
        for each in pairs_with(report, who.pk)[:PAIRS]
    ]
    return Table("with", _("With each of the others"), columns, rows)


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


@leads_only
@require_safe
def bias(request: AuthedRequest) -> HttpResponse:
    """What else moves judgements: of the campaign, and of those who lean beyond it."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    tables = [_campaign_leanings(report), _rater_leanings(looking, report)] if report else []
    if file := file_asked_for(request, tables):
        return file
    context = {
        **frame(looking, report, "annotate:bias"),
        "tables": [each.addressed(request) for each in tables],
        "findings": _findings(report, looking, "position"),
    }
    return render(request, "annotate/quality.html", context)


CAMPAIGN_FEATURES = {
    "position": gettext_lazy("Stands first"),
    "length": gettext_lazy("Longer (for e times the length)"),
    "markdown": gettext_lazy("Has Markdown"),
    "refusal": gettext_lazy("Refuses"),
}


def _campaign_leanings(report: QualityReport) -> Table:
    columns = (
        Column(_("What an answer has")),
        Column(_("Logits that it adds")),
        Column(_("Corrected chance"), is_number=True),
        Column(_("Prompts"), is_number=True),
    )
    rows = [
        (
            Cell(str(CAMPAIGN_FEATURES[each["feature"]])),
            _estimate(each["estimate"]),
            Cell(each["chance"], badge="wait" if each["chance"] < 0.01 else "", digits=3),
            Cell(each["estimate"]["n"]),
        )
        for each in report.figures.get("leanings", [])
    ]
    return Table(
        "campaign",
        _("The campaign"),
        columns,
        rows,
        about=_(
            "Of the newest 20,000 rankings. Longer answers may be better ones: only what stands "
            "first is never a reason."
        ),
        empty=_("Fewer than twenty prompts were ranked."),
    )


def _rater_leanings(looking: Looking, report: QualityReport) -> Table:
    columns = (
        Column(_("Rater")),
        *(Column(str(label)) for label in CAMPAIGN_FEATURES.values()),
        Column(_("Least corrected chance"), is_number=True),
    )
    rows = []
    for each in raters_in(report):
        found = {name: each.figures.get(f"leans_{name}") for name in CAMPAIGN_FEATURES}
        chances = [said["chance"] for said in found.values() if said]
        if chances:
            least = min(chances)
            rows.append(
                (
                    Cell(str(each.rater), _rater_link(looking, each.rater)),
                    *(_estimate(said) for said in found.values()),
                    Cell(least, badge="wait" if least < 0.01 else "", digits=3),
                )
            )
    return Table(
        "leanings",
        _("Raters, beyond the campaign"),
        columns,
        rows,
        about=_("Chances are corrected for all raters and features together (Holm)."),
        empty=_("Nobody has ranked twenty prompts yet."),
    )
