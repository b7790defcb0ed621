"""What came into a dataset, what went and what changed, by its members."""

from uuid import uuid4

import pytest

from annotate.enums import SnapshotKind
from annotate.errors import MembersUnknown, OtherKind
from annotate.models import Campaign, Prompt, Ranking, Snapshot, SnapshotMember
from annotate.selectors.snapshot_difference import Changed, Difference, difference_of
from tests.annotate.freezing import freeze
from tests.factories import make_campaign, make_member, make_prompt, make_ranking

pytestmark = pytest.mark.django_db

NOTHING: dict[str, dict[str, int]] = {"added": {}, "removed": {}, "changed": {}}


def judged(campaign: Campaign, skill: str, side: str) -> Ranking:
    """A ranking of a prompt with this skill, on this side."""
    ranking = make_ranking(campaign, make_member(campaign))
    Prompt.objects.filter(pk=ranking.prompt_id).update(skill=skill, side=side)
    ranking.refresh_from_db()
    return ranking


def revised(ranking: Ranking, tiers: list[list[str]]) -> Ranking:
    """The next revision of a judgement, as a change of a submission keeps it."""
    Ranking.objects.filter(pk=ranking.pk).update(current=False)
    values = {
        field.attname: getattr(ranking, field.attname)
        for field in Ranking._meta.concrete_fields
        if field.attname not in ("id", "uuid", "key", "created_at")
    }
    following = {"uuid": uuid4(), "revision": ranking.revision + 1, "tiers": tiers}
    return Ranking.objects.create(**values | following | {"current": True})


def frozen_of(*members: tuple[Ranking, str], kind: str = "ranked") -> Snapshot:
    """A snapshot with these members, each on a side."""
    snapshot = Snapshot.objects.create(kind=kind, members_digest=uuid4().hex)
    SnapshotMember.objects.bulk_create(
        SnapshotMember(snapshot=snapshot, position=place, side=side, ranking=ranking)
        for place, (ranking, side) in enumerate(members)
    )
    return snapshot


def test_each_change_is_counted_by_side_and_skill_and_told():
    """Of six judgements one stays; one comes, one goes, one moves, two are revised, one of them
    to the same label."""
    campaign = make_campaign()
    stays, comes, goes = (judged(campaign, "law", "train") for _ in range(3))
    moves, relabels, repeats = (judged(campaign, "physics", "test") for _ in range(3))
    other = revised(relabels, relabels.tiers[::-1])
    same = revised(repeats, repeats.tiers)
    older = frozen_of(
        *[(stays, "train"), (goes, "train"), (moves, "train")],
        *[(relabels, "test"), (repeats, "test")],
    )
    newer = frozen_of(
        *[(stays, "train"), (comes, "train"), (moves, "test")],
        *[(other, "test"), (same, "test")],
    )

    found = difference_of(older, newer)

    def of(ranking: Ranking, side_was, side_is, was, now, *, label: bool = False) -> Changed:
        skill = ranking.prompt.skill
        return Changed(ranking.prompt.uuid, ranking.uuid, skill, side_was, side_is, was, now, label)

    assert found == Difference(
        counts={"added": 1, "removed": 1, "changed": 3},
        sides={"added": {"train": 1}, "removed": {"train": 1}, "changed": {"test": 3}},
        skills={"added": {"law": 1}, "removed": {"law": 1}, "changed": {"physics": 3}},
        relabelled=1,
        first={
            "added": [of(comes, None, "train", None, 1)],
            "removed": [of(goes, "train", None, 1, None)],
            "changed": sorted(
                [
                    of(moves, "train", "test", 1, 1),
                    of(other, "test", "test", 1, 2, label=True),
                    of(same, "test", "test", 1, 2),
                ],
                key=lambda each: each.prompt.hex,
            ),
        },
    )


def test_backwards_what_came_in_is_what_went():
    campaign = make_campaign()
    some = [judged(campaign, "", "train") for _ in range(3)]
    older, newer = frozen_of((some[0], "train")), frozen_of(*[(each, "train") for each in some])

    forth, back = difference_of(older, newer), difference_of(newer, older)

    assert forth.counts == {"added": 2, "removed": 0, "changed": 0}
    assert back.counts == {"added": 0, "removed": 2, "changed": 0}
    assert [each.judged for each in back.first["removed"]] == [
        each.judged for each in forth.first["added"]
    ]


def test_only_the_first_are_listed_and_all_are_counted():
    campaign = make_campaign()
    some = [judged(campaign, "", "train") for _ in range(3)]

    found = difference_of(frozen_of(), frozen_of(*[(each, "train") for each in some]), first=2)

    first_two = sorted(each.prompt.uuid.hex for each in some)[:2]
    assert [each.prompt.hex for each in found.first["added"]] == first_two
    assert found.counts["added"] == 3


def test_of_equal_members_nothing_is_asked(django_assert_num_queries):
    campaign = make_campaign()
    judged(campaign, "", "train")
    older, newer = freeze(SnapshotKind.RANKED, campaign), freeze(SnapshotKind.RANKED, campaign)

    with django_assert_num_queries(0):
        found = difference_of(older, newer)

    assert (found.counts, found.sides) == ({"added": 0, "removed": 0, "changed": 0}, NOTHING)


def test_datasets_of_prompts_are_compared_by_their_prompts():
    campaign = make_campaign()
    first = make_prompt(campaign, skill="law")
    older = freeze(SnapshotKind.PROMPTS, campaign)
    second = make_prompt(campaign, skill="physics")
    newer = freeze(SnapshotKind.PROMPTS, campaign)

    found = difference_of(older, newer)

    assert found.counts == {"added": 1, "removed": 0, "changed": 0}
    assert found.first["added"] == [
        Changed(second.uuid, second.uuid, "physics", None, second.side, None, 1, False)
    ]
    assert first.uuid not in {each.prompt for each in found.first["added"]}


def test_two_kinds_are_refused_and_so_is_what_is_not_frozen():
    campaign = make_campaign()
    judged(campaign, "", "train")
    ranked = freeze(SnapshotKind.RANKED, campaign)
    pairs = freeze(SnapshotKind.PREFERENCE, campaign)
    waiting = Snapshot.objects.create(kind="ranked")

    with pytest.raises(OtherKind, match="compare two of one kind"):
        difference_of(pairs, ranked)
    with pytest.raises(MembersUnknown, match="wait until it is frozen"):
        difference_of(ranked, waiting)
