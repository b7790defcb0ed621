import io
import sys

import pytest

from commons.supervising.child import Program
from commons.supervising.journal import Terminal
from commons.supervising.supervisor import Supervisor


class Screen(io.StringIO):
    """What a user would have read, without the times."""

    @property
    def lines(self) -> list[str]:
        return [line[9:] for line in self.getvalue().splitlines()]


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def supervisor(tmp_path, screen) -> Supervisor:
    return Supervisor(logs=tmp_path / "logs", terminal=Terminal(screen), pauses=(0.01, 0.02, 0.04))


@pytest.fixture
def script():
    """A program that runs these lines of Python, started in a few milliseconds."""

    def make(lines: str, name: str = "fake", **options) -> Program:
        return Program(name, [sys.executable, "-I", "-S", "-c", lines], **options)

    return make
