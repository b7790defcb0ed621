"""A lead lets the files of a dataset go and has them made again, by keys alone."""

import pytest
from playwright.sync_api import expect

from annotate.models import Snapshot
from annotate.tasks import freeze_requested_snapshots
from tests.browser.axe import seen_by_all
from tests.browser.conftest import OpenContext, Scene
from tests.browser.hands import KEYS
from tests.browser.test_pages import dataset

pytestmark = pytest.mark.browser


def test_files_are_let_go_and_made_again_by_keys(scene: Scene, open_context: OpenContext) -> None:
    page = open_context(scene.lead).new_page()
    page.goto(dataset(scene))
    shard = Snapshot.objects.get().manifest["shards"][0]["path"]

    KEYS.press(page.get_by_role("link", name="Let the files go…"))
    expect(page.get_by_role("heading", name="Let the files of this dataset go?")).to_be_visible()
    assert seen_by_all(page) == []
    KEYS.press(page.get_by_role("button", name="Let them go"))
    expect(page.get_by_text("The files of this dataset were let go on")).to_be_visible()
    expect(page.get_by_role("rowheader", name=shard)).to_be_visible()
    expect(page.get_by_role("link", name=shard)).to_have_count(0)
    assert seen_by_all(page) == []

    KEYS.press(page.get_by_role("button", name="Make its files again"))
    expect(page.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
    freeze_requested_snapshots()
    expect(page.get_by_role("link", name=shard)).to_be_visible()
    assert not Snapshot.objects.get().are_files_gone
