"""A campaign goes to another installation and is the same there."""

import pytest

from annotate.models import Campaign
from tests.annotate.carrying import emptied, exported, imported, make_everything, tallied

pytestmark = pytest.mark.django_db


def test_it_comes_back_byte_for_byte(tmp_path):
    campaign = make_everything(tmp_path)
    there, counted = exported(campaign, tmp_path / "there"), tallied()
    emptied()

    report = imported(there)
    back = exported(Campaign.objects.get(), tmp_path / "back")

    assert report["all_kept"]
    assert {each.name: each.read_bytes() for each in back.iterdir()} == {
        each.name: each.read_bytes() for each in there.iterdir()
    }
    assert tallied() == counted
