"""PURE: what work is worth under a rate, to the cent. No binary fraction comes near money."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
TENTHS_OF_AN_HOUR = 36_000  # tenths of a second that an hour has


@dataclass(frozen=True, order=True)
class Terms:
    """What is paid, in one currency: for each item, for each hour at work, or for both."""

    currency: str
    per_item: Decimal
    per_hour: Decimal


def amount_of(terms: Terms, *, items: int, tenths: int) -> Decimal:
    """items × per_item + hours × per_hour, rounded once, half a cent up.

    ``tenths`` are tenths of a second. All is brought to one denominator before it is divided, so
    that only the last step rounds.
    """
    exact = (terms.per_item * items * TENTHS_OF_AN_HOUR + terms.per_hour * tenths) / Decimal(
        TENTHS_OF_AN_HOUR
    )
    return exact.quantize(CENT, ROUND_HALF_UP)


def hours_said(tenths: int) -> str:
    """Hours, minutes and whole seconds: 1:02:03."""
    minutes, seconds = divmod(tenths // 10, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
