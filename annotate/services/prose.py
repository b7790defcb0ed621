"""Texts are rendered when their tasks open, before anybody comes to read them.

    tasks open -> a nudge, and every minute -> the first of each lane -> the cache ``rendered``

What is shown is the same without: whoever opens an item whose texts are not there renders them.
"""

from collections.abc import Mapping, Sequence

from annotate.selectors.prose import first_waiting, lanes_in_use, texts_read
from commons.markdown.keeping import fill_markdown, forget_markdown, name_of, unfilled

FRONT = 50  # tasks of a lane: what its people draw within the next minutes
MOST = 500  # tasks in all that are filled at a time: a cache of files holds ten thousand texts
STRETCH = 200  # tasks of one call: some seconds of a core; the next minute goes on


def fill_texts() -> int:
    """Render the texts of what is drawn next, where nobody has; say of how many tasks.

    A task that was filled is remembered beside its texts, so that a minute in which nothing is new
    reads no text.
    """
    lanes = list(lanes_in_use().values_list("pk", flat=True)[:MOST])
    front = min(FRONT, MOST // max(len(lanes), 1))
    filled = 0
    for lane in lanes:
        if filled == STRETCH:
            break
        filled += _fill_lane(lane, front, STRETCH - filled)
    return filled


def _fill_lane(lane: int, front: int, most: int) -> int:
    waiting = {f"task-{pk}": pk for pk in first_waiting(lane, front)}
    new = {waiting[owner]: owner for owner in unfilled(waiting)[:most]}
    texts = texts_read(new)
    fill_markdown({new[pk]: said for pk, said in texts.items()})
    _forget_what_went(texts)
    return len(texts)


def _forget_what_went(texts: Mapping[int, Sequence[str]]) -> None:
    """What was erased meanwhile had been let go before it was kept here."""
    there = _all_of(texts_read(texts))
    gone = _all_of(texts) - there
    if gone:
        forget_markdown([name_of(text) for text in gone])


def _all_of(texts: Mapping[int, Sequence[str]]) -> set[str]:
    return {text for said in texts.values() for text in said}
