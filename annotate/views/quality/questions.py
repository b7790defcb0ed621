"""How far people agree on each question about an answer: α, κ of all, κ of every two."""

from collections.abc import Callable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from annotate.enums import QualityMeasure
from annotate.figures import Found
from annotate.models import AgreementSlice, QualityReport
from annotate.selectors.quality_slices import slices_by
from annotate.stats.quality.kappas import FLAG, RATING
from annotate.views.looking import ALL_OF_IT, Looking
from annotate.views.quality.cells import figure_cells
from annotate.views.quality.facets import figure_columns
from annotate.views.tables import Cell, Column, Table


def question_tables(looking: Looking, report: QualityReport, about: str) -> Iterator[Table]:
    """``about`` says that all of it is of the whole campaign, where a page is narrowed."""

    def flagged(name: str) -> str:
        return looking.explore(**ALL_OF_IT, flag=name)

    flags = _(
        "The first value is α. κ takes each rater's own share of yes for chance, α that of all "
        "together; by chance both are 0."
    )
    ratings = _(
        "The first value is α. κ is weighted: two grades agree the less, the further they lie "
        "apart. By chance both are 0."
    )
    yield _questions(report, FLAG, _("Flags: α and κ"), f"{flags} {about}".strip(), flagged)
    yield _questions(report, RATING, _("Ratings: α and weighted κ"), f"{ratings} {about}".strip())
    titles = {
        "kappa": (_("Rating"), _("Ratings: weighted κ of every two raters")),
        "flag_kappa": (_("Flag"), _("Flags: κ of every two raters")),
    }
    for key, (head, title) in titles.items():
        yield _of_every_two(looking, report, key, head, title, about)


def _questions(
    report: QualityReport,
    facet: str,
    title: str,
    about: str,
    behind: Callable[[str], str] = lambda name: "",
) -> Table:
    found: dict[str, dict[str, AgreementSlice]] = {}
    for each in slices_by(report, (QualityMeasure.ALPHA, QualityMeasure.KAPPA), facet):
        found.setdefault(each.part, {})[each.measure] = each
    columns = (
        *figure_columns(_("Part")),
        Column("κ"),
        Column(_("Agree"), is_number=True),
        Column(_("Agree by chance"), is_number=True),
    )
    agreed = report.figures.get("agreed", {}).get(facet, {})  # not in a report from before
    rows = [
        (
            Cell(name, behind(name)),
            *figure_cells(measures[QualityMeasure.ALPHA]),
            _interval(measures.get(QualityMeasure.KAPPA)),
            *(Cell(each, is_share=True) for each in agreed.get(name, (None, None))),
        )
        for name, measures in found.items()
        if QualityMeasure.ALPHA in measures
    ]
    return Table(facet, title, columns, rows, about=about)


def _interval(each: AgreementSlice | None) -> Cell:
    return Cell(found=Found(each.value, each.low, each.high)) if each else Cell()


def _of_every_two(
    looking: Looking, report: QualityReport, key: str, head: str, title: str, about: str
) -> Table:
    """A κ has no rows of its own: it leads to the table of the pairs that it sums up."""
    pairs = f"{reverse('annotate:raters')}{looking.query}#table-pairs"
    columns = (
        Column(head),
        Column(_("Pairs of raters"), is_number=True),
        Column(_("Lowest"), is_number=True),
        Column(_("Median"), is_number=True),
        Column(_("Highest"), is_number=True),
    )
    rows = [
        (
            Cell(name),
            Cell(each["pairs"], pairs),
            *(Cell(each[at], pairs) for at in ("lowest", "median", "highest")),
        )
        for name, each in report.figures.get(f"{key}s", {}).items()
    ]
    return Table(key, title, columns, rows, about=about)
