"""Turn one item of another tool, read by a plan, into a prompt with its judgements."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.importing import fields, said, texts
from annotate.importing.drafts import drafts_in
from annotate.importing.fields import BadRow
from annotate.importing.plan import Plan, Role
from annotate.importing.records import (
    ImportedCandidate,
    ImportedDemonstration,
    ImportedPrompt,
    ImportedRanking,
    LeftOut,
    Message,
    Record,
    Refusal,
)
from annotate.importing.work import Said, Work
from commons.sentences import said_by
from commons.sentences import sentence as _

NO_RANKING = _("ratings and marks of somebody who ranked nothing: they are kept beside a ranking")
REPEATED = _("an answer that repeats another one word for word")


def records_of(work: Work, plan: Plan, line: int) -> Iterator[Record]:
    """The prompt of an item, and what of it is not carried; a refusal if it cannot be kept."""
    try:
        prompt = _prompt_of(work, plan, line)
    except BadRow as bad:
        where = {"key": work.key, "said": said_by(bad)}
        yield Refusal(
            line,
            _("task %(key)s: %(said)s", **where)
            if work.noun == "task"
            else _("record %(key)s: %(said)s", **where),
        )
        return
    yield prompt
    for why in work.left:
        yield LeftOut(line, work.key, why)


def _prompt_of(work: Work, plan: Plan, line: int) -> ImportedPrompt:
    asked, answered = texts.prompt_in(work, plan)
    found = [*texts.answers_in(work, plan), *answered]
    candidates, same = _apart(work, found)
    by_key = {one.key: one for one in candidates}
    demonstrations: list[ImportedDemonstration] = []
    rankings: list[ImportedRanking] = []
    for each in work.said:
        demonstrations += _demonstrations(each, plan)
        ranking = _ranking(work, each, plan, by_key, same)
        rankings += [ranking] if ranking else []
    wishes = plan.wishes
    labels = {**work.extra, **work.data}
    return ImportedPrompt(
        key=work.key,
        messages=asked,
        skill=_label(labels, wishes.skill, "", "skill"),
        language=_label(labels, wishes.language, fields.LANGUAGE, "language"),
        source=plan.project,
        candidates=candidates,
        demonstrations=tuple(demonstrations),
        rankings=tuple(rankings),
        line=line,
        drafts=tuple(drafts_in(work, plan, by_key, same)),
    )


def _label(data: Mapping[str, Any], key: str, default: str, longest: str) -> str:
    if not key or data.get(key) in (None, ""):
        return default
    return fields.label(data, key, key, default=default, longest=longest)


def _apart(
    work: Work, found: Sequence[ImportedCandidate]
) -> tuple[tuple[ImportedCandidate, ...], dict[str, str]]:
    """The candidates, each once, and which of them every key means."""
    first: dict[tuple[str, ...], str] = {}
    kept, same = [], {}
    for each in found:
        text = tuple(message["content"] for message in each.messages)
        same[each.key] = first.setdefault(text, each.key)
        if same[each.key] == each.key:
            kept.append(each)
        else:
            work.left.append(REPEATED)
    return tuple(kept), same


def _demonstrations(each: Said, plan: Plan) -> Iterator[ImportedDemonstration]:
    for statement in each.statements:
        gives = plan.questions.get(statement.question)
        if gives and gives.role is Role.DEMONSTRATION and str(statement.value).strip():
            text = fields.text(statement.value, statement.question)
            message: Message = {"role": "assistant", "content": text}
            yield ImportedDemonstration((message,), each.rater, each.when)


def _ranking(
    work: Work,
    each: Said,
    plan: Plan,
    candidates: Mapping[str, ImportedCandidate],
    same: Mapping[str, str],
) -> ImportedRanking | None:
    """What one person said of the answers; None where nothing of it orders them."""
    heard = said.heard(work, each, plan, candidates, same)
    tiers = heard.rankings[0] if heard.rankings else ()
    work.left += [said.TWO_RANKINGS] * (len(heard.rankings) - 1)
    if not tiers:
        work.left += [NO_RANKING] * bool(heard.answers)
        return None
    placed = {key for tier in tiers for key in tier}
    return ImportedRanking(
        rater=each.rater,
        tiers=tiers,
        answers={key: heard.answers[key] for key in heard.answers if key in placed},
        reason=heard.reason,
        when=each.when,
    )
