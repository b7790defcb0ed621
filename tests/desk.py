"""What a run at a desk leaves to CI, so that it is over in minutes; it says so at its end.

Whole modules are left, those that take longest for what they alone would find, by the seconds that
one process took for them when they were last measured (``pytest --durations=0``; docs/log.md).
Of every room and of every screen some tests stay.
"""

from pathlib import Path

import pytest

OPTION = "--at-a-desk"
LEFT_TO_CI: dict[str, int] = {}


class Desk:
    """Leaves out what is left to CI, where that is asked for."""

    def __init__(self, folder: Path) -> None:
        self.left = {folder / module for module in LEFT_TO_CI}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if not config.getoption(OPTION):
            return
        left_out = [item for item in items if item.path in self.left]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.path not in self.left]

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, config: pytest.Config
    ) -> None:
        if config.getoption(OPTION):
            minutes = sum(LEFT_TO_CI.values()) / 60
            terminalreporter.section(
                f"left to CI: {len(LEFT_TO_CI)} modules, {minutes:.0f} minutes of one process"
            )
            terminalreporter.write_line("\n".join(LEFT_TO_CI))
            terminalreporter.write_line("`make test ALL=1` runs them, too.")
