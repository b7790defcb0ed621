"""The same seed shuffles alike everywhere."""

import pytest

from annotate.services.assignment import take_assignment
from annotate.services.queue.order import presentation_order
from tests.factories import make_campaign, make_member, make_task


def test_a_seed_alone_decides_the_order() -> None:
    names = ["a", "b", "c", "d"]

    orders = {tuple(presentation_order(seed, names)) for seed in range(200)}

    assert presentation_order(7, names) == presentation_order(7, names[::-1])
    assert len(orders) == 24  # every order of four comes up


@pytest.mark.django_db
def test_the_database_shuffles_as_python_does() -> None:
    campaign = make_campaign()
    make_task(campaign)

    taken = take_assignment(by=make_member(campaign), campaign=campaign)

    assert taken.order == presentation_order(taken.seed, taken.task.offered)
