import hashlib
from collections import Counter

from annotate.export.splits import side_of


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
