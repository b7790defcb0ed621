"""Places only append."""

from datetime import UTC, datetime, timedelta

from annotate.services.queue.places import BEGINNING, arrival, place_in, tail_place

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def test_an_arrival_is_later_than_the_last_one() -> None:
    assert arrival(BEGINNING + timedelta(seconds=90), last=0) == 90
    assert arrival(BEGINNING + timedelta(seconds=90), last=90) == 91


def test_the_tail_lies_behind_everything_that_waits() -> None:
    last = arrival(NOW, last=0)
    waiting = place_in(last, 2**32 - 1)

    assert tail_place(NOW, last=last, shuffle=0) > waiting


def test_a_place_fits_a_signed_64_bit_number_for_a_lifetime() -> None:
    assert tail_place(NOW.replace(year=2090), last=0, shuffle=2**32 - 1) < 2**63
