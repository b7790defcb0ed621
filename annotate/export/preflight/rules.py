"""Why a dataset is not frozen: named limits that a campaign may set, each refusal in words.

What a rule asks about and the report does not know is a reason of its own, never a pass. A rule
that makes no sense for a kind of dataset (position bias of demonstrations) is left out for it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from annotate.export.preflight.errors import UnknownRule
from annotate.export.preflight.estimates import Share
from annotate.export.preflight.report import Report
from commons.sentences import Sentence
from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext

Number: TypeAlias = float | None
WITH_PAIRS = frozenset({"preference", "ranked"})


@dataclass(frozen=True, slots=True)
class Rule:
    """``number`` may be at most the limit, or ``at_least`` it; None = not known.

    ``words`` go on after the number; of what is counted they depend on it.
    """

    words: Sentence | Callable[[int], Sentence]
    number: Callable[[Report], Number]
    remedy: str
    unknown: str = _("freeze more judgements, or lift this rule")
    at_least: bool = False
    is_share: bool = False
    only: frozenset[str] | None = None  # kinds; None = all


def _distance(share: Share | None) -> Number:
    """How far from one half the share is at least, as far as its interval tells."""
    if share is None or share.low is None or share.high is None:
        return None
    return max(0.0, share.low - 0.5, 0.5 - share.high)


def _overlap(report: Report) -> Number:
    return None if report.overlap is None else sum(one.items for one in report.overlap)


def _contradictions(report: Report) -> Number:
    judged = report.mix.script_judged
    return sum(report.mix.script_contradicts.values()) / judged if judged else None


def _far_longer(report: Report) -> Number:
    found = report.choices
    if found is None or found.far_longer is None or not found.pairs:
        return None
    return found.far_longer / found.pairs


def _length_of_most(report: Report) -> Number:
    found = report.mix.row_characters
    return None if found is None else found.p95


def _languages(report: Report) -> list[float]:
    """The share of each language that any judgement has."""
    counts = report.mix.languages.values()
    return [count / sum(counts) for count in counts]


_NO_TOKENIZER = _("name a tokenizer")
_SHORTEN = _(
    "shorten or leave out the rows that the report names, or raise the trainer's max_length"
)
_ONE_VOTE = _(
    "take one vote of several raters (policy: majority), or withdraw what was imported twice"
)

RULES: Mapping[str, Rule] = {
    "over_length": Rule(
        lambda number: ngettext(
            "row longer than the limit of tokens",
            "rows longer than the limit of tokens",
            number,
        ),
        lambda report: None if report.tokens is None else report.tokens.over_length,
        _SHORTEN,
        _NO_TOKENIZER,
    ),
    "over_length_share": Rule(
        _("of the rows are longer than the limit of tokens"),
        lambda report: None if report.tokens is None else report.tokens.over_length_share,
        _SHORTEN,
        _NO_TOKENIZER,
        is_share=True,
    ),
    "unrenderable": Rule(
        lambda number: ngettext(
            "item that the chat template refuses",
            "items that the chat template refuses",
            number,
        ),
        lambda report: None if report.tokens is None else report.tokens.unrenderable,
        _("mend the turns of the prompts that the report names, or choose another template"),
        _NO_TOKENIZER,
    ),
    "equal_pairs": Rule(
        lambda number: ngettext(
            "pair with the same text on both sides",
            "pairs with the same text on both sides",
            number,
        ),
        lambda report: report.structure.equal_pairs,
        _("leave out the rankings that the report names, or merge the equal candidates"),
        only=WITH_PAIRS,
    ),
    "empty_answers": Rule(
        lambda number: ngettext(
            "empty answer",
            "empty answers",
            number,
        ),
        lambda report: report.structure.empty_answers,
        _("turn down the judgements that the report names"),
    ),
    "prompt_mismatch": Rule(
        lambda number: ngettext(
            "item whose answers cannot follow its prompt",
            "items whose answers cannot follow their prompt",
            number,
        ),
        lambda report: report.structure.prompt_mismatch,
        _("mend or withdraw the prompts that the report names"),
    ),
    "duplicate_rows": Rule(
        lambda number: ngettext(
            "row that repeats another row",
            "rows that repeat another row",
            number,
        ),
        lambda report: report.structure.duplicate_rows,
        _ONE_VOTE,
    ),
    "duplicate_rows_share": Rule(
        _("of the rows repeat another row"),
        lambda report: report.structure.duplicate_rows_share,
        _ONE_VOTE,
        is_share=True,
    ),
    "duplicate_prompts": Rule(
        lambda number: ngettext(
            "prompt that repeats another prompt",
            "prompts that repeat another prompt",
            number,
        ),
        lambda report: report.structure.duplicate_prompts,
        _("withdraw the prompts that were brought in twice"),
    ),
    "personal_data": Rule(
        lambda number: ngettext(
            "place with personal data or keys",
            "places with personal data or keys",
            number,
        ),
        lambda report: report.personal.total,
        _("mask what the report names, or withdraw those prompts and judgements"),
    ),
    "evaluation_overlap": Rule(
        lambda number: ngettext(
            "item that shares thirteen words with an evaluation set",
            "items that share thirteen words with an evaluation set",
            number,
        ),
        _overlap,
        _("withdraw the prompts that the report names, or leave that set out of the evaluation"),
        _("name the evaluation sets"),
    ),
    "script_contradictions_share": Rule(
        _("of the prompts are not in the script of their language tag"),
        _contradictions,
        _("correct the tags of the prompts that the report names"),
        is_share=True,
    ),
    "position_bias": Rule(
        _("from one half is how often the answer shown earlier is preferred, at the least"),
        lambda report: None if report.choices is None else _distance(report.choices.earlier),
        _("look at who ranks by place, and leave their judgements out"),
        _("freeze rankings whose shown order is known"),
        is_share=True,
        only=WITH_PAIRS,
    ),
    "length_bias": Rule(
        _("from one half is how often the longer answer is preferred, at the least"),
        lambda report: None if report.choices is None else _distance(report.choices.longer),
        _("say in the guideline that length is no merit, and collect pairs of like length"),
        is_share=True,
        only=WITH_PAIRS,
    ),
    "far_longer_share": Rule(
        _("of the pairs prefer an answer more than twice as long as the other"),
        _far_longer,
        _("collect pairs of like length, or turn down what was preferred for its length"),
        is_share=True,
        only=WITH_PAIRS,
    ),
    "row_characters_p95": Rule(
        _("characters are what 95 of 100 rows stay within"),
        _length_of_most,
        _("freeze shorter prompts and answers, or raise this limit"),
    ),
    "largest_language_share": Rule(
        _("of the judgements are in one language"),
        lambda report: max(_languages(report), default=None),
        _("collect in other languages, or freeze those languages alone that you need"),
        is_share=True,
    ),
    "smallest_language_share": Rule(
        _("of the judgements are in the language with the fewest"),
        lambda report: min(_languages(report), default=None),
        _("collect more in that language, or leave it out (policy: languages)"),
        at_least=True,
        is_share=True,
    ),
    "largest_rater_share": Rule(
        _("of the judgements come from one rater"),
        lambda report: report.raters.largest_share,
        _("collect from more people, or hold out a part of that rater's judgements"),
        _("freeze judgements whose raters are known"),
        is_share=True,
    ),
    "effective_raters": Rule(
        _("raters of equal share"),
        lambda report: report.raters.effective,
        _("collect from more people, or share the work more evenly"),
        _("freeze judgements whose raters are known"),
        at_least=True,
    ),
    "constant_winners": Rule(
        lambda number: ngettext(
            "text that wins whatever was asked",
            "texts that win whatever was asked",
            number,
        ),
        lambda report: None if report.constants is None else len(report.constants),
        _("look at the prompts that the report names, and turn those judgements down"),
        only=WITH_PAIRS,
    ),
}


def refusals(report: Report, rules: Mapping[str, float]) -> list[Sentence]:
    """Every reason not to freeze, with number, limit and remedy; none means freeze.

    ``rules`` maps names of ``RULES`` to limits; another name raises ``UnknownRule``. A bias is
    held against its limit by the end of its interval that is nearer to one half: a dataset is
    refused for what is sure, not for what may be.
    """
    return list(_refusals(report, rules))


def _refusals(report: Report, rules: Mapping[str, float]) -> Iterator[Sentence]:
    for name, limit in sorted(rules.items()):
        rule = RULES.get(name)
        if rule is None:
            raise UnknownRule(name, sorted(RULES))
        if rule.only is not None and report.kind not in rule.only:
            continue
        number = rule.number(report)
        if number is None:
            yield _(
                "%(rule)s: not known, and a limit is set; %(remedy)s.",
                rule=name,
                remedy=rule.unknown,
            )
        elif number < limit if rule.at_least else number > limit:
            yield _refused(name, rule, number, limit)


def _refused(name: str, rule: Rule, number: float, limit: float) -> Sentence:
    given = {
        "rule": name,
        "number": _said(number, rule),
        "what": rule.words(int(number)) if callable(rule.words) else rule.words,
        "limit": _said(limit, rule),
        "remedy": rule.remedy,
    }
    if rule.at_least:
        return _(
            "%(rule)s: %(number)s %(what)s; at least %(limit)s may be. To freeze, %(remedy)s.",
            **given,
        )
    return _(
        "%(rule)s: %(number)s %(what)s; at most %(limit)s may be. To freeze, %(remedy)s.",
        **given,
    )


def _said(number: float, rule: Rule) -> str:
    return f"{number:.2%}" if rule.is_share else f"{number:.10g}"
