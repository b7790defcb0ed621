"""Agreement by facet as tables: every measure beside each other, what is too small listed last."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from annotate.enums import Agreement, Counting, QualityMeasure
from annotate.figures import Found
from annotate.models import AgreementSlice, QualityReport, SmallSlice
from annotate.selectors.quality_slices import slices_beside, small_beside
from annotate.selectors.sorts import ANSWERS, sort_named
from annotate.selectors.sought import WITHOUT
from annotate.views.looking import ALL_OF_IT, Looking
from annotate.views.quality.cells import BESIDE, doubled, figure_cells
from annotate.views.tables import Cell, Column, Table

MEASURES = (QualityMeasure.AGREEMENT, *BESIDE)
MOST = 200  # skills or languages on a page: files may bring thousands, of a prompt or two each
Place = tuple[str, str, date | None, str]


@dataclass(frozen=True)
class Facet:
    """``named`` says what a slice is called, ``behind`` leads to where its people differ."""

    key: str
    title: str
    head: str
    named: Callable[[AgreementSlice | SmallSlice], str]
    asked: Callable[[AgreementSlice | SmallSlice], dict[str, str]]
    looking: Looking
    about: str = ""

    def behind(self, each: AgreementSlice | SmallSlice) -> str:
        """Of a week those that were handed in then: who differs is quickly found among few."""
        said = self.asked(each)
        return apart(self.looking, **({"week": said["met"]} if said.get("met") else said))

    def doubled(self, each: AgreementSlice | SmallSlice) -> str:
        """The rankings of the prompts that it is of."""
        return doubled(self.looking, **self.asked(each))


def facet_tables(looking: Looking, report: QualityReport) -> Iterator[Table]:
    titles = {
        "skill": (_("By skill"), _("Skill")),
        "language": (_("By language"), _("Language")),
        "week": (_("By week"), _("Week")),
    }
    for key, (title, head) in titles.items():
        facet = Facet(key, title, head, _called(key), _asked(key), looking)
        yield _facet_table(looking, report, facet)


def kind_table(looking: Looking, report: QualityReport, about: str) -> Table:
    """Of the whole campaign, however one looks: reports have no such figure of a slice."""
    facet = Facet(
        "kind",
        _("By answers offered"),
        _("Part"),
        lambda each: _("%(count)s answers") % {"count": each.part},
        lambda each: {**ALL_OF_IT, "sort": sort_named(ANSWERS, each.part)},
        looking,
        about,
    )
    return _facet_table(looking, report, facet)


def apart(looking: Looking, **asked: str) -> str:
    """What the figure falls short by: rankings that count, and of which somebody orders two answers
    otherwise."""
    return looking.explore(**{"sort": Counting.COUNTED, **asked, "agreement": Agreement.ORDERED})


def figure_columns(first: str) -> tuple[Column, ...]:
    return (
        Column(first),
        # xgettext:no-python-format
        Column(_("Value and 95 % interval"), is_drawn=True),
        Column(_("By chance"), is_number=True),
        Column(_("Prompts"), is_number=True),
    )


def _facet_table(looking: Looking, report: QualityReport, facet: Facet) -> Table:
    measures = (*MEASURES, *([QualityMeasure.CHANGE] if facet.key == "week" else []))
    found: dict[Place, dict[str, AgreementSlice]] = {}
    for each in slices_beside(report, looking.wanting, measures, facet.key):
        part = "" if each.measure == QualityMeasure.CHANGE else each.part
        found.setdefault((each.skill, each.language, each.week, part), {})[each.measure] = each
    small = list(small_beside(report, looking.wanting, facet.key))
    rows = [*_rows(found.values(), facet), *_small_rows(small, facet)]
    empty = _("No slice has five prompts yet.")
    most = None if facet.key == "week" else MOST  # the newest weeks stand last
    about = _about(facet, small)
    return Table(facet.key, facet.title, _columns(facet), rows, about, empty, most=most)


def _columns(facet: Facet) -> tuple[Column, ...]:
    change = [Column(_("Less the week before"))] if facet.key == "week" else []
    named = {each: str(each.label) for each in BESIDE}
    return (
        *figure_columns(facet.head),
        *(Column(named[each]) for each in BESIDE),
        Column(_("W by chance"), is_number=True),
        *change,
    )


def _about(facet: Facet, small: Sequence[SmallSlice]) -> str:
    said = [
        facet.about,
        _("The first value is pairwise agreement. By chance τ-b and α are 0."),
    ]
    if facet.key == "week":
        said.append(
            _(
                "A change is beside the last week with a figure; where its interval holds 0, it is "
                "within chance."
            )
        )
    if small:
        said.append(_("Left out: slices of which two people judged fewer than five prompts."))
    return " ".join(filter(None, said))


def _rows(found: Iterable[dict[str, AgreementSlice]], facet: Facet) -> Iterator[tuple[Cell, ...]]:
    for measures in found:
        agreement = measures.get(QualityMeasure.AGREEMENT)
        if agreement is None:  # all that is compared there is undefined
            continue
        w, change = measures.get(QualityMeasure.W), measures.get(QualityMeasure.CHANGE)
        yield (
            Cell(facet.named(agreement), facet.behind(agreement)),
            *figure_cells(agreement, facet.doubled(agreement)),
            *(_interval(measures.get(each)) for each in BESIDE),
            Cell(w.chance if w else None),
            *([_interval(change)] if facet.key == "week" else []),
        )


def _interval(each: AgreementSlice | None) -> Cell:
    if each is None:
        return Cell()
    is_change = each.measure == QualityMeasure.CHANGE
    return Cell(found=Found(each.value, each.low, each.high), is_change=is_change)


def _small_rows(small: Iterable[SmallSlice], facet: Facet) -> Iterator[tuple[Cell, ...]]:
    """With their number of prompts, so that nobody takes them for missing."""
    for each in small:
        nothing = [Cell()] * (len(_columns(facet)) - 4)
        name = Cell(facet.named(each), facet.behind(each))
        yield (
            name,
            Cell(shown=_("left out")),
            Cell(),
            Cell(each.prompts, facet.doubled(each)),
            *nothing,
        )


def _called(key: str) -> Callable[[AgreementSlice | SmallSlice], str]:
    if key == "week":
        return lambda each: f"{each.week:%G-W%V}"
    return lambda each: str(getattr(each, key)) or _("none")


def _asked(key: str) -> Callable[[AgreementSlice | SmallSlice], dict[str, str]]:
    if key == "week":
        return lambda each: {"met": f"{each.week:%G-W%V}"}
    return lambda each: {key: str(getattr(each, key)) or WITHOUT}
