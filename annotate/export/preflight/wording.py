"""What stands out in a report, in sentences that a page can translate."""

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
from commons.sentences import Sentence
from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext

CONSTANTS = {
    "whole": _("answer"),
    "beginning": _("beginning of answers"),
    "end": _("end of answers"),
}


def about_tokens(found: TokenReport | None) -> Iterator[Sentence]:
    if found is None:
        yield _("No tokenizer is named, so no row was measured in tokens.")
        return
    if not found.with_template:
        yield _("The tokenizer has no chat template; the tokens that one adds are not counted.")
    if found.unrenderable:
        yield ngettext(
            "The chat template refuses %(count)s item; a trainer would stop there.",
            "The chat template refuses %(count)s items; a trainer would stop there.",
            found.unrenderable,
        )
    if found.over_length:
        yield ngettext(
            "%(count)s row (%(share)s) is longer than %(tokens)s tokens.",
            "%(count)s rows (%(share)s) are longer than %(tokens)s tokens.",
            found.over_length,
            share=f"{found.over_length_share:.2%}",
            tokens=found.max_length,
        )
    for effect in found.trainers:
        if effect.dropped or effect.cut:
            yield ngettext(
                "TRL's %(trainer)s trainer would drop %(dropped)s and cut %(cut)s of %(count)s row "
                "without a word.",
                "TRL's %(trainer)s trainer would drop %(dropped)s and cut %(cut)s of %(count)s "
                "rows without a word.",
                effect.rows,
                trainer=effect.trainer,
                dropped=effect.dropped,
                cut=effect.cut,
            )


def about_structure(found: StructureReport) -> Iterator[Sentence]:
    if count := found.equal_pairs:
        yield ngettext(
            "%(count)s pair has the same text as chosen and as rejected.",
            "%(count)s pairs have the same text as chosen and as rejected.",
            count,
        )
    if count := found.empty_answers:
        yield ngettext("%(count)s answer is empty.", "%(count)s answers are empty.", count)
    if count := found.empty_prompts:
        yield ngettext("%(count)s prompt is empty.", "%(count)s prompts are empty.", count)
    if count := found.prompt_mismatch:
        yield ngettext(
            "%(count)s item has answers that cannot follow its prompt.",
            "%(count)s items have answers that cannot follow their prompt.",
            count,
        )
    yield from _about_duplicates(found)


def _about_duplicates(found: StructureReport) -> Iterator[Sentence]:
    if count := found.duplicate_rows:
        if found.duplicate_rows_sampled == 1:
            yield ngettext(
                "%(count)s row repeats an earlier row to the character.",
                "%(count)s rows repeat an earlier row to the character.",
                count,
            )
        else:
            yield ngettext(
                "About %(count)s row repeats an earlier row to the character.",
                "About %(count)s rows repeat an earlier row to the character.",
                count,
            )
    if count := found.duplicate_prompts:
        if found.duplicate_prompts_sampled == 1:
            yield ngettext(
                "%(count)s prompt repeats another prompt under an id of its own.",
                "%(count)s prompts repeat another prompt under an id of their own.",
                count,
            )
        else:
            yield ngettext(
                "About %(count)s prompt repeats another prompt under an id of its own.",
                "About %(count)s prompts repeat another prompt under an id of their own.",
                count,
            )


def about_personal_data(found: PersonalReport) -> Iterator[Sentence]:
    for kind, count in found.by_kind.items():
        if count:
            yield _personal(kind, count)


def _personal(kind: str, count: int) -> Sentence:
    match kind:
        case "email":
            return ngettext(
                "%(count)s e-mail address stands in prompts or answers.",
                "%(count)s e-mail addresses stand in prompts or answers.",
                count,
            )
        case "phone":
            return ngettext(
                "%(count)s phone number stands in prompts or answers.",
                "%(count)s phone numbers stand in prompts or answers.",
                count,
            )
        case "card":
            return ngettext(
                "%(count)s payment card stands in prompts or answers.",
                "%(count)s payment cards stand in prompts or answers.",
                count,
            )
        case "iban":
            return ngettext(
                "%(count)s IBAN stands in prompts or answers.",
                "%(count)s IBANs stand in prompts or answers.",
                count,
            )
        case "key":
            return ngettext(
                "%(count)s access key stands in prompts or answers.",
                "%(count)s access keys stand in prompts or answers.",
                count,
            )
        case _other:
            return ngettext(
                "%(count)s private key stands in prompts or answers.",
                "%(count)s private keys stand in prompts or answers.",
                count,
            )


def about_overlap(found: Sequence[OverlapReport] | None) -> Iterator[Sentence]:
    if found is None:
        yield _("No evaluation set is named, so overlap was not looked for.")
    for one in found or ():
        if one.items:
            yield ngettext(
                "%(count)s item shares thirteen words in a row with %(name)s (%(where)s).",
                "%(count)s items share thirteen words in a row with %(name)s (%(where)s).",
                one.items,
                name=one.name,
                where=Sentence("%(prompts)s, %(answers)s", **_prompts_and_answers(one)),
            )
        if one.too_short:
            yield ngettext(
                "%(count)s text of %(name)s is too short to be found.",
                "%(count)s texts of %(name)s are too short to be found.",
                one.too_short,
                name=one.name,
            )


def _prompts_and_answers(found: OverlapReport) -> dict[str, Sentence]:
    return {
        "prompts": ngettext("%(count)s prompt", "%(count)s prompts", found.prompts),
        "answers": ngettext("%(count)s answer", "%(count)s answers", found.answers),
    }


def about_scripts(found: MixReport) -> Iterator[Sentence]:
    for tag, count in found.script_contradicts.items():
        yield ngettext(
            "%(count)s prompt is tagged %(tag)s and written in another script.",
            "%(count)s prompts are tagged %(tag)s and written in another script.",
            count,
            tag=tag,
        )


def about_raters(found: RaterReport) -> Iterator[Sentence]:
    if found.largest_share is not None and found.effective is not None and found.raters > 1:
        yield _(
            "The rater with most judgements gave %(share)s of them; %(raters)s raters count as "
            "%(effective)s of equal share.",
            share=f"{found.largest_share:.1%}",
            raters=found.raters,
            effective=f"{found.effective:.1f}",
        )


def about_choices(found: ChoiceReport | None) -> Iterator[Sentence]:
    if found is None:
        return
    if found.order_unknown:
        yield ngettext(
            "Of %(count)s pair the order in which it was shown is unknown.",
            "Of %(count)s pairs the order in which they were shown is unknown.",
            found.order_unknown,
        )
    yield from _bias(_("the answer shown earlier"), found.earlier)
    yield from _bias(_("the answer shown first"), found.first)
    yield from _bias(_("the longer answer"), found.longer)


def about_constants(found: Sequence[Constant] | None) -> Iterator[Sentence]:
    for one in found or ():
        given = {
            "what": CONSTANTS[one.form],
            "prompts": one.prompts,
            "won": one.won,
            "pairs": one.pairs,
            "example": one.prompts_named[0],
        }
        if one.sampled == 1:
            yield _(
                "One %(what)s stands in %(prompts)s prompts and won %(won)s of %(pairs)s pairs; "
                "for instance in prompt %(example)s.",
                **given,
            )
        else:
            yield _(
                "One %(what)s stands in %(prompts)s prompts and won %(won)s of %(pairs)s pairs, in "
                "a sample of %(sample)s of the prompts; for instance in prompt %(example)s.",
                sample=f"{one.sampled:.1%}",
                **given,
            )


def _bias(what: Sentence, share: Share | None) -> Iterator[Sentence]:
    """Only where the interval leaves one half out."""
    if share is None or share.low is None or share.high is None:
        return
    if share.low > 0.5 or share.high < 0.5:
        yield _(
            "In %(share)s of %(pairs)s pairs %(what)s was preferred (%(level)s interval %(low)s to "
            "%(high)s).",
            share=f"{share.value:.1%}",
            pairs=share.of,
            what=what,
            level=f"{share.level:.0%}",
            low=f"{share.low:.1%}",
            high=f"{share.high:.1%}",
        )
