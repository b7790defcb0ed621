"""What a page of work takes of the server's time: its texts not rendered yet, filled, or kept."""

import http.client
import math
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from bench.queue.serving import Server

Figures = dict[str, object]

REQUESTS = 60  # of each kind


def server_times(
    server: "Server",
    cookie: dict[str, str],
    item: Callable[[], str],
    state: Path,
    fill: Callable[[], object],
) -> Figures:
    """Seen from a client on this machine.

    Cold: the kept texts are thrown away before each. Filled: thrown away, and then rendered as a
    worker does it when tasks open. Warm: as the page before has left them.
    """
    there = item()

    def page() -> float:
        return request(server, cookie, "GET", f"{there}/rank/")

    def ahead() -> float:
        return request(server, cookie, "POST", f"{there}/ahead/", key=uuid4())

    page()
    figures: Figures = {}
    for name, ask in {"page": page, "ahead": ahead}.items():
        for way in ("cold", "filled", "warm"):
            times = []
            for _ in range(REQUESTS):
                if way != "warm":
                    shutil.rmtree(state / "rendered", ignore_errors=True)
                if way == "filled":
                    fill()
                times.append(ask())
            figures[f"{name}_{way}_p95_ms"] = round(1000 * p95(times), 1)
            figures[f"{name}_{way}_median_ms"] = round(1000 * statistics.median(times), 1)
    return figures


def request(
    server: "Server", cookie: dict[str, str], method: str, path: str, **fields: Any
) -> float:
    token = "x" * 32
    headers = {
        "Host": f"localhost:{server.port}",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{cookie['name']}={cookie['value']}; csrftoken={token}",
        "X-CSRFToken": token,
    }
    body = "&".join(f"{name}={said}" for name, said in fields.items())
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("localhost", server.port)
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    answer.read()
    taken = time.perf_counter() - begun
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(f"{method} {path} was answered {answer.status}")
    return taken


def p95(values: list[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]
