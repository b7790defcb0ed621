"""What is found of a person in a campaign, in words for that person.

The figures are those of the leads' page of a rater. Left out is what would give away silent checks
or somebody else; the page names it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from annotate.figures import Found, whole_text
from annotate.models import Campaign, QualityReport, RaterPart
from annotate.selectors.own_quality import OwnFigures
from annotate.stats.quality.people import LEAST
from annotate.views.own_told import Told, figures_told, in_tens
from annotate.views.tables import Cell, Column, Table
from commons.views.requests import AuthedRequest

MOST_PARTS = 30  # rows that the page shows; the file holds all


@dataclass(frozen=True)
class OwnReport:
    """All that is told of a person in a campaign; ``missing`` are figures without a value."""

    campaign: Campaign
    report: QualityReport
    doubled: str
    told: Sequence[Told]
    missing: Sequence[tuple[str, str]]
    parts: Table

    def addressed(self, request: AuthedRequest) -> "OwnReport":
        """With the address of the file of its parts."""
        return replace(self, parts=self.parts.addressed(request))


def report_told(of: OwnFigures) -> OwnReport | None:
    """None where nothing was found of them."""
    if of.report is None or of.row is None:
        return None
    every = list(figures_told(of, of.row))
    return OwnReport(
        of.campaign,
        of.report,
        in_tens(of.row.doubled),
        [each for each in every if each.found],
        [(each.name, each.means) for each in every if not each.found],
        _parts_table(of, of.report),
    )


def _parts_table(of: OwnFigures, report: QualityReport) -> Table:
    columns = (
        Column(_("Part of the work")),
        Column(_("Agrees with others")),
        Column(_("Prompts")),
    )
    rows = [
        (
            Cell(_named(each)),
            Cell(found=_found(each)),
            Cell(in_tens(each.prompts)),
        )
        for each in of.parts
    ]
    about = _("Where you share at least %(least)s prompts with others, by the same rule as above.")
    least = whole_text(report.figures.get("parts_from", LEAST))
    return Table(
        f"parts-{of.campaign.uuid}",
        _("%(campaign)s: where you agree with others") % {"campaign": of.campaign.name},
        columns,
        rows,
        about % {"least": least},
        most=MOST_PARTS,
    )


def _named(each: RaterPart) -> str:
    if each.facet == "week":
        return _("Week %(week)s") % {"week": f"{each.week:%G-W%V}"}
    said = getattr(each, each.facet) or _("none")
    label = _("Skill: %(name)s") if each.facet == "skill" else _("Language: %(name)s")
    return label % {"name": said}


def _found(each: RaterPart) -> Found:
    """As exact as it is shown: the file says no more than the page."""
    return Found(*(round(said, 2) for said in (each.value, each.low, each.high)))
