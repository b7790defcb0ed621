"""What a person waits for is told by the rank of a figure, not by a guess between two."""

from bench.next_item_server import p95


def test_nineteen_of_twenty_are_no_slower() -> None:
    assert [p95([4.0]), p95([2.0, 1.0]), p95([float(each) for each in range(1, 101)])] == [4, 2, 95]
