"""How far raters agree with others in a part of the work: of all in one, or of one by each."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from annotate.figures import Found, interval_text, whole_text
from annotate.models import QualityReport, Rater, RaterPart
from annotate.selectors.quality_slices import parts_in, parts_of
from annotate.selectors.sought import WITHOUT
from annotate.stats.quality.people import LEAST
from annotate.views.looking import Looking
from annotate.views.quality.cells import rater_link, shared_with_others
from annotate.views.tables import Cell, Column, Table


def part_table(looking: Looking, report: QualityReport) -> Table:
    """Of what is looked at. What a fit finds of a rater besides is of the whole campaign."""
    columns = (
        Column(_("Rater")),
        Column(_("Agrees with others"), is_drawn=True),
        Column(_("Prompts"), is_number=True),
    )
    rows = [
        (
            Cell(str(each.rater), rater_link(looking, each.rater)),
            _agrees(each),
            Cell(each.prompts, _shared(looking, each.rater)),
        )
        for each in parts_in(report, looking.wanting)
    ]
    return Table(
        "raters",
        _("Raters, in what is looked at"),
        columns,
        rows,
        about=_(
            "Those who agree least first. Raters who share fewer than %(least)s prompts of it with "
            "others are left out. Consistency, checks and evidence are of the whole campaign: look "
            "at everything to see them."
        )
        % _least(report),
        empty=_("Nobody shares %(least)s prompts of it with others.") % _least(report)
        if _is_told(report)
        else _not_told(),
    )


def part_tables(looking: Looking, report: QualityReport, who: Rater) -> Iterator[Table]:
    """Of one rater, by each facet within whatever else is looked at."""
    titles = {
        "skill": (_("Agrees with others, by skill"), _("Skill")),
        "language": (_("Agrees with others, by language"), _("Language")),
        "week": (_("Agrees with others, by week"), _("Week")),
    }
    for facet, (title, head) in titles.items():
        columns = (
            Column(head),
            Column(_("Agrees with others"), is_drawn=True),
            Column(_("Prompts"), is_number=True),
        )
        rows = [
            (
                Cell(_named(each, facet)),
                _agrees(each),
                Cell(each.prompts, _shared(looking, who, each, facet)),
            )
            for each in parts_of(report, who.pk, looking.wanting, facet)
        ]
        about = _("Where at least %(least)s prompts are shared with others.") % _least(report)
        yield Table(facet, title, columns, rows, about=about)


def agrees_here(looking: Looking, report: QualityReport, who: Rater) -> str:
    """In what is looked at, in words; nothing where that is everything."""
    if not looking.is_narrowed:
        return ""
    if not _is_told(report):
        return _not_told()
    found = parts_in(report, looking.wanting).filter(rater=who).first()
    if found is None:
        said = _("In what is looked at they share fewer than %(least)s prompts with others.")
        return said % _least(report)
    return _("In what is looked at they agree with others by %(found)s on %(n)s prompts.") % {
        "found": interval_text(Found(found.value, found.low, found.high)),
        "n": whole_text(found.prompts),
    }


def _is_told(report: QualityReport) -> bool:
    """Whether it is of a release that looked at parts."""
    return "parts" in report.figures


def _least(report: QualityReport) -> dict[str, str]:
    """From how many prompts on parts are told; more where a campaign has very many parts."""
    return {"least": whole_text(report.figures.get("parts_from", LEAST))}


def _not_told() -> str:
    return _("Not measured yet in what is looked at: the next fit of the campaign does so.")


def _agrees(each: RaterPart) -> Cell:
    return Cell(found=Found(each.value, each.low, each.high))


def _named(each: RaterPart, facet: str) -> str:
    return f"{each.week:%G-W%V}" if facet == "week" else getattr(each, facet) or _("none")


def _shared(looking: Looking, who: Rater, each: RaterPart | None = None, facet: str = "") -> str:
    """Their rankings that others ranked too."""
    if each is None or not facet:
        return shared_with_others(looking, who)
    if facet == "week":
        return shared_with_others(looking, who, met=f"{each.week:%G-W%V}")
    return shared_with_others(looking, who, **{facet: str(getattr(each, facet)) or WITHOUT})
