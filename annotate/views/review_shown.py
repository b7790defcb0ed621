"""A review as its page shows it: nobody has a name, and no answer says whence it came."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotate.enums import Kind
from annotate.forms.ranking import LETTERS
from annotate.forms.review import ReviewForm, note_field
from annotate.models import Ranking
from annotate.questions import OddQuestions, questions_of
from annotate.selectors.review import Version
from annotate.stats.common_ground import PairSeen, Seen, pairs_seen
from commons.markdown import render_markdown

NAMES: Sequence[Promise] = (
    _("First rater"),
    _("Second rater"),
    _("Third rater"),
    _("Fourth rater"),
    _("Fifth rater"),
    _("Sixth rater"),
    _("Seventh rater"),
    _("Eighth rater"),
    _("Ninth rater"),
)
MARKS = ("", "›", "››", "›››")


@dataclass(frozen=True)
class ShownTier:
    """Answers that one person ties, and how much better they found them than the next."""

    letters: Sequence[str]
    step: str


@dataclass(frozen=True)
class ShownSaid:
    """What one person said of one answer beside its place, in the words that they were asked in."""

    letter: str
    ratings: Sequence[tuple[str, object]]
    flags: Sequence[tuple[str, bool]]
    spans: Sequence[tuple[str, str, str]]  # what it is, what it says, why


@dataclass(frozen=True)
class ShownVersion:
    """What one person handed in, under a name that says nothing of them."""

    uuid: UUID
    name: str
    note: BoundField
    is_accepted: bool
    is_rejected: bool
    tiers: Sequence[ShownTier] = ()
    apart: Sequence[str] = ()
    said: Sequence[ShownSaid] = ()
    reason: str = ""
    order: str = ""  # JSON, as a board takes it
    html: SafeString | None = None
    text: str = ""


@dataclass(frozen=True)
class ShownPair:
    """Two answers by their letters, and what each person says of them."""

    one: str
    other: str
    words: Sequence[str]


def shown_versions(
    versions: Sequence[Version], form: ReviewForm, names: Sequence[str]
) -> list[ShownVersion]:
    """The versions in the given order; ``names`` are the answers' ids in the order shown."""
    letters = dict(zip(names, LETTERS, strict=False))
    accepted = str(form["accepted"].value() or "")
    rejected = {str(each) for each in form["rejected"].value() or ()}
    return [
        ShownVersion(
            uuid=each.uuid,
            name=_name(at),
            note=form[note_field(each.uuid)],
            is_accepted=str(each.uuid) == accepted,
            is_rejected=str(each.uuid) in rejected,
            **_content(each, letters),  # type: ignore[arg-type]  # fields of a version
        )
        for at, each in enumerate(versions)
    ]


def _name(at: int) -> str:
    return str(NAMES[at]) if at < len(NAMES) else gettext("Rater %(number)s") % {"number": at + 1}


def _content(version: Version, letters: Mapping[str, str]) -> dict[str, object]:
    if not isinstance(version, Ranking):
        return {"html": render_markdown(version.text), "text": version.text}
    gaps = max(len(version.tiers) - 1, 0)
    strengths = version.strengths or [None] * gaps
    steps = [MARKS[each or 0] for each in strengths] + [""]
    order = {
        "tiers": version.tiers,
        "unrankable": version.unrankable,
        "strengths": strengths,
        "considered": True,
    }
    return {
        "tiers": [
            ShownTier(_lettered(tier, letters), step)
            for tier, step in zip(version.tiers, steps, strict=False)
        ],
        "apart": _lettered(version.unrankable, letters),
        "said": _said_of_answers(version, letters),
        "reason": version.reason,
        "order": json.dumps(order),
    }


def _said_of_answers(version: Ranking, letters: Mapping[str, str]) -> list[ShownSaid]:
    """By letter; an answer of which nothing was said is left out."""
    words = _words_of(version)
    found = [
        ShownSaid(
            letters[name],
            ratings=[(words(each), value) for each, value in said.get("ratings", {}).items()],
            flags=[(words(each), yes is True) for each, yes in said.get("flags", {}).items()],
            spans=[
                (words(each["name"]), each["quote"], each.get("why", ""))
                for each in said.get("spans", ())
            ],
        )
        for name, said in version.answers.items()
        if said and name in letters
    ]
    return sorted(found, key=lambda each: each.letter)


def _words_of(version: Ranking) -> Callable[[str], str]:
    """The words of each question in the version of the guideline that it was judged under."""
    labels: dict[str, str] = {}
    with suppress(OddQuestions):
        form = version.instructions.form if version.instructions else {}
        asked = questions_of(form, Kind.RANK)
        every = (*asked.ratings, *asked.flags, *asked.spans)
        labels = {each.name: each.label for each in every}
    return lambda name: labels.get(name, name)


def _lettered(names: Sequence[str], letters: Mapping[str, str]) -> list[str]:
    return sorted(letters[name] for name in names)


def pairs_in_words(
    versions: Sequence[Version], names: Sequence[str]
) -> tuple[list[ShownPair], list[str]]:
    """Where the orders part, in each person's words; and what is common to all."""
    letters = dict(zip(names, LETTERS, strict=False))
    seen = pairs_seen([each.tiers for each in versions if isinstance(each, Ranking)], names)
    apart = [_pair(each, letters) for each in seen if not each.is_common]
    common = [_in_common(each, letters) for each in seen if each.is_common]
    return apart, common


def _pair(pair: PairSeen, letters: Mapping[str, str]) -> ShownPair:
    one, other = letters[pair.one], letters[pair.other]
    return ShownPair(one, other, [_said(each, one, other) for each in pair.seen])


def _said(seen: Seen, one: str, other: str) -> str:
    if seen is None:
        return gettext("not ranked")
    if seen == 0:
        return gettext("about the same")
    return gettext("%(letter)s better") % {"letter": one if seen > 0 else other}


def _in_common(pair: PairSeen, letters: Mapping[str, str]) -> str:
    one, other = letters[pair.one], letters[pair.other]
    marks = {1: f"{one} › {other}", -1: f"{other} › {one}", 0: f"{one} = {other}"}
    common = pair.seen[0]
    if common is None:
        return gettext("%(one)s and %(other)s: not ranked") % {"one": one, "other": other}
    return marks[common]
