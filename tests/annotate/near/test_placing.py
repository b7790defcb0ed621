"""What its neighbours decide about a prompt."""

import pytest

from annotate.near.placing import Neighbour, Place, placed

OWN = Place("train")


@pytest.mark.parametrize(
    ("near", "expected"),
    [
        ([], OWN),
        ([Neighbour(7, 7, "test")], Place("test", 7)),
        ([Neighbour(8, 3, "test")], Place("test", 3)),
        ([Neighbour(9, 9, "test"), Neighbour(8, 4, "test")], Place("test", 4)),
        (
            [Neighbour(9, 9, "train"), Neighbour(8, 4, "test"), Neighbour(6, 6, "train")],
            Place("test", 4, between=(8, 6)),
        ),
    ],
)
def test_a_newcomer_joins_the_oldest_or_is_a_bridge(near: list[Neighbour], expected: Place):
    assert placed(OWN, near) == expected


@pytest.mark.parametrize(
    ("near", "between"),
    [
        ([Neighbour(1, 1, "train")], ()),
        ([Neighbour(1, 1, "train"), Neighbour(9, 9, "test"), Neighbour(5, 3, "test")], (5,)),
    ],
)
def test_what_is_settled_stays_where_it_is(near: list[Neighbour], between: tuple[int, ...]):
    own = Place("train", 2)

    assert placed(own, near, is_settled=True) == Place("train", 2, between)
