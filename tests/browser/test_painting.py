"""A page that comes slowly is painted once, as a whole."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client
from playwright.sync_api import Browser

from annotate.enums import Kind
from tests.browser.conftest import Scene
from tests.browser.work import address

pytestmark = [pytest.mark.browser, pytest.mark.services]

PAUSE = 0.7  # seconds between the two halves of a page


@contextmanager
def in_two_halves(page: bytes, split: bytes) -> Iterator[str]:
    """The address of a server that sends this page up to this text, and after a pause the rest."""
    head, tail = page.split(split, 1)

    class Halves(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/":
                return self.send_error(404)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(head)
            self.wfile.flush()
            time.sleep(PAUSE)
            self.wfile.write(split + tail)

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Halves)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("split", [b'class="work-bar"', b'class="action-bar"'])
def test_half_a_page_is_not_painted(browser: Browser, scene: Scene, split: bytes) -> None:
    client = Client()
    client.force_login(scene.ada)
    whole = client.get(address(scene.hand(Kind.RANK))).content
    page = browser.new_page()  # nobody hears its complaints: scripts and styles are not there
    with in_two_halves(whole, split) as at:
        page.goto(at)
        page.wait_for_function("performance.getEntriesByType('paint').length > 0")
    paints = page.evaluate("performance.getEntriesByType('paint').map((paint) => paint.startTime)")
    page.close()

    assert min(paints) >= PAUSE * 1000
