"""A run in which axe has forgotten a page fails, in one process as in several."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from tests.browser import axe
from tests.browser.visits import SENTENCE

CONFTEST = """
from pathlib import Path

from tests.browser.visits import Visits


def pytest_configure(config):
    config.pluginmanager.register(Visits(Path(__file__).parent))
"""
EXPECTS = """
from tests.browser.visits import expect_visits


def test_what_there_is():
    expect_visits(["annotate:desk", "annotate:rank"])
"""
SEES = """
from tests.browser.visits import note_visit


class Page:
    def __init__(self, url, status=200):
        self.url, self.status = f"http://localhost:1{url}", status

    def evaluate(self, script):
        return self.status


def test_what_is_seen():
    note_visit(Page("/"))


def test_more():
    note_visit(%s)
"""
RANK = reverse("annotate:rank", args=[UUID(int=1)])


def run(folder: Path, *options: str, last: str) -> tuple[int, list[str]]:
    """What a run of two files says; the page that the last test looks at differs."""
    for name, text in {"conftest": CONFTEST, "test_a": EXPECTS, "test_b": SEES % last}.items():
        (folder / f"{name}.py").write_text(text)
    asked = ["-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", "--rootdir", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *asked, *options],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout.splitlines()
    at = next((at for at, line in enumerate(said) if SENTENCE in line), len(said))
    return done.returncode, [line for line in said[at + 1 :] if line.startswith("annotate:")]


PROCESSES = pytest.mark.parametrize("processes", ["0", "2"])


@PROCESSES
def test_a_forgotten_page_is_named_and_fails_the_run(tmp_path: Path, processes: str) -> None:
    last = f'Page("{RANK}", 404)'

    said = run(tmp_path, "-n", processes, str(tmp_path), last=last)

    assert said == (1, ["annotate:rank"])


@PROCESSES
def test_where_every_page_was_looked_at_the_run_passes(tmp_path: Path, processes: str) -> None:
    assert run(tmp_path, "-n", processes, str(tmp_path), last=f'Page("{RANK}")') == (0, [])


@pytest.mark.parametrize("chosen", [["-k", "there_is or is_seen"], ["-k", "not more"]])
def test_a_run_of_some_tests_says_nothing_of_pages(tmp_path: Path, chosen: list[str]) -> None:
    options = ["-n", "0", str(tmp_path), *chosen]

    assert run(tmp_path, *options, last=f'Page("{RANK}")') == (0, [])


class Drawn:
    """A page with nothing wrong, in whatever colours."""

    def emulate_media(self, **_: object) -> None:
        pass


def test_a_page_that_was_looked_at_in_one_of_its_colours_is_not_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noted: list[object] = []
    monkeypatch.setattr(axe, "note_visit", noted.append)
    monkeypatch.setattr(axe, "broken", lambda *_: [])
    page: Any = Drawn()

    assert axe.violations(page) == []
    assert noted == []
    assert axe.seen_by_all(page) == []
    assert noted == [page]
