"""A server of a test's own that speaks as OpenAI's does, or badly, on the loopback address."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass
class Answer:
    """What is sent back: ``raw`` as it stands; of a stream only what it holds."""

    status: int = 200
    raw: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None  # what is said of its length; more than there is: it breaks off


def whole(*texts: str, finish: str = "stop") -> Answer:
    choices = [
        {"index": at, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
        for at, text in enumerate(texts)
    ]
    said = {"choices": choices, "usage": {"completion_tokens": 5 * len(texts)}}
    return Answer(raw=json.dumps(said).encode())


def serves(*names: str) -> Answer:
    """What /v1/models says: the names that a server takes."""
    listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in names]}
    return Answer(raw=json.dumps(listed).encode())


def events(*pieces: str, ended: bool = True) -> Answer:
    ends: list[tuple[dict[str, str], str | None]] = [({}, "stop")] if ended else []
    said = [
        {"choices": [{"delta": delta, "finish_reason": finish}]}
        for delta, finish in [*(({"content": piece}, None) for piece in pieces), *ends]
    ]
    raw = "".join(f"data: {json.dumps(each)}\n\n" for each in said)
    raw += "data: [DONE]\n\n" if ended else ""
    return Answer(raw=raw.encode(), headers={"Content-Type": "text/event-stream"})


@dataclass
class StandIn:
    """Notes what it is asked, and answers by ``reply``: the number of the request, and its body."""

    reply: Callable[[int, Body], Answer] = lambda number, body: whole("Fine.")
    asked: list[Body] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    url: str = ""
    models: Callable[[int], Answer] = lambda number: serves("large")  # by the number of the look
    looks: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, body: Body, key: str | None) -> Answer:
        with self.lock:
            self.asked.append(body)
            self.keys.append(key)
            number = len(self.asked)
        return self.reply(number, body)


@contextmanager
def serving(stand_in: StandIn) -> Iterator[StandIn]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._send(stand_in.answer(body, self.headers.get("Authorization")))

        def do_GET(self) -> None:
            assert self.path == "/v1/models"
            stand_in.looks += 1
            self._send(stand_in.models(stand_in.looks))

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            length = len(answer.raw) if answer.length is None else answer.length
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(answer.raw)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
