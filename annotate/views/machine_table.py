"""The machines of a campaign as a table: what each said, and how far it can be trusted."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from annotate.enums import MachineWay
from annotate.models import Campaign, MachineJudge
from annotate.selectors.machine import NEWEST, machines_of, orders_alike
from annotate.selectors.quality import newest_reports
from annotate.stats.quality.slices import OVERALL
from annotate.views.quality.cells import estimate_of
from annotate.views.tables import Cell, Column, Table

Row = tuple[Cell, ...]


def table_of(campaign: Campaign) -> Table:
    alike, beside = orders_alike(campaign), _beside_people(campaign)
    about = _(
        "Both orders alike: of the pairs in its newest %(newest)d judgements, how many it put the "
        "same in both orders in which it was shown the answers. With the majority: on items that "
        "several people judged, as of the last fit; a person held back is asked for the same votes."
    )
    return Table(
        "machines",
        _("Machines that judge here"),
        (
            Column(_("Machine")),
            Column(_("What it is")),
            Column(_("State")),
            Column(_("Judged"), is_number=True),
            Column(_("Not judged"), is_number=True),
            Column(_("Both orders alike")),
            Column(_("With the majority"), is_drawn=True),
            Column(_("A person held back"), is_drawn=True),
            Column(_("Last")),
        ),
        [_row(each, alike, beside) for each in machines_of(campaign)],
        about=about % {"newest": NEWEST},
        empty=_("None yet: add one, or let a reward model judge."),
    )


def _row(
    judge: Any,  # a MachineJudge with what ``machines_of`` counts of it
    alike: Mapping[int, float],
    beside: Mapping[str, Mapping[str, Any]],
) -> Row:
    figures = beside.get(str(judge.uuid), {})
    return (
        Cell(judge.name, reverse("annotate:machine", args=[judge.uuid])),
        Cell(judge.get_way_display()),
        state_of(judge),
        Cell(judge.judged),
        Cell(judge.silent),
        _orders_of(judge, alike),
        estimate_of(figures.get("machine")),
        estimate_of(figures.get("people")),
        Cell(judge.last_at),
    )


def state_of(judge: MachineJudge) -> Cell:
    if judge.ended_at:
        return Cell(_("ended"), badge="bad")
    return Cell(_("paused"), badge="wait") if judge.stopped_at else Cell(_("judges"), badge="good")


def _orders_of(judge: Any, alike: Mapping[int, float]) -> Cell:
    """A reward model reads one answer at a time: there is no order for it to contradict."""
    if judge.way == MachineWay.REWARD:
        return Cell(_("no order is shown to it"))
    if judge.judged and judge.pk not in alike:
        return Cell(_("asked in one order"))
    return Cell(alike.get(judge.pk), is_share=True)


def _beside_people(campaign: Campaign) -> dict[str, Mapping[str, Any]]:
    """Of the newest report, what each machine reaches on the votes of people, by its public id."""
    report = newest_reports([campaign]).get(campaign.pk)
    figures: list[dict[str, Any]] = report.figures.get("machines", []) if report else []
    return {each["machine"]: each.get("beside", {}) for each in figures if each["facet"] == OVERALL}
