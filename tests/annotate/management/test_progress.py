"""What is seen of long work: one line that moves, or nothing where nobody watches."""

from io import StringIO

import pytest
from django.core.management.base import OutputWrapper

from annotate.management.progress import ProgressBar, bar_of, time_of


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_says_the_rate_and_the_time_left():
    """Of 4,000 judgements 1,000 are left, at 20 a second: 50 seconds."""
    assert bar_of(3000, 4000, "judgements", 20.0) == (
        "[##################......] 3,000 of 4,000 judgements, 20 a second, 0:50 left"
    )


def test_without_a_rate_no_time_is_promised():
    assert bar_of(0, 4, "judgements", 0.0) == "[........................] 0 of 4 judgements"
    assert bar_of(0, 0, "judgements", 0.0) == "waiting to begin with judgements"


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0:00"), (61, "1:01"), (3723, "1:02:03")])
def test_times_read_as_clocks(seconds, said):
    assert time_of(seconds) == said


def test_a_terminal_sees_seldom_and_the_end_for_certain():
    """What another worker had done before, 100 of them, is in no rate."""
    seconds = iter([0.0, 0.1, 1.0, 1.1])
    out = Terminal()
    bar = ProgressBar(OutputWrapper(out), "rows", clock=lambda: next(seconds))

    for done in (100, 150, 200, 300):
        bar(done, 300)
    bar.end()

    lines = [line.removesuffix("\x1b[K") for line in out.getvalue().split("\r")[1:]]
    assert lines == [
        "[########................] 100 of 300 rows",
        "[################........] 200 of 300 rows, 100 a second, 0:01 left",
        "[########################] 300 of 300 rows, 182 a second, 0:00 left\x1b[K\n",
    ]


def test_where_nobody_watches_nothing_is_written():
    out = StringIO()
    bar = ProgressBar(OutputWrapper(out), "rows")

    bar(1, 2)
    bar.end()

    assert out.getvalue() == ""
