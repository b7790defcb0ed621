"""What stands out in a report, in sentences that a page can translate."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

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

PERSONAL = {
    "email": _("e-mail addresses"),
    "phone": _("phone numbers"),
    "card": _("payment cards"),
    "iban": _("IBANs"),
    "key": _("access keys"),
    "private_key": _("private keys"),
}
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
        yield _(
            "The chat template refuses %(count)s items; a trainer would stop there.",
            count=found.unrenderable,
        )
    if found.over_length:
        yield _(
            "%(count)s rows (%(share)s) are longer than %(tokens)s tokens.",
            count=found.over_length,
            share=f"{found.over_length_share:.2%}",
            tokens=found.max_length,
        )
    for effect in found.trainers:
        if effect.dropped or effect.cut:
            yield _(
                "TRL's %(trainer)s trainer would drop %(dropped)s and cut %(cut)s of %(rows)s rows "
                "without a word.",
                **asdict(effect),
            )


def about_structure(found: StructureReport) -> Iterator[Sentence]:
    if count := found.equal_pairs:
        yield _("%(count)s pairs have the same text as chosen and as rejected.", count=count)
    if count := found.empty_answers:
        yield _("%(count)s answers are empty.", count=count)
    if count := found.empty_prompts:
        yield _("%(count)s prompts are empty.", count=count)
    if count := found.prompt_mismatch:
        yield _("%(count)s items have answers that cannot follow their prompt.", count=count)
    yield from _about_duplicates(found)


def _about_duplicates(found: StructureReport) -> Iterator[Sentence]:
    if count := found.duplicate_rows:
        if found.duplicate_rows_sampled == 1:
            yield _("%(count)s rows repeat an earlier row to the character.", count=count)
        else:
            yield _("About %(count)s rows repeat an earlier row to the character.", count=count)
    if count := found.duplicate_prompts:
        if found.duplicate_prompts_sampled == 1:
            yield _(
                "%(count)s prompts repeat another prompt under an id of their own.", count=count
            )
        else:
            yield _(
                "About %(count)s prompts repeat another prompt under an id of their own.",
                count=count,
            )


def about_personal_data(found: PersonalReport) -> Iterator[Sentence]:
    for kind, count in found.by_kind.items():
        if count:
            what = PERSONAL[kind]
            yield _("%(count)s %(what)s stand in prompts or answers.", count=count, what=what)


def about_overlap(found: Sequence[OverlapReport] | None) -> Iterator[Sentence]:
    if found is None:
        yield _("No evaluation set is named, so overlap was not looked for.")
    for one in found or ():
        if one.items:
            yield _(
                "%(items)s items share thirteen words in a row with %(name)s (%(prompts)s prompts, "
                "%(answers)s answers).",
                items=one.items,
                name=one.name,
                prompts=one.prompts,
                answers=one.answers,
            )
        if one.too_short:
            yield _(
                "%(count)s texts of %(name)s are too short to be found.",
                count=one.too_short,
                name=one.name,
            )


def about_scripts(found: MixReport) -> Iterator[Sentence]:
    for tag, count in found.script_contradicts.items():
        yield _(
            "%(count)s prompts are tagged %(tag)s and written in another script.",
            count=count,
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
        yield _(
            "Of %(count)s pairs the order in which they were shown is unknown.",
            count=found.order_unknown,
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
