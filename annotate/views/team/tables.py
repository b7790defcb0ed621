"""The numbers of teams and of their people as tables."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from annotate.models import Team
from annotate.selectors.ledger_kinds import OwedForKind
from annotate.selectors.mate import Day, Mate
from annotate.selectors.quota import Pace
from annotate.selectors.team_ledger import OwedToTeam
from annotate.views.ledger_tables import (
    kind_cell,
    kind_column,
    owed_cells,
    owed_columns,
    time_cell,
    time_column,
)
from annotate.views.quality.cells import checks_of, estimate_of
from annotate.views.tables import Cell, Column, Table
from commons.models import User


def paces_table(paces: Sequence[Pace], *, may_set: bool = False) -> Table:
    """Against what is asked. ``may_set``: each leads to its terms, else to its team."""
    columns = [
        Column(_("Team")),
        Column(_("Campaign")),
        Column(_("This week"), is_number=True),
        Column(_("Asked for a week"), is_number=True),
        Column(_("By now"), is_number=True),
        Column(_("Pace")),
        Column(_("In hand"), is_number=True),
        Column(_("In all"), is_number=True),
        Column(_("Asked for in all"), is_number=True),
    ]
    rows = [_pace_row(each, may_set) for each in paces]
    about = _(
        "Items handed in, late ones, silent checks and training among them: those that are paid."
    )
    return Table("teams", _("Teams"), columns, rows, about, _("No team has a part in it."))


def _pace_row(pace: Pace, may_set: bool) -> list[Cell]:
    part = pace.part
    there = reverse("annotate:team", args=[part.team.uuid])
    if may_set:
        there = reverse("annotate:team_terms", args=[part.uuid])
    return [
        Cell(name_of(part.team), there),
        Cell(part.campaign.name),
        Cell(pace.this_week),
        Cell(part.per_week),
        Cell(pace.expected),
        _pace_cell(pace),
        Cell(pace.in_hand),
        Cell(pace.in_all),
        Cell(part.in_all),
    ]


def _pace_cell(pace: Pace) -> Cell:
    if pace.part.ended_at is not None:
        return Cell(_("ended"))
    if pace.is_reached:
        stopped = _("reached: nothing more is given")
        return Cell(stopped if pace.part.stops else _("reached"), badge="good")
    if pace.part.per_week is None:
        return Cell("")
    return Cell(_("on pace"), badge="good") if pace.is_on_pace else Cell(_("behind"), badge="wait")


def name_of(team: Team) -> str:
    return _("%(name)s (vendor)") % {"name": team.name} if team.is_vendor else team.name


def mates_table(mates: Sequence[Mate], team: Team, *, reader: User) -> Table:
    """Nobody reads here how their own checks went: whoever saw that figure move with an item would
    know the check."""
    columns = [
        Column(_("User name")),
        Column(_("Campaign")),
        Column(_("This week"), is_number=True),
        time_column(),
        Column(_("In all"), is_number=True),
        Column(_("Last handed in")),
        Column(_("As checks should be"), is_number=True),
        Column(_("Agrees with others"), is_number=True),
        Column(_("Standing")),
    ]
    rows = [_mate_row(each, team, reader) for each in mates]
    return Table("mates", _("People"), columns, rows, _about_mates(), _("Nobody yet."))


def _about_mates() -> str:
    return _(
        "Time at work is this week’s. Read the intervals, not the values: they are wide for "
        "whoever did little, and nothing is shown for whoever did less. Checks are those of days "
        "that are over, and only as many at a time as the campaign concludes from: so no item is "
        "given away as a check."
    )


def _mate_row(mate: Mate, team: Team, reader: User) -> list[Cell]:
    person = mate.membership.person
    return [
        Cell(person.username, reverse("annotate:team_person", args=[team.uuid, person.uuid])),
        Cell(mate.membership.campaign.name),
        Cell(mate.this_week),
        time_cell(mate.tenths),
        Cell(mate.in_all),
        Cell(mate.last_at),
        checks_of(None if person == reader else mate.checks),
        estimate_of(mate.agrees),
        _standing(mate),
    ]


def _standing(mate: Mate) -> Cell:
    if not mate.membership.active:
        return Cell(_("taken out"), badge="bad")
    return Cell(_("paused"), badge="wait") if mate.membership.paused else Cell("")


def days_table(days: Sequence[Day]) -> Table:
    columns = [
        Column(_("Day (UTC)")),
        Column(_("Campaign")),
        Column(_("Items"), is_number=True),
        time_column(),
    ]
    rows = [
        [
            Cell(each.day),
            Cell(each.campaign.name),
            Cell(each.items),
            time_cell(each.tenths),
        ]
        for each in days
    ]
    empty = _("Nothing was handed in.")
    return Table("days", _("The last fourteen days"), columns, rows, empty=empty)


def teams_owed_table(owed: Sequence[OwedToTeam]) -> Table:
    """One row for each vendor that is paid."""
    columns = [
        Column(_("Team")),
        Column(_("Vendor")),
        Column(_("People"), is_number=True),
        *owed_columns(),
    ]
    rows = [
        [
            _team_cell(each.team),
            Cell(_("yes") if each.team and each.team.is_vendor else ""),
            Cell(each.people),
            *owed_cells(each),
        ]
        for each in owed
    ]
    return Table("owed-teams", _("By team"), columns, rows, empty=_("Nothing yet."))


def team_kinds_table(owed: Sequence[OwedForKind]) -> Table:
    """The same sums by kind of work, for whoever settles with a vendor by what was asked of it."""
    columns = [
        Column(_("Team")),
        kind_column(),
        *owed_columns(),
    ]
    rows = [
        [
            _team_cell(each.team),
            kind_cell(each.kind),
            *owed_cells(each),
        ]
        for each in owed
    ]
    title = _("By team and kind of work")
    return Table("owed-teams-kinds", title, columns, rows, empty=_("Nothing yet."))


def _team_cell(team: Team | None) -> Cell:
    if team is None:
        return Cell(_("in no team"))
    return Cell(team.name, reverse("annotate:team_ledger", args=[team.uuid]))
