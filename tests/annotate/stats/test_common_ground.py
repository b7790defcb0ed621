"""Where orders of the same answers part, and where they do not."""

from annotate.stats.common_ground import PairSeen, pairs_seen


def test_every_pair_is_seen_by_everybody() -> None:
    orders = [[["a"], ["b", "c"]], [["a"], ["c"]]]

    assert pairs_seen(orders, ["a", "b", "c"]) == [
        PairSeen("a", "b", [1, None]),
        PairSeen("a", "c", [1, 1]),
        PairSeen("b", "c", [0, None]),
    ]
    assert [each.is_common for each in pairs_seen(orders, ["c", "a"])] == [True]
    assert pairs_seen(orders, ["c", "a"])[0].seen == [-1, -1]
