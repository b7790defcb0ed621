"""What all tests share: which of them run, and what none of them may leave behind.

``DATABASE_URL`` and ``REDIS_URL`` choose what the tests run on, as they do for the product.
"""

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from config.celery import app
from tests.browser.visits import Visits
from tests.desk import OPTION, Desk
from tests.emptying import empty_after
from tests.migrated import Migrated
from tests.strays import Strays, end_strays

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
TESTS = Path(__file__).parent
TAKE_LONG = {
    ("rewards", "endurance"),
    ("hostile",),
    ("rewards", "engine"),
    ("browser",),
    ("api",),
    ("bench",),
}
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_serialized_rollback"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--services-only",
        action="store_true",
        help="run only what a database or a broker can change: for the second pass",
    )
    parser.addoption(
        "--nightly",
        action="store_true",
        help="run what takes many minutes of real processes, too",
    )
    parser.addoption(
        OPTION,
        action="store_true",
        help="leave to CI what takes long (tests/desk.py): for `make test` where CI is not set",
    )
    parser.addoption(
        "--weeks",
        type=int,
        default=52,
        help="how many weeks the simulated year has (with --nightly)",
    )
    parser.addoption(
        "--replications",
        type=int,
        default=200,
        help="how often simulations with a known truth are repeated (make nightly: 2,000)",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Visits(TESTS / "browser"))
    config.pluginmanager.register(Desk(TESTS))
    config.pluginmanager.register(Strays())
    setattr(TransactionTestCase, "_fixture_teardown", empty_after)  # noqa: B010  # no type has it


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if connection.vendor != "postgresql":
        leave_out(config, items, "postgresql")
    if not config.getoption("--nightly"):
        leave_out(config, items, "nightly")
    if config.getoption("--services-only"):
        keep_what_services_can_change(config, items)
    if any(item.get_closest_marker("browser") for item in items) and find_browser() is None:
        skip_browser_tests(items)
    begin_with_what_takes_long(items)


def leave_out(config: pytest.Config, items: list[pytest.Item], marker: str) -> None:
    left_out = [item for item in items if item.get_closest_marker(marker)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker(marker)]


def keep_what_services_can_change(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if not uses_services(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if uses_services(item)]


def uses_services(item: pytest.Item) -> bool:
    """Whether a database or a broker can change what comes out of it.

    What a browser draws is the same on any; of its tests those are marked ``services`` in which
    requests meet one another, are sent again or are answered late. What the others ask of the
    server is asked on both passes by tests without a browser.
    """
    if item.get_closest_marker("services"):
        return True
    if item.get_closest_marker("browser"):
        return False
    asks = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    return bool(asks) or item.get_closest_marker("django_db") is not None


def begin_with_what_takes_long(items: list[pytest.Item]) -> None:
    """Files are handed out in this order, each to one process: a long one that came last would be
    waited for by all the others (xdist itself begins with the files of most tests)."""
    size = Counter(item.path for item in items)
    items.sort(key=lambda item: (not takes_long(item), -size[item.path], str(item.path)))


def takes_long(item: pytest.Item) -> bool:
    return item.path.relative_to(TESTS).parts[:-1] in TAKE_LONG


def skip_browser_tests(items: list[pytest.Item]) -> None:
    reason = "no Chromium on the PATH: install it (Debian: apt install chromium)"
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(f"{reason}; in CI no browser test may be skipped")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


def find_browser() -> Path | None:
    """The Chromium that browser tests drive."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return Path(found) if found else None


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Where Chromium is; tests that ask for it are marked ``browser``."""
    found = find_browser()
    assert found, "mark this test with pytest.mark.browser"
    return found


@pytest.fixture(scope="session")
def migrated(pytestconfig: pytest.Config) -> Migrated:
    """What the database of the tests may begin as."""
    assert pytestconfig.cache is not None
    return Migrated(pytestconfig.cache.mkdir("migrated"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, migrated: Migrated, django_db_keepdb: bool
) -> None:
    """It begins as what an earlier process made of the same migrations."""
    if not django_db_keepdb:
        migrated.begin()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, migrated: Migrated, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """It is kept for the next process, and nobody uses it any more when it is dropped."""
    with django_db_blocker.unblock():
        migrated.keep()
    yield
    with django_db_blocker.unblock():
        end_strays()


@pytest.fixture(autouse=True)
def _cache_of_its_own() -> Iterator[None]:
    """Throttles and whatever else is cached start anew; the cache may be a Redis that others use,
    so nothing is flushed."""
    found = [caches[name] for name in settings.CACHES]
    before = [each.key_prefix for each in found]
    for each in found:
        each.key_prefix = f"test-{uuid.uuid4().hex}"
    yield
    for each, prefix in zip(found, before, strict=True):
        each.key_prefix = prefix


@pytest.fixture
def nudges_run_at_once() -> Iterator[None]:
    """Tasks run where they are nudged, in this process."""
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page asked for in German leaves its thread in German; the next test begins anew."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def replications(pytestconfig: pytest.Config) -> int:
    """How often a simulation with a known truth is repeated."""
    return int(pytestconfig.getoption("--replications"))
