"""What share of the prompts came of each skill or language, and what is missing, as a picture."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from annotate.figures import percent
from annotate.selectors.quality import MixCell
from annotate.selectors.sought import WITHOUT
from annotate.views.drawn import MOST, Drawing, Line, Part, share_of
from annotate.views.looking import Looking

CAME, HOLE = "mix-came", "mix-hole"


def mix_drawn(looking: Looking, facet: str, cells: Sequence[MixCell]) -> Drawing:
    """What is missing most comes first, then what came most. The longest bar fills the width."""
    most = max((max(each.share, each.wanted or 0.0) for each in cells), default=0.0)
    order = sorted(cells, key=lambda each: (-_hole(each), -each.share, each.value))
    legend = [Part(CAME, 1.0, _("came")), Part(HOLE, 1.0, _("missing of what is wanted"))]
    is_wanted = any(each.wanted for each in cells)
    return Drawing(
        f"mix-{facet}",
        _("Came, against what is wanted") if is_wanted else _("What came"),
        [_line(looking, facet, each, most) for each in order[:MOST]],
        legend if is_wanted else legend[:1],
        everything=len(cells),
        mark=_("wanted") if is_wanted else "",
    )


def prompts_of(looking: Looking, facet: str, each: MixCell) -> str:
    """Those of the week that is looked at, else of all weeks: of the last five there is no list."""
    return looking.explore(**{"show": "prompts", facet: each.value or WITHOUT})


def _hole(each: MixCell) -> float:
    return max((each.wanted or 0.0) - each.share, 0.0)


def _line(looking: Looking, facet: str, each: MixCell, most: float) -> Line:
    name, came, link = (
        each.value or _("none"),
        percent(each.share),
        prompts_of(looking, facet, each),
    )
    said = came
    if each.wanted is not None:
        said = _("%(came)s, wanted %(wanted)s") % {"came": came, "wanted": percent(each.wanted)}
    words = said
    if hole := _hole(each):
        words = _("%(said)s, missing %(hole)s") % {"said": said, "hole": percent(hole)}
    behind = link if looking.wanting.week else ""
    return Line(
        name,
        link,
        said,
        words,
        list(_parts(each, most, name, behind)),
        mark=None if each.wanted is None else share_of(each.wanted, most),
    )


def _parts(each: MixCell, most: float, name: str, link: str) -> Iterator[Part]:
    if each.had:
        words = f"{name}: {percent(each.share)}"
        yield Part(CAME, share_of(each.share, most), words, link, thick=8)
    if hole := _hole(each):
        words = _("%(name)s: missing %(hole)s") % {"name": name, "hole": percent(hole)}
        start = share_of(each.share, most)
        yield Part(HOLE, share_of(hole, most), words, "", start, thick=8)
