"""Machines beside people, as a table: never a part of a number of people's."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from annotate.models import QualityReport
from annotate.stats.quality.slices import OVERALL
from annotate.views.quality.cells import estimate_of
from annotate.views.tables import Cell, Column, Table

Row = tuple[Cell, ...]


def machine_table(report: QualityReport, *, is_narrowed: bool) -> Table:
    """Of the whole campaign, however one looks: reports have no such figure of a narrower view."""
    about = _(
        "One person at a time is held back, and the majority of the others is taken for right: the "
        "person and the machine are asked for it on the same votes. A machine's tie is half right."
    )
    return Table(
        "machines",
        _("Machines beside people"),
        (
            Column(_("Machine")),
            Column(_("Of")),
            Column(_("With the majority"), is_drawn=True),
            Column(_("A person held back"), is_drawn=True),
            Column(_("Machine less person"), is_drawn=True),
            Column(_("Votes"), is_number=True),
            Column(_("Takes the first shown"), is_drawn=True),
        ),
        list(_rows(report)),
        about=f"{about} {_('Of the whole campaign.')}" if is_narrowed else about,
    )


def _rows(report: QualityReport) -> Iterator[Row]:
    figures: list[dict[str, Any]] = report.figures.get("machines", [])
    names = _names(report) if figures else {}
    for each in figures:
        beside = each.get("beside", {})
        yield (
            Cell(names.get(each["machine"], "")),
            Cell(_part(each)),
            *(estimate_of(beside.get(of)) for of in ("machine", "people", "lead")),
            Cell(beside.get("votes")),
            estimate_of(each.get("leaning")),
        )


def _names(report: QualityReport) -> dict[str, str]:
    machines = report.campaign.machines.values_list("uuid", "name")
    return {str(uuid): name for uuid, name in machines}


def _part(each: dict[str, Any]) -> str:
    if each["facet"] == OVERALL:
        return _("all")
    return each["at"] or _("none")
