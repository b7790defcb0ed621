"""Each figure of a person, for that person: what was found, what it means, when not to trust it.

Numbers of items are told in tens, and haste from twenty rankings on: a number that moved behind one
item would say that this one was no check.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotate.figures import Found, interval_text, number_text, whole_text
from annotate.models import RaterQuality
from annotate.selectors.own_quality import OwnFigures
from annotate.stats.bias.careless import Verdict
from annotate.stats.quality.people import LEAST
from annotate.views.own_words import HABITS, LEANINGS, VERDICTS

TENS = 10
UNHURRIED = 20  # rankings, from which on haste is told


@dataclass(frozen=True)
class Told:
    """One figure: what it is called, what was found, what that means, when not to trust it."""

    name: str
    found: str
    means: str
    doubt: str


def in_tens(items: int) -> str:
    if items < TENS:
        return _("fewer than %(n)s") % {"n": whole_text(TENS)}
    return _("at least %(n)s") % {"n": whole_text(items // TENS * TENS)}


def figures_told(of: OwnFigures, row: RaterQuality) -> Iterator[Told]:
    yield _consistency(row)
    yield _agreement(of, row)
    yield _evidence(row)
    yield from _habits(row)
    yield from _leanings(row)
    yield from _flags(row)
    yield _alike(row)


def _consistency(row: RaterQuality) -> Told:
    name = _("Consistency")
    if row.consistency is None:
        return Told(name, "", _("it needs items of yours that others judged too."), "")
    return Told(
        name,
        interval_text(Found(row.consistency, row.consistency_low, row.consistency_high)),
        _(
            "The chance that one of your votes goes the way that the answers deserve, found from "
            "what several people said of the same ones. A coin has 0.5, and 1 never errs."
        ),
        _(
            "Do not trust it where few of your items were judged by others, or where they err "
            "together."
        ),
    )


def _agreement(of: OwnFigures, row: RaterQuality) -> Told:
    name, said = _("Agrees with others"), row.figures.get("agreement")
    if not said:
        why = _("it needs %(n)s prompts that somebody else ranked too, whatever you said.")
        return Told(name, "", why % {"n": whole_text(LEAST)}, "")
    means = _(
        "How often somebody else orders two answers as you do; a tie against a preference is half. "
        "Counted are items that went to several people whatever they said, as the campaign asks or "
        "as chance drew, which weighs them; no third opinions."
    )
    if of.whole:
        beside = _("All people of the campaign reach %(all)s, and coins would reach %(coins)s.")
        coins, everybody = number_text(of.whole.chance, 2), number_text(of.whole.value, 2)
        means = f"{means} {beside % {'all': everybody, 'coins': coins}}"
    doubt = _("It is no mark: people differ, and on hard items everybody agrees less.")
    return Told(name, _estimate(said), means, doubt)


def _evidence(row: RaterQuality) -> Told:
    name = _("Evidence at every look")
    if not row.verdict:
        return Told(name, "", _("it needs items of yours that others judged too."), "")
    found, means = VERDICTS[Verdict(row.verdict)]
    asked = _(
        "Asked for is half of what others reached beyond a coin, on the same skill and before."
    )
    doubt = _(
        "It is no verdict: it tells a lead to read your judgements. Where the others err, whoever "
        "is right looks wrong."
    )
    return Told(name, str(found), f"{means} {asked}", doubt)


def _habits(row: RaterQuality) -> Iterator[Told]:
    for key, (name, means, why, doubt) in HABITS.items():
        said = row.figures.get(key)
        if key == "hurried" and said and said["n"] < UNHURRIED:
            said = None
        yield Told(str(name), _habit(key, said), str(means if said else why), str(doubt))


def _habit(key: str, said: dict[str, Any] | None) -> str:
    if not said:
        return ""
    return _estimate(said) if key == "verbosity" else _share(said)


def _leanings(row: RaterQuality) -> Iterator[Told]:
    known = {key: said for key in LEANINGS if (said := row.figures.get(f"leans_{key}"))}
    if not known:
        why = _("they need 20 prompts that you ranked, and answers that differ in it.")
        yield Told(_("Leanings"), "", why, "")
    for key, said in known.items():
        means = _(
            "In logits: 0 is no leaning, 0.69 doubles the odds, below 0 it is the other way round. "
            "Something like it would turn up by chance alone with %(p)s."
        )
        doubt = _("Do not trust it where 0 lies within the interval.")
        yield Told(
            str(LEANINGS[key]),
            _estimate(said),
            means % {"p": number_text(said["chance"], 3)},
            doubt,
        )


def _flags(row: RaterQuality) -> Iterator[Told]:
    for flag, said in row.figures.get("flags", {}).items():
        yield Told(
            _("Flag: %(name)s") % {"name": flag},
            _estimate(said),
            _("The chance that you say what is so, found from what several people said."),
            _("Do not trust it where few said yes, or where people read the question in two ways."),
        )


def _alike(row: RaterQuality) -> Told:
    name, said = _("Written answers like a model's"), row.figures.get("alike")
    if not said:
        return Told(name, "", _("it needs written answers."), "")
    found = _("%(alike)s of %(written)s") % {
        "alike": whole_text(said["alike"]),
        "written": whole_text(said["written"]),
    }
    return Told(
        name,
        found,
        _(
            "Those that share six in ten of their words, or more, with a model's answer to the "
            "prompt."
        ),
        _("Do not trust it where you began from a candidate, or where few words can be said."),
    )


def _estimate(said: dict[str, Any]) -> str:
    return interval_text(Found(said["value"], said["low"], said["high"]))


def _share(said: dict[str, Any]) -> str:
    """In whole per cent: of what is one's own alone a finer figure moves with each item."""
    one, low, high = (number_text(100 * said[each], 0) for each in ("value", "low", "high"))
    return f"{one} % [{low}, {high}]"
