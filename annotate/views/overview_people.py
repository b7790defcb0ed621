"""Who did how much of a week: drawn as one whole that is cut by people, and as a table."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.enums import Counting
from annotate.figures import percent
from annotate.selectors.quality import PersonCounts
from annotate.views.drawn import Part, Strip
from annotate.views.looking import Looking
from annotate.views.tables import Cell, Column, Table

PEOPLE = 20
FIVE = 5  # no so many people should have done half of everything
ALWAYS_HALF = 10  # of so many people five do half, however evenly it is spread


def people_table(
    looking: Looking, people: Sequence[PersonCounts], *, is_file: bool = False
) -> Table:
    """Whoever did a third of everything is marked: one person's taste is not everybody's.

    A page's rows are made of the first ``PEOPLE`` alone; a file has everybody.
    """
    columns = (
        Column(_("Person")),
        Column(_("Handed in"), is_number=True),
        Column(_("Rankings"), is_number=True),
        Column(_("Written answers"), is_number=True),
        Column(_("Comparisons"), is_number=True),
        Column(_("Of all"), is_number=True),
    )
    crowd = len(people) > 3

    def theirs(who: PersonCounts, show: str, sort: str = Counting.HANDED_IN) -> str:
        return what_they_did(looking, who, show, sort)

    rows = [
        (
            Cell(each.person.display_name),
            Cell(each.judgements, theirs(each, "judged")),
            Cell(each.judgements - each.written, theirs(each, "rankings")),
            Cell(each.written, theirs(each, "demonstrations")),
            Cell(each.comparisons, theirs(each, "rankings", Counting.COUNTED)),
            Cell(
                each.share,
                theirs(each, "judged"),
                is_share=True,
                badge="wait" if crowd and each.share > 1 / 3 else "",
            ),
        )
        for each in (people if is_file else people[:PEOPLE])
    ]
    empty = _("Nobody has handed anything in this week.")
    return Table(
        "people", _("Who did what"), columns, rows, empty=empty, most=PEOPLE, total=len(people)
    )


def what_they_did(
    looking: Looking, who: PersonCounts, show: str = "judged", sort: str = Counting.HANDED_IN
) -> str:
    by, week = str(who.person.rater.uuid), looking.shown_week
    return looking.explore(show=show, sort=sort, by=by, week=week)


def people_drawn(looking: Looking, people: Sequence[PersonCounts]) -> Strip:
    """All of the week's work, the busiest first; whoever comes behind the table's is one piece."""
    five = sum(each.share for each in people[:FIVE])
    verdict = _("more than half") if five > 1 / 2 and len(people) > ALWAYS_HALF else ""
    said = _said(len(people), five)
    title = _("How the work is spread over people")
    return Strip("people", title, said, list(_pieces(looking, people)), verdict)


def _pieces(looking: Looking, people: Sequence[PersonCounts]) -> Iterator[Part]:
    start = 0.0
    for at, each in enumerate(people[:PEOPLE]):
        yield Part(
            "effort-first" if at < FIVE else "effort-next",
            each.share,
            f"{each.person.display_name}: {percent(each.share)}",
            what_they_did(looking, each),
            start,
            thick=10 if at < FIVE else 6,
        )
        start += each.share
    if others := people[PEOPLE:]:
        share = sum(each.share for each in others)
        words = ngettext("%(n)d other: %(share)s", "%(n)d others: %(share)s", len(others))
        said = words % {"n": len(others), "share": percent(share)}
        yield Part("effort-rest", share, said, "", start, thick=3)


def _said(people: int, five: float) -> str:
    if people <= FIVE:
        said = ngettext("One person did all of it.", "%(n)d people did all of it.", people)
        return said % {"n": people}
    said = _("The five who did most did %(share)s of it.") % {"share": percent(five)}
    always = _("Of ten people or fewer, five always do half at the least.")
    return f"{said} {always}" if people <= ALWAYS_HALF else said
