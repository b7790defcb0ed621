"""The texts of a snapshot's members, read in their order at constant memory."""

from collections.abc import Callable, Iterator, Mapping

from django.db.models import QuerySet

from annotate.enums import Kind, SnapshotKind
from annotate.export.rows import (
    DemonstrationText,
    IdealText,
    RankingText,
    Row,
    preference_rows,
    ranked_row,
    sft_row,
)
from annotate.models import (
    Candidate,
    Demonstration,
    Instructions,
    Ranking,
    Snapshot,
    SnapshotMember,
)
from annotate.questions import Questions, questions_of

CHUNK = 500

Pseudonym = Callable[[str], str]  # from a rater's uuid
Heard = Callable[[int], None]  # how many members were read since the last call


def rows_of(
    snapshot: Snapshot,
    side: str,
    *,
    name_for: Pseudonym,
    margins: Mapping[int, float] | None,
    heard: Heard,
) -> Iterator[Row]:
    """The rows of one side, as the snapshot's kind has them."""
    for members in _chunks(snapshot, side):
        if snapshot.kind == SnapshotKind.SFT:
            for member in members:
                yield sft_row(_demonstration_text(member, name_for))
        else:
            for ranking in _ranking_texts(members, name_for):
                if snapshot.kind == SnapshotKind.RANKED:
                    yield ranked_row(ranking)
                else:
                    yield from preference_rows(ranking, margins=margins)
        heard(len(members))


def _chunks(snapshot: Snapshot, side: str) -> Iterator[list[SnapshotMember]]:
    """Members by position, a chunk at a time: no cursor is held open while shards are written."""
    after = -1
    members = _with_texts(snapshot).filter(side=side).order_by("position")
    while chunk := list(members.filter(position__gt=after)[:CHUNK]):
        yield chunk
        after = chunk[-1].position


def _with_texts(snapshot: Snapshot) -> QuerySet[SnapshotMember]:
    if snapshot.kind == SnapshotKind.SFT:
        return snapshot.members.select_related("demonstration__prompt", "demonstration__rater")
    return snapshot.members.select_related("ranking__prompt", "ranking__rater", "ranking__ideal")


def _demonstration_text(member: SnapshotMember, name_for: Pseudonym) -> DemonstrationText:
    kept = member.demonstration
    assert isinstance(kept, Demonstration)  # a_member_is_one_judgement
    return DemonstrationText(
        id=str(kept.uuid),
        prompt_id=str(kept.prompt.uuid),
        prompt=kept.prompt.messages,
        answer=kept.messages,
        rater=name_for(str(kept.rater.uuid)),
        side=member.side,
        skill=kept.prompt.skill,
        language=kept.prompt.language,
        tools=kept.prompt.tools,
    )


def _ranking_texts(members: list[SnapshotMember], name_for: Pseudonym) -> Iterator[RankingText]:
    rankings = [member.ranking for member in members if member.ranking is not None]
    texts, asked = _answers(rankings), _asked(rankings)
    for kept in rankings:
        yield RankingText(
            id=str(kept.uuid),
            prompt_id=str(kept.prompt.uuid),
            prompt=kept.prompt.messages,
            candidates={name: texts[name] for name in _in_offered_order(kept)},
            tiers=kept.tiers,
            unrankable=kept.unrankable,
            strengths=kept.strengths,
            rater=name_for(str(kept.rater.uuid)),
            side=kept.prompt.side,
            skill=kept.prompt.skill,
            language=kept.prompt.language,
            asked=asked.get(kept.instructions_id, Questions()),
            answers=kept.answers,
            reason=kept.reason,
            ideal=IdealText(str(kept.ideal.uuid), kept.ideal.messages) if kept.ideal else None,
        )


def _asked(rankings: list[Ranking]) -> dict[int | None, Questions]:
    """What each version of the instructions asks of a ranking."""
    versions = {kept.instructions_id for kept in rankings if kept.instructions_id}
    forms = Instructions.objects.filter(pk__in=versions).values_list("pk", "form")
    return {pk: questions_of(form, Kind.RANK) for pk, form in forms}


def _answers(rankings: list[Ranking]) -> dict[str, list[dict[str, str]]]:
    wanted = {name for kept in rankings for name in _placed(kept)}
    found = Candidate.objects.filter(uuid__in=wanted).values_list("uuid", "messages")
    return {str(uuid): messages for uuid, messages in found}


def _placed(kept: Ranking) -> list[str]:
    return [*(name for tier in kept.tiers for name in tier), *kept.unrankable]


def _in_offered_order(kept: Ranking) -> list[str]:
    """Sorted by id: an order that says nothing about the ranking, and is the same everywhere."""
    return sorted(_placed(kept))
