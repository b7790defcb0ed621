"""What stands out in a report, in sentences."""

from collections.abc import Iterator, Sequence

from annotate.export.preflight.estimates import Share
from annotate.export.preflight.figures import (
    ChoiceReport,
    Constant,
    MixReport,
    OverlapReport,
    PersonalReport,
    RaterReport,
    StructureReport,
    TokenReport,
)

KIND_WORDS = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "card": "payment cards",
    "iban": "IBANs",
    "key": "access keys",
    "private_key": "private keys",
}


def about_tokens(found: TokenReport | None) -> Iterator[str]:
    if found is None:
        yield "No tokenizer is named, so no row was measured in tokens."
        return
    if not found.with_template:
        yield "The tokenizer has no chat template; the tokens that one adds are not counted."
    if found.unrenderable:
        yield f"The chat template refuses {found.unrenderable} items; a trainer would stop there."
    if found.over_length:
        yield (
            f"{found.over_length} rows ({found.over_length_share:.2%}) are longer than "
            f"{found.max_length} tokens."
        )
    for effect in found.trainers:
        if effect.dropped or effect.cut:
            yield (
                f"TRL's {effect.trainer} trainer would drop {effect.dropped} and cut {effect.cut} "
                f"of {effect.rows} rows without a word."
            )


def about_structure(found: StructureReport) -> Iterator[str]:
    for count, words in (
        (found.equal_pairs, "pairs have the same text as chosen and as rejected"),
        (found.empty_answers, "answers are empty"),
        (found.empty_prompts, "prompts are empty"),
        (found.prompt_mismatch, "items have answers that cannot follow their prompt"),
    ):
        if count:
            yield f"{count} {words}."
    for count, sampled, words in (
        (
            found.duplicate_rows,
            found.duplicate_rows_sampled,
            "rows repeat an earlier row to the character",
        ),
        (
            found.duplicate_prompts,
            found.duplicate_prompts_sampled,
            "prompts repeat another prompt under an id of their own",
        ),
    ):
        if count:
            yield f"{'' if sampled == 1 else 'About '}{count} {words}."


def about_personal_data(found: PersonalReport) -> Iterator[str]:
    for kind, count in found.by_kind.items():
        if count:
            yield f"{count} {KIND_WORDS[kind]} stand in prompts or answers."


def about_overlap(found: Sequence[OverlapReport] | None) -> Iterator[str]:
    if found is None:
        yield "No evaluation set is named, so overlap was not looked for."
    for one in found or ():
        if one.items:
            yield (
                f"{one.items} items share thirteen words in a row with {one.name} "
                f"({one.prompts} prompts, {one.answers} answers)."
            )
        if one.too_short:
            yield f"{one.too_short} texts of {one.name} are too short to be found."


def about_scripts(found: MixReport) -> Iterator[str]:
    for tag, count in found.script_contradicts.items():
        yield f"{count} prompts are tagged {tag} and written in another script."


def about_raters(found: RaterReport) -> Iterator[str]:
    if found.largest_share is not None and found.effective is not None and found.raters > 1:
        yield (
            f"The rater with most judgements gave {found.largest_share:.1%} of them; "
            f"{found.raters} raters count as {found.effective:.1f} of equal share."
        )


def about_choices(found: ChoiceReport | None) -> Iterator[str]:
    if found is None:
        return
    if found.order_unknown:
        yield f"Of {found.order_unknown} pairs the order in which they were shown is unknown."
    yield from _bias("the answer shown earlier", found.earlier)
    yield from _bias("the answer shown first", found.first)
    yield from _bias("the longer answer", found.longer)


def about_constants(found: Sequence[Constant] | None) -> Iterator[str]:
    for one in found or ():
        sample = "" if one.sampled == 1 else f", in a sample of {one.sampled:.1%} of the prompts"
        what = "answer" if one.form == "whole" else f"{one.form} of answers"
        yield (
            f"One {what} stands in {one.prompts} prompts and won {one.won} of {one.pairs} pairs"
            f"{sample}; for instance in prompt {one.prompts_named[0]}."
        )


def _bias(what: str, share: Share | None) -> Iterator[str]:
    """Only where the interval leaves one half out."""
    if share is None or share.low is None or share.high is None:
        return
    if share.low > 0.5 or share.high < 0.5:
        yield (
            f"In {share.value:.1%} of {share.of} pairs {what} was preferred "
            f"({share.level:.0%} interval {share.low:.1%} to {share.high:.1%})."
        )
