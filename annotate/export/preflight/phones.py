"""Phone numbers, as Google's libphonenumber knows them, in time that grows with the text only.

libphonenumber's own search may try every digit of a text many times over. Here a pattern finds the
stretches that hold enough digits first; each is short, and only those go to the library, which asks
whether the number is valid in its region (``Leniency.VALID``) and is no date.
"""

import re
from collections.abc import Iterator, Sequence

from phonenumbers import Leniency, PhoneNumberMatcher

# A digit, then six or more with little between them. Fewer than seven are no subscriber's number,
# more than 20 a table of numbers and not one (E.164 allows 15, besides prefixes and extension).
# That a digit stands first, and not what must not stand before it, makes the search fast.
STRETCH = re.compile(r"\d(?:[ .\-/()]{0,2}\d){6,}")
MOST_DIGITS = 20


def digits_in(text: str) -> Iterator[tuple[int, int]]:
    """The stretches that are mostly digits and no part of a word."""
    for stretch in STRETCH.finditer(text):
        start, end = stretch.span()
        if not (text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalpha()):
            yield start, end


def phone_in(
    text: str, start: int, end: int, regions: Sequence[str]
) -> tuple[int, int, str] | None:
    """The number in a stretch: start, end, and country code with its last two digits."""
    start -= len(before := text[max(0, start - 2) : start]) - len(before.rstrip("(+"))
    written, context = text[start:end], text[start : end + 3]  # ":30" shows that it was a time
    is_international = "+" in written
    if not (regions or is_international) or sum(map(str.isdigit, written)) > MOST_DIGITS:
        return None
    for region in (None,) if is_international else regions:
        for match in PhoneNumberMatcher(context, region, leniency=Leniency.VALID, max_tries=3):
            code = f"+{match.number.country_code} …{match.raw_string[-2:]}"
            return start + match.start, start + match.end, code
    return None


def region_of(tag: str) -> str | None:
    """The region of a BCP 47 tag, "AT" of "de-AT" and of "de-Latn-AT"; None where it has none."""
    for part in tag.split("-")[1:]:
        if len(part) == 1:  # what follows is private or an extension
            return None
        if len(part) == 2 and part.isalpha():
            return part.upper()
    return None
