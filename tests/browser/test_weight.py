"""What the page of a ranking weighs, packed as the product serves it to a browser that has nothing.

The bench tells how much it is (``bench.next_item``); here it is kept from growing unseen.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from annotate.models import Campaign
from annotate.services.campaign import acknowledge_instructions
from annotate.services.demo import NAME, load_demo
from bench.next_item import weighed
from bench.next_item_inside import item, session
from commons.models import User
from config.settings import static
from tests.browser.leaving import Underway

if TYPE_CHECKING:
    from bench.queue.serving import Server

pytestmark = pytest.mark.browser

MOST = 80.0  # kB, headers and all
NOT_HERE = ["admin*", "drf_spectacular_sidecar*"]  # large, and of other pages


class Packed(LiveServer):
    """A server that gives static files as production does: by WhiteNoise, packed, with a hash."""

    @property
    def port(self) -> int:
        return int(self.thread.port)


@pytest.fixture
def server(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator["Server"]:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = static.STORAGES
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=NOT_HERE)
    packed = Packed("localhost", start=False)
    packed.thread.static_handler = lambda application: application  # type: ignore[assignment]  # none
    packed.start()
    with Underway() as underway:
        yield cast("Server", packed)
        underway.wait_for_none()
    packed.stop()


def test_a_ranking_of_four_answers_stays_light_and_asks_nobody_else(
    browser: Browser, server: "Server"
) -> None:
    load_demo()
    annotator, campaign = User.objects.get(username="annotator"), Campaign.objects.get(name=NAME)
    acknowledge_instructions(instructions=campaign.instructions.latest("version"), by=annotator)

    found = weighed(browser, server, session(), item())

    assert found["off_host"] == 0
    assert cast(int, found["requests"]) > 10  # the page, its styles and its scripts
    assert 20 < cast(float, found["kilobytes"]) < MOST
