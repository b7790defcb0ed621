"""A report as its page shows it: labels, lengths, shares, and the examples with their addresses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from annotate.export.preflight.estimates import Share
from annotate.export.preflight.figures import ChoiceReport, Spread, StructureReport, TokenReport
from annotate.export.preflight.reading import report_from
from annotate.export.preflight.report import Report
from annotate.models import Snapshot
from annotate.selectors.life import prompts_looked_through_by
from annotate.services.snapshot_report import reasons_against
from commons.models import RunState, User
from commons.sentences import Sentence
from commons.translating import translated

MOST_BARS = 12  # languages, or skills; the others are one bar

Named = Mapping[str, Any]

PERSONAL = {
    "email": gettext_lazy("E-mail addresses"),
    "phone": gettext_lazy("Phone numbers"),
    "card": gettext_lazy("Payment cards"),
    "iban": gettext_lazy("IBANs"),
    "key": gettext_lazy("Access keys"),
    "private_key": gettext_lazy("Private keys"),
}
TEXTS = {
    "whole": gettext_lazy("A whole answer"),
    "beginning": gettext_lazy("The beginning of answers"),
    "end": gettext_lazy("The end of answers"),
}


@dataclass(frozen=True)
class Example:
    """``href`` is empty where the reader may not open the item."""

    prompt: str
    href: str
    where: str = ""


@dataclass(frozen=True)
class Count:
    """None is not known. ``is_estimate``: counted in a sample."""

    label: str
    value: int | None
    examples: Sequence[Example] = ()
    is_estimate: bool = False


@dataclass(frozen=True)
class Length:
    label: str
    spread: Spread | None


@dataclass(frozen=True)
class Choice:
    """How often something was preferred; no ``share`` where it is not known of any pair."""

    label: str
    share: Share | None

    @property
    def value(self) -> float | None:
        return self.share.value if self.share else None

    @property
    def pairs(self) -> int | None:
        return self.share.of if self.share else None


@dataclass(frozen=True)
class Bars:
    """How many rows there are of each name, the most first."""

    title: str
    bars: Sequence[tuple[str, int]]
    total: int


@dataclass(frozen=True)
class Winner:
    label: str
    prompts: int
    won: int
    pairs: int
    examples: Sequence[Example]


@dataclass(frozen=True)
class ReportShown:
    """``reasons`` are those of the campaigns against freezing; lengths are None if not measured."""

    findings: Sequence[str]
    reasons: Sequence[str]
    report: Report
    characters: Sequence[Length]
    tokens: Sequence[Length] | None
    counts: Sequence[Count]
    personal: Sequence[Count]
    overlap: Sequence[Count] | None
    mix: Sequence[Bars]
    choices: Sequence[Choice] | None
    winners: Sequence[Winner] | None

    @property
    def most_characters(self) -> int:
        return _most(self.characters)

    @property
    def most_tokens(self) -> int:
        return _most(self.tokens or ())


def report_shown(snapshot: Snapshot, user: User) -> ReportShown | None:
    """None where nobody looked. What a failed freeze was refused for stands in its error."""
    if not snapshot.report:
        return None
    report = report_from(snapshot.report)
    examples = Examples(report, user)
    return ReportShown(
        findings=[translated(finding) for finding in report.findings()],
        reasons=reasons_against(snapshot, report) if snapshot.state == RunState.DONE else [],
        report=report,
        characters=_characters(report),
        tokens=_tokens(report.tokens) if report.tokens else None,
        counts=[
            *_counts(report.structure, examples),
            *_of_template(report.tokens, examples),
            *_far_longer(report.choices),
        ],
        personal=[
            Count(str(PERSONAL[kind]), count, examples.of(report.personal.named[kind]))
            for kind, count in report.personal.by_kind.items()
        ],
        overlap=None
        if report.overlap is None
        else [Count(one.name, one.items, examples.of(one.named)) for one in report.overlap],
        mix=[
            _bars(_("Languages"), report.mix.languages),
            _bars(_("Skills"), report.mix.skills),
        ],
        choices=_choices(report.choices) if report.choices else None,
        winners=_winners(report, examples),
    )


def reasons_shown(snapshot: Snapshot) -> tuple[list[str], bool]:
    """Why it failed, line by line, and whether that is in the reader's language.

    What campaigns refuse can be said anew from the report; what a worker has kept as a sentence is
    translated, and any other text is its English.
    """
    if snapshot.report and snapshot.error:
        report = report_from(snapshot.report)
        with override("en"):
            is_refused = snapshot.error == "\n".join(reasons_against(snapshot, report))
        if is_refused:
            return reasons_against(snapshot, report), True
    return translated(snapshot.error).splitlines(), isinstance(snapshot.error, Sentence)


class Examples:
    """The prompts that a report names, and which of them this person may open: one query."""

    def __init__(self, report: Report, user: User) -> None:
        names = {UUID(name) for name in _prompts_in(report.as_json()) if _is_uuid(name)}
        seen = prompts_looked_through_by(user).filter(uuid__in=names)
        self._seen = {str(uuid) for uuid in seen.values_list("uuid", flat=True)}

    def of(self, places: Sequence[Named]) -> list[Example]:
        return [self.one(str(place["prompt_id"]), _where(place)) for place in places]

    def of_prompts(self, names: Sequence[str]) -> list[Example]:
        return [self.one(name) for name in names]

    def one(self, prompt: str, where: str = "") -> Example:
        href = reverse("annotate:life", args=[prompt]) if prompt in self._seen else ""
        return Example(prompt, href, where)


def _prompts_in(said: object) -> Iterator[str]:
    """Every prompt that is named anywhere in a report."""
    if isinstance(said, Mapping):
        for name, each in said.items():
            if name == "prompt_id":
                yield str(each)
            elif name in ("prompts_named", "mismatch_named", "unrenderable_named"):
                yield from each
            else:
                yield from _prompts_in(each)
    elif isinstance(said, list | tuple):
        for each in said:
            yield from _prompts_in(each)


def _is_uuid(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _where(place: Named) -> str:
    """In which text it stands, never what stands there."""
    said = []
    if "answer" in place:
        said.append(
            _("prompt")
            if place["answer"] is None
            else _("answer %(number)d") % {"number": place["answer"] + 1}
        )
    if "message" in place:
        numbers = {"number": place["message"] + 1, "field": place["field"]}
        said.append(_("message %(number)d, %(field)s") % numbers)
        said.append(_("characters %(start)d to %(end)d") % {n: place[n] for n in ("start", "end")})
    if "chosen" in place:
        numbers = {"one": place["chosen"] + 1, "other": place["rejected"] + 1}
        said.append(_("answers %(one)d and %(other)d") % numbers)
    if "tokens" in place:
        said.append(_("%(count)d tokens") % {"count": place["tokens"]})
    if "language" in place:
        said.append(_("said to be %(language)s") % {"language": place["language"]})
    return ", ".join(said)


def _characters(report: Report) -> list[Length]:
    mix = report.mix
    return [
        Length(_("Rows"), mix.row_characters),
        Length(_("Prompts"), mix.prompt_characters),
        Length(_("Answers"), mix.answer_characters),
    ]


def _tokens(found: TokenReport) -> list[Length]:
    return [
        Length(_("Rows"), found.rows),
        Length(_("Prompts"), found.prompts),
        Length(_("Answers"), found.answers),
    ]


def _most(lengths: Sequence[Length]) -> int:
    return max((one.spread.greatest for one in lengths if one.spread), default=0)


def _counts(found: StructureReport, examples: Examples) -> list[Count]:
    empty = examples.of(found.empty_named)
    equal, mismatch = examples.of(found.equal_named), examples.of_prompts(found.mismatch_named)
    rows_again = found.duplicate_rows_sampled < 1
    prompts_again = found.duplicate_prompts_sampled < 1
    return [
        Count(_("Pairs with the same text on both sides"), found.equal_pairs, equal),
        Count(_("Empty answers"), found.empty_answers, empty),
        Count(_("Empty prompts"), found.empty_prompts),
        Count(_("Answers that cannot follow their prompt"), found.prompt_mismatch, mismatch),
        Count(_("Rows that repeat another"), found.duplicate_rows, is_estimate=rows_again),
        Count(_("Prompts that repeat another"), found.duplicate_prompts, is_estimate=prompts_again),
    ]


def _of_template(found: TokenReport | None, examples: Examples) -> list[Count]:
    over, refused = _("Rows over the limit of tokens"), _("Items that the chat template refuses")
    if found is None:
        return [Count(over, None), Count(refused, None)]
    unrenderable = examples.of_prompts(found.unrenderable_named)
    return [
        Count(over, found.over_length, examples.of(found.longest_named)),
        Count(refused, found.unrenderable, unrenderable),
    ]


def _far_longer(found: ChoiceReport | None) -> list[Count]:
    if found is None:
        return []
    return [Count(_("Pairs that prefer an answer more than twice as long"), found.far_longer)]


def _bars(title: str, counts: Mapping[str, int]) -> Bars:
    named = [(name or pgettext("a skill", "none"), count) for name, count in counts.items()]
    others = sum(count for _name, count in named[MOST_BARS:])
    rest = [(_("others"), others)] if others else []
    return Bars(title, [*named[:MOST_BARS], *rest], sum(counts.values()))


def _choices(found: ChoiceReport) -> list[Choice]:
    return [
        Choice(_("The answer shown earlier was preferred"), found.earlier),
        Choice(_("The answer shown first was preferred"), found.first),
        Choice(_("The longer answer was preferred"), found.longer),
    ]


def _winners(report: Report, examples: Examples) -> list[Winner] | None:
    if report.constants is None:
        return None
    return [
        Winner(
            str(TEXTS[one.form]),
            one.prompts,
            one.won,
            one.pairs,
            examples.of_prompts(one.prompts_named),
        )
        for one in report.constants
    ]
