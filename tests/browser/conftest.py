"""A real Chromium, the people in front of it, and the work that waits for them.

Any error in the console, any script that throws and any breach of the content security policy
fails the test in which it happens.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind, Role
from annotate.models import Assignment, Campaign
from annotate.services.assignment import take_assignment
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    add_member,
    publish_instructions,
)
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from commons.models import User
from tests.browser.flags import FLAGS
from tests.browser.leaving import Underway, leave_all
from tests.browser.pictures import Camera
from tests.browser.slowly import take_time
from tests.browser.texts import ANSWERS, GUIDELINE, QUESTION
from tests.browser.work import NEXT
from tests.factories import make_campaign, make_prompt, make_user

WIDE = {"width": 1280, "height": 800}
PATIENCE = 30_000  # ms that a busy machine may take for what a page is to show
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots",
        action="store_true",
        help="with tests/browser: write pictures of the screens to docs/img",
    )
    parser.addoption(
        "--slowly",
        type=int,
        default=0,
        metavar="MS",
        help="with tests/browser: pause before each act of a hand, as a busy machine would",
    )


def pytest_configure(config: pytest.Config) -> None:
    Camera.is_on = config.getoption("screenshots", default=False)


@pytest.fixture(scope="session")
def browser(chromium: Path, pytestconfig: pytest.Config) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, where Django then takes every query for async.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE)
        if pause := pytestconfig.getoption("slowly", default=0):
            take_time(patch, pause / 1000)
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Watch:
    """What a page complained about."""

    complaints: list[str]
    expected: tuple[str, ...] = ()

    @contextmanager
    def expecting(self, *parts: str) -> Iterator[None]:
        """Meanwhile, complaints that hold one of these texts are part of the test."""
        self.expected = parts
        yield
        self.expected = ()

    def hear(self, said: str) -> None:
        if not any(part in said for part in self.expected):
            self.complaints.append(said)

    def listen(self, page: Page) -> None:
        def console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.hear(f"{message.text} ({message.location.get('url', '')})")

        page.on("console", console)
        page.on("pageerror", lambda error: self.hear(str(error)))


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch([])
    yield watch
    assert watch.complaints == []


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(browser: Browser, live_server: LiveServer, watch: Watch) -> Iterator[OpenContext]:
    """A browser of its own for one person: signed in, with this window and these colours."""
    opened: list[BrowserContext] = []

    def open_one(person: User | None = None, **options: object) -> BrowserContext:
        options = {"viewport": WIDE, "base_url": live_server.url, **options}
        context = browser.new_context(**options)  # type: ignore[arg-type]  # as Playwright has them
        context.set_default_timeout(PATIENCE)
        context.on("page", watch.listen)
        if person is not None:
            context.add_cookies([session_of(person, live_server.url)])  # type: ignore[list-item]
        opened.append(context)
        return context

    with Underway() as underway:
        yield open_one
        for context in opened:
            leave_all(context)
        underway.wait_for_none()


def session_of(person: User, url: str) -> dict[str, str]:
    """The cookie of a person who has signed in."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


@dataclass(frozen=True)
class Scene:
    """One campaign with a guideline, its lead, and an annotator who has accepted it."""

    campaign: Campaign
    lead: User
    ada: User

    def hand(self, kind: Kind) -> Assignment:
        """Give the annotator an item of this kind."""
        return take_assignment(by=self.ada, campaign=self.campaign, kind=kind)


@pytest.fixture
def scene(live_server: LiveServer) -> Scene:
    return make_scene([Work(Kind.RANK, answers=4), Work(Kind.DEMONSTRATE)])


def make_scene(works: Sequence[Work], answers: Sequence[str] = ANSWERS) -> Scene:
    lead, ada = make_user("lead"), make_user("ada")
    User.objects.filter(pk=ada.pk).update(first_name="Ada", last_name="Quill")
    ada.refresh_from_db()
    campaign = make_campaign(name="Medicine, spring", works=works, lead=lead)
    instructions = publish_instructions(campaign=campaign, guideline=GUIDELINE, by=lead)
    for person, role in {ada: Role.ANNOTATOR, lead: Role.LEAD}.items():
        add_member(campaign=campaign, person=person, role=role, by=lead)
        acknowledge_instructions(instructions=instructions, by=person)
    make_prompt(campaign, text=QUESTION, answers=answers)
    return Scene(campaign, lead, ada)


@pytest.fixture
def page(scene: Scene, open_context: OpenContext) -> Page:
    """Ada's window."""
    return open_context(scene.ada).new_page()


@pytest.fixture
def held(scene: Scene) -> Assignment:
    """An item to write, and another one after it."""
    first = scene.hand(Kind.DEMONSTRATE)
    make_prompt(scene.campaign, text=NEXT)
    return first


@pytest.fixture
def ranked(scene: Scene) -> Assignment:
    return scene.hand(Kind.RANK)


@pytest.fixture
def done(held: Assignment, scene: Scene) -> Assignment:
    submit_demonstration(assignment=held, answer=DemonstrationAnswer("First."), by=scene.ada)
    return held
