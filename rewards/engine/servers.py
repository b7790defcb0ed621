"""Ask a server that speaks OpenAI's /v1/chat/completions (vLLM, llama.cpp) for answers.

Its key comes by the environment (``GENERATOR_KEY_`` and its name) and is written nowhere. TLS is
verified, and a redirect is refused: a key goes where it was meant to go. What may pass (a busy
server, a broken line, half an answer) is tried again after growing pauses, or after as long as the
server asks for; what will not pass is refused in words.
"""

import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from commons.sentences import said_by
from commons.sentences import sentence as _
from rewards.engine.errors import EngineError
from rewards.engine.messages import Message, with_system
from rewards.engine.voices import Voice

PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
ABOUT_WHAT_IS_ASKED = frozenset({400, 413, 422})  # too long for its model, most often
TOO_LARGE = 413
LONGEST_PAUSE = 60.0  # seconds, of our own
PATIENCE = 600.0  # seconds that a server may ask us to wait
QUOTED = 300  # characters of what a server said that a refusal quotes
MANY = 10  # names that a refusal quotes
LOOK = 5.0  # seconds between two looks at what it serves

Hear = Callable[[str], None]  # what is written so far


class ServerRefused(EngineError):
    """The server will not answer so; the message says what to change."""


class PromptRefused(ServerRefused):
    """The server will not answer this, and may well answer something else.

    ``is_too_long``: it says that its model reads less. ``status`` is that of its answer; the
    message quotes what it said, which may repeat what it was asked.
    """

    is_too_long = False
    status = 0


class ServerAway(EngineError):
    """The server did not answer, however often it was asked."""


class _NotYet(Exception):
    """It may go better next time, after ``pause`` seconds where the server said so."""

    def __init__(self, why: str, pause: float | None = None) -> None:
        super().__init__(why)
        self.pause = pause


@dataclass(frozen=True)
class Said:
    """One answer. ``tokens`` is None where the server counted several together, or not.

    ``model`` is what the server says that it asked: a name may be a pointer to the newest one.
    """

    text: str
    finish: str = "unknown"
    tokens: int | None = None
    seed: int = 0
    model: str = ""


IN_A_MIX = _("Name a model that it serves, or settings that it takes, in the track's mix.")


def key_name(server: str) -> str:
    return f"GENERATOR_KEY_{server.upper()}"


@dataclass
class Server:
    """One server, under the name that it has here. May be asked by many threads at once."""

    name: str
    url: str
    timeout: float = 120.0  # seconds of silence
    tries: int = 7
    first_pause: float = 1.0  # seconds; doubled at every further try
    together: int = 64  # connections
    remedy: str = IN_A_MIX  # of what it will not do as it was asked
    over: threading.Event = field(default_factory=threading.Event)  # set: nobody waits any more
    one_at_a_time: bool = field(default=False, init=False)  # it takes no n above 1
    client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        key = os.environ.get(key_name(self.name), "")
        self.client = httpx2.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx2.Timeout(self.timeout, connect=min(10.0, self.timeout)),
            limits=httpx2.Limits(max_connections=self.together),
            follow_redirects=False,
        )

    def answers(
        self, voice: Voice, prompt: Sequence[Message], count: int, seeds: Sequence[int]
    ) -> list[Said]:
        """``count`` answers of one voice, in one request by the first seed where the server can."""
        found: list[Said] = []
        refused = False  # several at once, of this prompt
        while len(found) < count:
            many = 1 if self.one_at_a_time or refused else count - len(found)
            body = _body(voice, prompt, seeds[len(found)], many)
            try:
                given = self._patiently(lambda body=body: self._asked(body))  # type: ignore[misc]
            except ServerRefused:
                if many == 1:
                    raise
                refused = True  # it may be about n alone
                continue
            if refused or len(given) < many:  # it was
                self.one_at_a_time = True
            found += [replace(each, seed=seeds[len(found)]) for each in given[:many]]
        return found

    def stream(self, voice: Voice, prompt: Sequence[Message], seed: int, hear: Hear) -> Said:
        """One answer, heard while it grows. A broken one is begun again."""
        body = {**_body(voice, prompt, seed, 1), "stream": True}
        return self._patiently(lambda: self._heard(body, hear))

    def await_model(self, model: str, *, patience: float, tell: Hear = lambda says: None) -> None:
        """Come back once it says that it serves ``model``; while it is started anew it may be away.

        Some servers answer as whatever they have loaded, whatever was asked for, so a policy is
        asked of none that does not name it. After ``patience`` seconds it is refused in words.
        """
        until = time.monotonic() + patience
        while True:
            away, served = self._served()
            if model in served:
                return
            if time.monotonic() >= until:
                raise self._other_model(model, served, away)
            tell(
                _(
                    "waiting for the server %(name)s to serve the policy in service",
                    name=repr(self.name),
                )
            )
            if self.over.wait(min(LOOK, patience)):
                raise self._other_model(model, served, away)

    def _served(self) -> tuple[str, list[str]]:
        """Why it cannot say what it serves, empty where it can; and the names that it takes."""
        try:
            with self._sent("GET", "models") as response:
                response.read()
                return "", [str(each["id"]) for each in response.json()["data"]]
        except _NotYet as later:
            return said_by(later), []
        except (ValueError, KeyError, TypeError, AttributeError) as broken:
            return _("what it says cannot be read: %(broken)s", broken=repr(broken)), []

    def _other_model(self, model: str, served: Sequence[str], away: str) -> ServerRefused:
        return ServerRefused(
            _(
                "the server %(name)s at %(url)s does not serve the policy in service, which is "
                "%(model)s there (it serves: %(served)s). Start it anew with the files of that "
                "policy under that name, as its page says, then retry.",
                name=repr(self.name),
                url=self.url,
                model=model,
                served=away or ", ".join(served[:MANY]) or _("nothing"),
            )
        )

    def _patiently(self, ask: Callable[[], Any]) -> Any:
        """What ``ask`` gives, tried again after a growing pause while it may still come."""
        why: str = ""
        for attempt in range(self.tries):
            try:
                return ask()
            except _NotYet as later:
                why = said_by(later)
                pause = self._pause(attempt, later.pause)
                if attempt + 1 == self.tries or self.over.wait(pause):
                    break
        raise ServerAway(
            _(
                "the server %(name)s at %(url)s did not answer after %(tries)s tries (%(why)s); "
                "start it or mend its address in GENERATORS, then retry.",
                name=repr(self.name),
                url=self.url,
                tries=self.tries,
                why=why,
            )
        )

    def _pause(self, attempt: int, asked: float | None) -> float:
        """Twice as long each time, and never the same for two; at least what the server asks."""
        own = min(self.first_pause * 2.0**attempt, LONGEST_PAUSE) * random.uniform(0.5, 1.0)
        return max(own, min(asked or 0.0, PATIENCE))

    def _asked(self, body: Mapping[str, object]) -> list[Said]:
        with self._sent("POST", "chat/completions", body) as response:
            response.read()
            try:
                return _said(response.json())
            except (ValueError, KeyError, TypeError, AttributeError) as broken:
                raise _NotYet(
                    _("its answer cannot be read: %(broken)s", broken=repr(broken))
                ) from broken

    def _heard(self, body: Mapping[str, object], hear: Hear) -> Said:
        text, finish = "", ""
        with self._sent("POST", "chat/completions", body) as response:
            try:
                for event in httpx2.EventSource(response):
                    if event.data.strip() == "[DONE]":
                        break
                    piece = _piece(json.loads(event.data))
                    text, finish = text + piece[0], piece[1] or finish
                    hear(text)
            except (ValueError, KeyError, TypeError, AttributeError, httpx2.SSEError) as broken:
                raise _NotYet(
                    _("its stream cannot be read: %(broken)s", broken=repr(broken))
                ) from broken
        if not finish:
            raise _NotYet(_("its stream ended in the middle"))
        return Said(text.strip(), finish)

    @contextmanager
    def _sent(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Iterator[httpx2.Response]:
        """The open response to one request; what is wrong with it is said, not returned."""
        try:
            with self.client.stream(method, f"{self.url}/{path}", json=body) as response:
                self._refuse_bad(response)
                yield response
        except httpx2.InvalidURL as odd:
            raise ServerRefused(
                _("%(url)s is no address; mend it in GENERATORS.", url=self.url)
            ) from odd
        except httpx2.TransportError as broken:
            raise _NotYet(f"{type(broken).__name__}: {broken}") from broken

    def _refuse_bad(self, response: httpx2.Response) -> None:
        code = response.status_code
        if response.is_success:
            return
        if code in PASSING:
            pause = _asked_pause(response.headers.get("retry-after", ""))
            raise _NotYet(_("status %(code)s", code=code), pause)
        if response.is_redirect:
            raise ServerRefused(
                _(
                    "%(url)s sends elsewhere (status %(code)s); name the final address in "
                    "GENERATORS.",
                    url=self.url,
                    code=code,
                )
            )
        if code in (401, 403):
            raise ServerRefused(
                _(
                    "the server %(name)s does not let us in (status %(code)s); set %(key)s in the "
                    "environment, then start the workers again.",
                    name=repr(self.name),
                    code=code,
                    key=key_name(self.name),
                )
            )
        said = response.read()[:QUOTED].decode(errors="replace")
        refusal = PromptRefused if code in ABOUT_WHAT_IS_ASKED else ServerRefused
        refused = refusal(
            _(
                "the server %(name)s at %(url)s refuses (status %(code)s): %(said)s %(remedy)s",
                name=repr(self.name),
                url=self.url,
                code=code,
                said=said,
                remedy=self.remedy,
            )
        )
        if isinstance(refused, PromptRefused):  # vLLM, llama.cpp and OpenAI all name the context
            refused.status = code
            refused.is_too_long = code == TOO_LARGE or "context" in said.lower()
        raise refused


def _body(voice: Voice, prompt: Sequence[Message], seed: int, many: int) -> dict[str, object]:
    return {
        "model": voice.model,
        "messages": with_system(prompt),
        "temperature": voice.temperature,
        "top_p": voice.top_p,
        "max_tokens": voice.max_new_tokens,
        "seed": seed,
        **({"n": many} if many > 1 else {}),
    }


def _said(given: Mapping[str, Any]) -> list[Said]:
    """The answers of a whole response, at least one."""
    choices = given["choices"]
    if not choices:
        raise ValueError("it holds no choices")
    used = (given.get("usage") or {}).get("completion_tokens")
    tokens = used if len(choices) == 1 and isinstance(used, int) else None
    model = given.get("model")
    return [
        Said(
            (choice["message"].get("content") or "").strip(),
            str(choice.get("finish_reason") or "unknown"),
            tokens,
            model=model if isinstance(model, str) else "",
        )
        for choice in choices
    ]


def _piece(given: Mapping[str, Any]) -> tuple[str, str]:
    """What an event of a stream adds, and how the answer ended where it did."""
    if "error" in given:
        raise ValueError(str(given["error"])[:QUOTED])
    if not given["choices"]:  # the last one of some servers counts tokens alone
        return "", ""
    choice = given["choices"][0]
    return (choice.get("delta") or {}).get("content") or "", str(choice.get("finish_reason") or "")


def _asked_pause(said: str) -> float | None:
    """Seconds that a Retry-After asks for: a number, or a date (RFC 9110, 10.2.3)."""
    if not said:
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
