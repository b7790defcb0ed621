"""No two models of a track learn from the same prompt; a track that would is refused in words."""

from itertools import product

import pytest

from rewards.errors import OddSetting
from rewards.models import Track
from rewards.services.shares import Share, depths_in_common, overlap, refuse_overlap

SHARES = [(part, parts) for parts in range(1, 7) for part in range(parts)]


@pytest.mark.parametrize("one", SHARES)
def test_shares_overlap_where_a_number_falls_into_both(one: Share) -> None:
    """All numbers below 60, which every n up to 6 divides, are tried."""
    found = {other: overlap(one, other) for other in SHARES}

    assert found == {
        (j, m): any(number % one[1] == one[0] and number % m == j for number in range(60))
        for j, m in SHARES
    }


def test_the_usual_shares_are_disjoint() -> None:
    refuse_overlap(Track())


@pytest.mark.parametrize(
    ("stages", "share"),
    list(product([("rewarding", "appointing"), ("stopping",)], [[0, 2], [2, 3], [0, 1]])),
)
def test_shares_in_common_are_refused_by_name(stages: tuple[str, ...], share: list[int]) -> None:
    track = Track(knobs={stage: {"share": share} for stage in stages})

    with pytest.raises(OddSetting, match=r"“\w+” .* and “\w+” .* have prompts in common") as odd:
        refuse_overlap(track)

    assert odd.value.field == "knobs"
    assert str(share) in str(odd.value)


def test_a_track_may_divide_them_otherwise() -> None:
    knobs = {"rewarding": [0, 2], "appointing": [1, 4], "stopping": [3, 4]}

    refuse_overlap(Track(knobs={stage: {"share": share} for stage, share in knobs.items()}))


@pytest.mark.parametrize("share", [None, 3, [1], [3, 3], [-1, 2], ["0", "3"], "0/3"])
def test_what_is_no_share_is_refused(share: object) -> None:
    with pytest.raises(OddSetting, match="“share” of “stopping” must be"):
        refuse_overlap(Track(knobs={"stopping": {"share": share}}))


def test_equal_depths_are_only_named() -> None:
    assert depths_in_common({}) == []
    assert depths_in_common({"stopping": {"layers": 8}}) == ["rewarding", "stopping"]
