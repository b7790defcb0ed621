"""A draft from elsewhere in the shape that drafts have here, as far as the form holds it."""

from collections.abc import Iterator, Mapping
from typing import Any

from annotate.answering import Answer, checked_answers
from annotate.enums import Kind
from annotate.errors import StrangeAnswers
from annotate.importing.records import ImportedDraft
from annotate.models import Campaign, Task
from annotate.questions import Asked, Questions, questions_of
from annotate.selectors.campaign import current_instructions

NOT_OFFERED = "an answer of a draft that its item does not offer"
NOT_ASKED = "{sort} “{name}” of a draft: the form does not ask for it so"
NO_REASON = "a reason of a draft: the form does not ask for one"


class Asking:
    """What a campaign asks beside the order now, read once."""

    def __init__(self, campaign: Campaign) -> None:
        under = current_instructions(campaign)
        self.questions = questions_of(under.form, Kind.RANK) if under else Questions()


def body_of_text(draft: ImportedDraft) -> dict[str, Any]:
    """An answer that somebody has begun to write."""
    return {"text": draft.text}


def body_of_ranking(
    draft: ImportedDraft, task: Task, asking: Asking, names: Mapping[str, str], left: list[str]
) -> dict[str, Any]:
    """An order so far, and what was said beside it; empty where nothing of it can be kept.

    An order that leaves answers unplaced is not yet considered: nobody hands it in by a slip.
    """
    placed = {names[key] for tier in draft.tiers for key in tier}
    left += [NOT_OFFERED] * len(placed - set(task.offered))
    tiers = [[names[key] for key in tier if names[key] in task.offered] for tier in draft.tiers]
    tiers = [tier for tier in tiers if tier]
    beside = _beside(draft, task, asking.questions, names, left)
    if not tiers and not beside:
        return {}
    order: dict[str, Any] = {
        "tiers": tiers,
        "unrankable": [],
        "strengths": [None] * max(len(tiers) - 1, 0),
    }
    is_whole = len({each for tier in tiers for each in tier}) == len(task.offered)
    return order | ({"considered": True} if is_whole else {}) | beside


def _beside(
    draft: ImportedDraft,
    task: Task,
    asked: Questions,
    names: Mapping[str, str],
    left: list[str],
) -> dict[str, Any]:
    answers: dict[str, Answer] = {}
    for key, said in draft.answers.items():
        for sort, name, answer in _one_by_one(said):
            kept = _kept(names[key], answer, task, asked)
            if kept is None:
                left.append(NOT_ASKED.format(sort=sort, name=name))
            else:
                _merge(answers.setdefault(names[key], {}), kept)
    beside: dict[str, Any] = {"answers": answers} if answers else {}
    if draft.reason and asked.reason is Asked.NO:
        left.append(NO_REASON)
    elif draft.reason:
        beside["reason"] = draft.reason
    return beside


def _one_by_one(said: Mapping[str, Any]) -> Iterator[tuple[str, str, Answer]]:
    """Each rating, flag and span by itself, so that one that is odd costs none of the others."""
    for sort in ("ratings", "flags"):
        for name, value in said.get(sort, {}).items():
            yield sort.removesuffix("s"), name, {sort: {name: value}}
    for span in said.get("spans", []):
        yield "span", span["name"], {"spans": [span]}


def _kept(candidate: str, answer: Answer, task: Task, asked: Questions) -> Answer | None:
    try:
        kept = checked_answers({candidate: answer}, asked=asked, offered=task.offered)
    except StrangeAnswers:
        return None
    return kept.get(candidate)


def _merge(answer: Answer, more: Answer) -> None:
    for sort, said in more.items():
        there: Any = answer.get(sort)
        answer[sort] = said if there is None else there | said if sort != "spans" else there + said
