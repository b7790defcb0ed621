"""What waits for work: by kind of work, skill and age, drawn and as a table."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.enums import Kind
from annotate.figures import whole_text
from annotate.selectors.quality import QueueCell
from annotate.selectors.sorts import WAITS, sort_named
from annotate.selectors.sought import WITHOUT
from annotate.views.drawn import MOST, Drawing, Line, Part, share_of
from annotate.views.looking import Looking
from annotate.views.tables import Cell, Column, Table

DAY = timedelta(days=1)
THICK = {"waits-all": 9, "waits-day": 6, "waits-week": 3}


def queue_table(
    looking: Looking, cells: Sequence[QueueCell], now: datetime, *, is_counted: bool
) -> Table:
    columns = (
        Column(_("Work")),
        Column(_("Skill")),
        Column(_("Language")),
        Column(_("Items"), is_number=True),
        Column(_("Turns"), is_number=True),
        Column(_("Over a day"), is_number=True),
        Column(_("Over a week"), is_number=True),
        Column(_("Oldest"), is_number=True),
    )

    def waits(each: QueueCell, days: int = 0) -> str:
        return what_waits(looking, each.kind, each.skill, days, language=each.language)

    rows = [
        (
            Cell(str(Kind(each.kind).label)),
            Cell(each.skill or _("none")),
            Cell(each.language),
            Cell(each.tasks, waits(each)),
            Cell(each.turns, waits(each)),
            Cell(each.over_a_day, waits(each, 1)),
            Cell(each.over_a_week, waits(each, 7), badge="wait" if each.over_a_week else ""),
            Cell(_("%(days)d d") % {"days": oldest}, waits(each, oldest)),
        )
        for each in cells
        for oldest in [(now - each.oldest_at) // DAY]
    ]
    empty = _("Nothing waits.") if is_counted else _("Not counted yet.")
    about = _("What waits now, of every week.") if looking.wanting.week else ""
    return Table("queue", _("What waits"), columns, rows, about, empty)


def what_waits(looking: Looking, kind: str, skill: str, days: int = 0, **more: str) -> str:
    """The prompts that wait for this kind of work, so many days at the least."""
    return looking.explore(
        show="prompts",
        sort=sort_named(WAITS, kind),
        skill=skill or WITHOUT,
        week="",
        days=str(days) if days else "",
        **more,
    )


def queue_drawn(looking: Looking, cells: Sequence[QueueCell], now: datetime) -> Drawing:
    """By kind of work and skill, of all languages that are looked at; what has waited longest comes
    first, as in the table."""
    groups: dict[tuple[str, str], list[QueueCell]] = {}
    for each in cells:
        groups.setdefault((each.kind, each.skill), []).append(each)
    most = max((sum(one.tasks for one in of) for of in groups.values()), default=0)
    drawn = list(groups.items())[:MOST]
    labels = {"waits-all": _("Items"), "waits-day": _("Over a day"), "waits-week": _("Over a week")}
    return Drawing(
        "queue",
        _("What waits, by work, skill and age"),
        [_line(looking, kind, skill, of, most, now) for (kind, skill), of in drawn],
        [Part(kind, 1.0, label, thick=THICK[kind]) for kind, label in labels.items()],
        everything=len(groups),
    )


def _line(
    looking: Looking, kind: str, skill: str, of: Sequence[QueueCell], most: int, now: datetime
) -> Line:
    items = sum(each.tasks for each in of)
    day, week = sum(each.over_a_day for each in of), sum(each.over_a_week for each in of)
    oldest = (now - min(each.oldest_at for each in of)) // DAY
    name = f"{Kind(kind).label} · {skill or _('none')}"
    ages = (
        ("waits-all", items, _("Items"), 0),
        ("waits-day", day, _("Over a day"), 1),
        ("waits-week", week, _("Over a week"), 7),
    )
    said = ngettext("%(n)s item, %(days)s old", "%(n)s items, oldest %(days)s", items) % {
        "n": whole_text(items),
        "days": _("%(days)d d") % {"days": oldest},
    }
    return Line(
        name,
        what_waits(looking, kind, skill),
        said,
        ", ".join([said, *(f"{label}: {whole_text(n)}" for _kind, n, label, _days in ages[1:])]),
        [
            Part(
                part,
                share_of(n, most),
                f"{name}, {label}: {whole_text(n)}",
                what_waits(looking, kind, skill, days),
                thick=THICK[part],
            )
            for part, n, label, days in ages
            if n
        ],
    )
