"""The bench of differences finds what it did itself."""

import pytest

from annotate.models import Ranking
from bench import difference_inside
from tests.factories import make_campaign, make_member, make_ranking


@pytest.mark.django_db
def test_what_was_revised_is_what_has_changed() -> None:
    """Of three rankings in a hundred the first is revised, and none goes."""
    campaign = make_campaign()
    person = make_member(campaign)
    for _ in range(3):
        make_ranking(campaign, person)

    figures = difference_inside.measured()

    assert figures["as_done"]
    assert (figures["added"], figures["removed"], figures["changed"]) == (0, 0, 1)
    assert Ranking.objects.filter(current=True).count() == 3
