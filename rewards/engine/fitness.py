"""Which answers are fit to be shown, and why the others are not. No model is needed here."""

from collections.abc import Iterable, Sequence

from commons.likeness import jaccard, word_pairs
from rewards.engine.blindness import names_its_maker
from rewards.engine.messages import Message
from rewards.engine.voices import Slot
from rewards.stats.texts import loops

ALIKE = 0.8  # as prompts nearly repeat one another: see annotate.near.asking
EMPTY, MAKER, LOOPING, LIKE = "empty", "maker", "looping", "alike"
REFUSED = "refused"  # by the server that was asked: there was nothing to judge
REASONS = (EMPTY, MAKER, LOOPING, LIKE, REFUSED)


def why_unfit(text: str, prompt: Sequence[Message], beside: Iterable[str]) -> str:
    """Why an answer is not fit to be shown with those ``beside`` it; empty where it is.

    There is nothing in it, it names its model, it goes round in circles, or the same is said
    already: two answers are alike when the Jaccard index of their pairs of words reaches ``ALIKE``.
    """
    if not text.strip():
        return EMPTY
    if names_its_maker(text, prompt):
        return MAKER
    if loops(text):
        return LOOPING
    mine = word_pairs(text)
    if any(jaccard(mine, word_pairs(other)) >= ALIKE for other in beside):
        return LIKE
    return ""


def blank_the_unfit(
    slots: Iterable[Slot], drawn: Sequence[Slot], beside: Iterable[str] = ()
) -> None:
    """Empty those that were just ``drawn`` and are unfit, and note why; all are of one prompt.

    What stood before them stands; of two new ones that are alike the first.
    """
    fresh = {id(slot) for slot in drawn}
    said = [*beside, *(slot.text for slot in slots if slot.text and id(slot) not in fresh)]
    for slot in drawn:
        why = why_unfit(slot.text, slot.prompt.messages, said)
        if why:
            slot.unfit.append(why)
            slot.text = ""
        else:
            said.append(slot.text)
