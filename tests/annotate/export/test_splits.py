import hashlib
from collections import Counter

from annotate.export.splits import HeldOutWeek, side_of


def digests(count: int) -> list[str]:
    return [hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)]


def test_a_side_never_changes() -> None:
    """Sides are stored when prompts are made: another rule would tear old prompts from new ones."""
    assert {name: side_of(name) for name in "abcdefghij"} == {
        "a": "test",
        "b": "train",
        "c": "train",
        "d": "validation",
        "e": "train",
        "f": "validation",
        "g": "train",
        "h": "train",
        "i": "train",
        "j": "train",
    }


def test_sides_have_their_shares() -> None:
    """Of 10,000 digests 1,000 are expected on each held-out side; 4 deviations are 120."""
    found = Counter(side_of(digest) for digest in digests(10_000))

    assert found.keys() == {"train", "validation", "test"}
    assert abs(found["validation"] - 1000) < 120
    assert abs(found["test"] - 1000) < 120


def test_shares_of_nothing_and_of_all() -> None:
    assert {side_of(one, validation=0, test=0) for one in digests(100)} == {"train"}
    assert {side_of(one, validation=0, test=1) for one in digests(100)} == {"test"}
    assert {side_of(one, validation=1, test=0) for one in digests(100)} == {"validation"}


def test_a_week_without_bounds_is_as_ever() -> None:
    week = HeldOutWeek(0, None)

    assert [week.side_of(one) for one in digests(2000)] == [side_of(one) for one in digests(2000)]


def drawn(week: HeldOutWeek, those: list[str]) -> list[str]:
    sides = []
    for digest in those:
        sides.append(week.side_of(digest))
        week.taken += sides[-1] == "test"
    return sides


def test_the_share_is_halved_with_each_half_of_what_is_left() -> None:
    shares = [HeldOutWeek(0, 1000, taken=n).share for n in (0, 499, 500, 749, 750, 999, 1000)]

    assert shares == [0.1, 0.1, 0.05, 0.05, 0.025, 0.1 / 512, 0.0]


def test_a_large_week_holds_out_no_more_than_it_may_and_some_from_its_end() -> None:
    """Of 40,000 prompts 4,000 would be tests. The bound is 200: 1,000 prompts at 10 % bring 100,
    1,000 more at 5 % 50, …; all but those near to the 200th come within some 8,000."""
    sides = drawn(HeldOutWeek(0, 200), digests(40_000))

    assert sides.count("test") <= 200
    assert sides.count("test") >= 195
    assert 80 < sides[:1000].count("test") < 120
    assert "test" in sides[3000:]
    assert sides.count("validation") == [*map(side_of, digests(40_000))].count("validation")


def test_a_small_week_holds_out_as_many_as_it_should() -> None:
    """Every second one until there are 50, about the 100th; then one in ten."""
    sides = drawn(HeldOutWeek(50, None), digests(1000))

    assert 80 < [at for at, side in enumerate(sides) if side == "test"][49] < 125
    assert 50 + 60 < sides.count("test") < 50 + 120


def test_a_smaller_share_takes_from_the_larger_one() -> None:
    """What is test late in a week would have been so early in it, and is nowhere validation."""
    late, early = HeldOutWeek(0, 100, taken=90), HeldOutWeek(0, 100)

    tests = [one for one in digests(20_000) if late.side_of(one) == "test"]
    assert tests
    assert {early.side_of(one) for one in tests} == {"test"}
    assert HeldOutWeek(0, 0).side_of(tests[0]) == "train"
