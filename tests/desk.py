"""What a run at a desk leaves to CI, so that it is over in minutes; it says so at its end.

Whole modules are left, those that take longest for what they alone would find, by the seconds that
one process took for them when they were last measured (``pytest --durations=0``; docs/log.md).
Of every room and of every screen some tests stay.
"""

from pathlib import Path

import pytest

OPTION = "--at-a-desk"
LEFT_TO_CI = {
    "annotate/management/test_restore.py": 37,
    "annotate/migrations/test_exact_work.py": 38,
    "annotate/stats/quality/test_facets.py": 43,
    "annotate/stats/quality/test_machines.py": 88,
    "annotate/stats/reliability/test_intervals.py": 58,
    "browser/test_admin.py": 63,
    "browser/test_ahead.py": 26,
    "browser/test_answers.py": 52,
    "browser/test_answers_kept.py": 51,
    "browser/test_api_docs.py": 43,
    "browser/test_ask.py": 24,
    "browser/test_care.py": 42,
    "browser/test_cycle.py": 55,
    "browser/test_dashboard.py": 43,
    "browser/test_every_page.py": 152,
    "browser/test_explore_filters.py": 46,
    "browser/test_found_again.py": 48,
    "browser/test_german_screens.py": 37,
    "browser/test_gold.py": 43,
    "browser/test_handed_in.py": 22,
    "browser/test_hostile_led.py": 47,
    "browser/test_hostile_long.py": 40,
    "browser/test_lead.py": 28,
    "browser/test_left_behind.py": 30,
    "browser/test_offline.py": 42,
    "browser/test_pages.py": 111,
    "browser/test_pair.py": 44,
    "browser/test_panels.py": 20,
    "browser/test_review_kept.py": 42,
    "browser/test_slips.py": 27,
    "browser/test_small.py": 59,
    "browser/test_states.py": 36,
    "browser/test_stores.py": 27,
    "browser/test_talk.py": 54,
    "browser/test_talk_two_tabs.py": 43,
    "browser/test_team.py": 24,
    "browser/test_together.py": 28,
    "browser/test_two_tabs.py": 30,
    "browser/test_write_blocks.py": 53,
    "commons/management/test_up.py": 126,
    "rewards/engine/test_launching.py": 70,
    "rewards/test_heads_in_a_cycle.py": 33,
}


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
