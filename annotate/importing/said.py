"""What one person said of an item: orders of the answers, and ratings, flags and spans of each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotate.importing import fields
from annotate.importing.fields import BadRow
from annotate.importing.guessing import YES_NO, is_tie, plain, resolved
from annotate.importing.plan import Gives, Plan, Role
from annotate.importing.records import ImportedCandidate
from annotate.importing.work import Kind, Mark, Said, Statement, Tiers, Work
from commons.sentences import said_by
from commons.sentences import sentence as _

UNSURE_ORDER = _(
    "ranking without ranks, in the order of its options: Argilla's SDK leaves the ranks out "
    "(argilla-io/argilla#5712); export with ranks as docs/importing.md shows, or trust the order "
    "with --trust-order"
)
BUCKETS = _("answers in buckets, whose order is not said: name them with --buckets BEST,…,WORST")
UNPLACED = _("an answer that its rater left unranked")
TOO_FEW = _("ranking of fewer than two answers")
AMBIGUOUS_SPAN = _("a span whose place is not certain: it does not quote its answer there")
TWO_RANKINGS = _("a second ranking of the same item by the same person in one go")
NO_FIELD = _("it is about no one answer, or nobody said about which")
OTHER_NUMBER = _("a rating that is no whole number of 0 or more")

Answers = dict[str, dict[str, Any]]


@dataclass
class Heard:
    rankings: list[Tiers] = field(default_factory=list)
    answers: Answers = field(default_factory=dict)
    reason: str = ""


class _Left(Exception):
    """A statement that is not carried; the message is the reason."""


def heard(
    work: Work,
    each: Said,
    plan: Plan,
    candidates: Mapping[str, ImportedCandidate],
    same: Mapping[str, str],
    *,
    so_far: bool = False,
) -> Heard:
    """Everything that a person said, as far as it can be kept; the rest is put down as left.

    ``so_far``: they have not finished, so one answer may stand where it stands, and what stands
    nowhere yet was not left out.
    """
    found = Heard()
    rated: dict[str, int] = {}
    for statement in each.statements:
        gives = plan.questions.get(statement.question, Gives(Role.SKIP))
        try:
            if gives.role is Role.RANKING and statement.kind is Kind.RATING:
                key = _about(statement, gives, same)
                rated[key] = _number(statement.value)
                _part(found.answers, key, "ratings")[slug(statement.question)] = rated[key]
            elif gives.role is Role.RANKING:
                tiers = _tiers(work, statement, gives, plan, same, so_far=so_far)
                found.rankings += [tiers] if tiers else []
            elif gives.role is Role.REASON:
                found.reason = "\n\n".join(filter(None, (found.reason, _reason(statement))))
            elif gives.role is not Role.DEMONSTRATION:
                _say_of_one(found.answers, statement, gives, candidates, same)
        except _Left as left:
            work.left.append(said_by(left))
    if len(rated) > (0 if so_far else 1):
        ranks = {key: -number for key, number in rated.items()}
        found.rankings.append(by_rank(ranks))
    return found


def by_rank(ranks: Mapping[str, float]) -> Tiers:
    """Names by rank, the smallest first, equals together."""
    return tuple(
        tuple(name for name in ranks if ranks[name] == rank) for rank in sorted(set(ranks.values()))
    )


def slug(name: str) -> str:
    """A name as ``annotate.questions`` wants it."""
    word = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "other"
    return (word if word[0].isalpha() else f"q-{word}")[:40].rstrip("-")


def _tiers(
    work: Work,
    statement: Statement,
    gives: Gives,
    plan: Plan,
    same: Mapping[str, str],
    *,
    so_far: bool,
) -> Tiers:
    said = list(_groups(statement, gives, plan, list(same)))
    kept: list[tuple[str, ...]] = []
    placed: set[str] = set()
    for group in said:
        known = list(dict.fromkeys(same[_answer(name, statement, same)] for name in group))
        if tier := tuple(key for key in known if key not in placed):
            kept.append(tier)
            placed.update(tier)
    if so_far:
        return tuple(kept)
    if len(placed) < 2:
        raise _Left(TOO_FEW)
    work.left += [UNPLACED] * len(set(same.values()) - placed - _proposed(work))
    return tuple(kept)


def _proposed(work: Work) -> set[str]:
    """Models' proposals, which nobody was asked to rank."""
    return {f"{each.question}:{number}" for number, each in enumerate(work.proposals, 1)}


def _groups(
    statement: Statement, gives: Gives, plan: Plan, keys: Sequence[str]
) -> Iterator[Sequence[str]]:
    """Names of answers, best first, equals together."""
    value, wishes = statement.value, plan.wishes
    if statement.kind is Kind.ORDER:
        yield from value
    elif statement.kind is Kind.LISTED:
        options = [each for each in gives.options if each in value]
        if not wishes.trusts_order and (not options or options == list(value)):
            raise _Left(UNSURE_ORDER)
        yield from ((name,) for name in value)
    elif statement.kind is Kind.BUCKETS:
        if not wishes.buckets:
            raise _Left(BUCKETS)
        yield from (value.get(bucket, ()) for bucket in wishes.buckets)
    elif statement.kind is Kind.PAIR:
        left, right = gives.pair
        yield from ((left,), (right,)) if value == "left" else ((right,), (left,))
    else:
        yield from _chosen(statement, gives, keys)


def _chosen(statement: Statement, gives: Gives, keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """The answer that was chosen stands above the others that could have been."""
    between = [name for name in gives.options if not is_tie(name)] or list(keys)
    names = list(statement.value)
    if len(names) == 1 and is_tie(names[0]):
        yield between
        return
    found = {resolved(name, keys) for name in names}
    if None in found:
        raise _Left(f"question {statement.question}: {names[0]!a:.40} names no answer")
    yield names
    yield [name for name in between if resolved(name, keys) not in found]


def _answer(name: str, statement: Statement, same: Mapping[str, str]) -> str:
    key = resolved(name, list(same))
    if key is None:
        known = ", ".join(list(same)[:9]) or _("none")
        raise BadRow(
            statement.question,
            _(
                "names the answer %(name)s; the answers here are %(known)s.",
                name=f"{name!a:.40}",
                known=known,
            ),
        )
    return key


def _about(statement: Statement, gives: Gives, same: Mapping[str, str]) -> str:
    name = gives.about or statement.about
    if name not in same:
        raise _Left(f"question {statement.question}: {NO_FIELD}")
    return same[name]


def _say_of_one(
    answers: Answers,
    statement: Statement,
    gives: Gives,
    candidates: Mapping[str, ImportedCandidate],
    same: Mapping[str, str],
) -> None:
    """Add a rating, a flag or spans to what was said of an answer."""
    if gives.role is Role.SKIP:
        raise _Left(f"question {statement.question}: {NO_FIELD}")
    key, name = _about(statement, gives, same), slug(statement.question)
    if gives.role is Role.RATING:
        _part(answers, key, "ratings")[name] = _number(statement.value)
    elif gives.role is Role.FLAG:
        _part(answers, key, "flags").update(_flags(name, statement.value))
    else:
        text = "\n\n".join(message["content"] for message in candidates[key].messages)
        spans = [_span(mark, text) for mark in statement.value]
        answers.setdefault(key, {}).setdefault("spans", []).extend(spans)
        answers[key]["spans"].sort(key=lambda span: (span["start"], span["end"], span["name"]))


def _part(answers: Answers, key: str, sort: str) -> dict[str, Any]:
    return answers.setdefault(key, {}).setdefault(sort, {})  # type: ignore[no-any-return]


def _flags(name: str, chosen: Sequence[str]) -> dict[str, bool]:
    """Yes or no is the flag's own value; any other label that was chosen is a flag by itself."""
    if len(chosen) == 1 and plain(chosen[0]) in YES_NO:
        return {name: YES_NO[plain(chosen[0])]}
    return {slug(f"{name}-{label}"): True for label in chosen}


def _number(value: object) -> int:
    """A rating; a label that is a number is one as well."""
    if isinstance(value, tuple) and len(value) == 1 and str(value[0]).isdecimal():
        value = int(value[0])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise _Left(OTHER_NUMBER)
    return value


def _span(mark: Mark, text: str) -> dict[str, Any]:
    """A span in code points that quotes what it covers.

    Browsers count UTF-16 units: where the text before the end holds a character of two of them,
    a place is believed only if the tool quotes what stands there.
    """
    units = text.encode("utf-16-le")
    narrow = units[2 * mark.start : 2 * mark.end].decode("utf-16-le", "ignore")
    start = len(units[: 2 * mark.start].decode("utf-16-le", "ignore"))
    quotes = {(mark.start, text[mark.start : mark.end]), (start, narrow)}
    fits = [each for each in quotes if each[1] and mark.quote in (None, each[1])]
    if not 0 <= mark.start < mark.end or len(fits) != 1:
        raise _Left(AMBIGUOUS_SPAN)
    (begin, quote), *_ = fits
    return {
        "name": slug(mark.label),
        "start": begin,
        "end": begin + len(quote),
        "quote": quote,
    }


def _reason(statement: Statement) -> str:
    value = str(statement.value)
    return fields.text(value, statement.question) if value.strip() else ""
