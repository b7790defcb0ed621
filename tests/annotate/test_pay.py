"""Money to the cent: worked by hand, and never by binary fractions."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.pay import TENTHS_OF_AN_HOUR, Terms, amount_of, hours_said

HOUR = TENTHS_OF_AN_HOUR


def terms(per_item: str = "0", per_hour: str = "0") -> Terms:
    return Terms("EUR", Decimal(per_item), Decimal(per_hour))


@pytest.mark.parametrize(
    ("given_terms", "items", "tenths", "amount"),
    [
        (terms(per_item="0.35"), 3, 0, "1.05"),  # 1.0499999999999998 in binary
        (terms(per_hour="20"), 0, HOUR // 4, "5.00"),
        (terms("0.10", "12.50"), 7, HOUR // 2, "6.95"),  # 0.70 + 6.25
        (terms(per_item="0.005"), 1, 0, "0.01"),  # half a cent goes up
        (terms(per_item="0.0049"), 1, 0, "0.00"),
        (terms(per_hour="18"), 0, 10, "0.01"),  # a second of 18 an hour: exactly half a cent
        (terms(per_hour="18"), 0, 9, "0.00"),
        (terms("999999.9999", "0"), 1_000_000, 0, "999999999900.00"),
        (terms(), 10, HOUR, "0.00"),
    ],
)
def test_an_amount_is_rounded_once(given_terms, items, tenths, amount):
    assert str(amount_of(given_terms, items=items, tenths=tenths)) == amount


@given(
    st.decimals(0, 1000, places=4), st.decimals(0, 1000, places=4), st.integers(0, 10**6),
    st.integers(0, 10**8),
)  # fmt: skip
def test_it_is_the_exact_fraction_within_half_a_cent(per_item, per_hour, items, tenths):
    """Fractions of whole numbers, in another way."""
    found = amount_of(Terms("EUR", per_item, per_hour), items=items, tenths=tenths)

    exact = int(per_item * 10_000) * items * HOUR + int(per_hour * 10_000) * tenths
    apart = abs(int(found * 100) * HOUR * 100 - exact)  # all in 1/10,000 of 1/36,000
    assert 2 * apart <= HOUR * 100


def test_hours_are_said_as_a_clock_says_them():
    assert [hours_said(each) for each in (0, 19, 37_230, 36_000 * 100)] == [
        "0:00:00",
        "0:00:01",
        "1:02:03",
        "100:00:00",
    ]
