"""How deep JSON is nested is found without walking into it by recursion."""

import pytest

from commons.depth import is_too_deep


def nested(levels: int) -> object:
    value: object = "x"
    for level in range(levels):
        value = [value] if level % 2 else {"a": "side", "b": value}
    return value


@pytest.mark.parametrize(
    ("value", "most", "deeper"),
    [
        ("x", 0, False),
        ([], 0, True),
        ([], 1, False),
        ([1, {"a": 2}], 1, True),
        ([1, {"a": 2}], 2, False),
        ([[], [[]], {"a": {"b": []}}], 3, True),
        ([[], [[]], {"a": {"b": []}}], 4, False),
    ],
)
def test_lists_and_objects_are_levels(value, most, deeper):
    assert is_too_deep(value, most=most) is deeper


def test_a_hundred_levels_are_the_most_however_many_there_are():
    assert [is_too_deep(nested(levels)) for levels in (100, 101, 100_000)] == [False, True, True]
