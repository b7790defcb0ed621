"""Personal data and secrets in a text: what kind, and where; the value itself never leaves.

Every pattern takes time in proportion to the text: what can fail after a repetition is bounded, and
an unbounded repetition stands last. A cheap look comes first: most texts hold none of it.

- ``email``: a local part of at most 64 and a domain of at most 255 characters (RFC 5321) under a
  top-level name of letters. Addresses at reserved names (example.com) are counted like others.
- ``phone``: what Google's libphonenumber takes for a valid number (``phones``).
- ``card``: 13 to 19 digits in the groups that cards are printed in, with an issuer's prefix
  (ISO/IEC 7812) and Luhn's check digit, which one random number in ten has, too.
- ``iban``: length by country and ISO 7064 mod 97-10 (ISO 13616); one in 97 at random.
- ``key``: an access key by the prefix that its issuer publishes. ``private_key``: a PEM or PGP
  header (RFC 7468, RFC 9580).
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from annotate.export.preflight.phones import digits_in, phone_in

KINDS = ("private_key", "key", "iban", "card", "email", "phone")  # what is one is not the next


class Found(NamedTuple):
    start: int  # code points
    end: int
    kind: str
    masked: str


# Prefixes as issuers publish them (AWS IAM identifiers, GitHub, GitLab, Slack, Stripe, Google,
# OpenAI, Anthropic, Hugging Face, npm, PyPI, SendGrid, DigitalOcean, Shopify).
_KEYS = {
    "AKIA": r"[A-Z0-9]{16}",
    "ASIA": r"[A-Z0-9]{16}",
    "ghp_": r"[A-Za-z0-9]{36,255}",
    "gho_": r"[A-Za-z0-9]{36,255}",
    "ghu_": r"[A-Za-z0-9]{36,255}",
    "ghs_": r"[A-Za-z0-9]{36,255}",
    "ghr_": r"[A-Za-z0-9]{36,255}",
    "github_pat_": r"[A-Za-z0-9_]{22,255}",
    "glpat-": r"[A-Za-z0-9_.\-]{20,255}",
    "xox": r"[abeoprs]-[A-Za-z0-9\-]{10,255}",
    "sk_live_": r"[A-Za-z0-9]{16,255}",
    "rk_live_": r"[A-Za-z0-9]{16,255}",
    "AIza": r"[A-Za-z0-9_\-]{35}",
    "sk-": r"(?:ant-|proj-|svcacct-|admin-)?[A-Za-z0-9_]{20}[A-Za-z0-9_\-]{0,235}",
    "sk-ant-api": r"\d\d-[A-Za-z0-9_\-]{80,120}",
    "hf_": r"[A-Za-z0-9]{34,255}",
    "npm_": r"[A-Za-z0-9]{36}",
    "pypi-AgEI": r"[A-Za-z0-9_\-]{50,255}",
    "SG.": r"[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43}",
    "dop_v1_": r"[a-f0-9]{64}",
    "shpat_": r"[a-fA-F0-9]{32}",
}
_KEY = {
    prefix: re.compile(rf"(?<![A-Za-z0-9]){re.escape(prefix)}{rest}")
    for prefix, rest in _KEYS.items()
}
_PRIVATE = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
LONGEST_LOCAL = 64
_LOCAL = "".join(map(chr, (*range(48, 58), *range(65, 91), *range(97, 123)))) + "._%+-'"
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w\-]{0,62})\.){1,8}[^\W\d_]{2,24}(?![\w\-])")
_CARD = re.compile(
    r"(?<!\d)(?:\d{4}([ \-]?)\d{4}\1\d{4}\1\d{1,7}|\d{4}([ \-]?)\d{6}\2\d{4,5})(?!\d)"
)
_ISSUER = re.compile(
    r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-5]|[689])|35(?:2[89]|[3-8])"
    r"|6(?:011|4[4-9]|5|2)"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?=[A-Z0-9 ])")
# Lengths by country: ISO 13616 registry of SWIFT.
_IBAN_LENGTHS = {
    length: frozenset(countries.split())
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FO FI GL NL FK SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK MN",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
}
_LENGTH_OF = {country: length for length, found in _IBAN_LENGTHS.items() for country in found}


def personal_data(text: str, regions: Sequence[str] = ()) -> list[Found]:
    """All that was found, in the order of the text; no two overlap.

    National phone numbers are looked for in the forms of ``regions`` (ISO 3166).
    """
    found = list(_keys(text))
    found += _ibans(text)
    if "@" in text:
        found += _emails(text)
    for start, end in digits_in(text):
        found += _cards(text, start, end)
        if phone := phone_in(text, start, end, regions):
            found.append(Found(*phone[:2], "phone", phone[2]))
    if len(found) < 2:
        return found
    taken, apart = bytearray(len(text)), []
    for one in sorted(found, key=_by_kind):
        if taken.find(1, one.start, one.end) < 0:
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            apart.append(one)
    return sorted(apart)


def _by_kind(one: Found) -> int:
    return KINDS.index(one.kind)


def _keys(text: str) -> Iterator[Found]:
    if "-----BEGIN " in text:
        for header in _PRIVATE.finditer(text):
            yield Found(*header.span(), "private_key", header[0])
    for prefix, pattern in _KEY.items():
        if prefix in text:
            for key in pattern.finditer(text):
                yield Found(*key.span(), "key", f"{prefix}…")


def _ibans(text: str) -> Iterator[Found]:
    for begin in _IBAN.finditer(text):
        length = None if _follows_a_word(text, begin.start()) else _LENGTH_OF.get(begin[0][:2])
        end = _end_of(text, begin.start(), length) if length else None
        if end is not None:
            value = text[begin.start() : end].replace(" ", "")
            if mod97(value) == 1:
                yield Found(begin.start(), end, "iban", f"{value[:2]}…{value[-2:]}")


def _end_of(text: str, start: int, length: int) -> int | None:
    """Where so many letters and digits end, single spaces between them left out."""
    end = start
    while length and end < len(text):
        sign = text[end]
        if sign.isascii() and sign.isalnum():
            length -= 1
        elif sign != " " or text[end - 1] == " ":
            return None
        end += 1
    more = text[end : end + 1]
    return None if length or (more.isascii() and more.isalnum()) else end


def _follows_a_word(text: str, start: int) -> bool:
    before = text[max(0, start - 1) : start]
    return before.isascii() and before.isalnum()


def mod97(value: str) -> int:
    """ISO 7064 mod 97-10 of an IBAN: its first four signs last, letters as 10 to 35; 1 = right."""
    return int("".join(str(int(sign, 36)) for sign in value[4:] + value[:4])) % 97


def _cards(text: str, start: int, end: int) -> Iterator[Found]:
    for number in _CARD.finditer(text, start, end):
        digits = number[0].replace(" ", "").replace("-", "")
        if _ISSUER.match(digits) and luhn(digits):
            yield Found(*number.span(), "card", f"…{digits[-4:]}")


def luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1, annex B: every second digit from the right counts double."""
    ones = sum(map(int, digits[-1::-2]))
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (ones + doubled) % 10 == 0


def _emails(text: str) -> Iterator[Found]:
    at = text.find("@")
    while at >= 0:
        domain = _DOMAIN.match(text, at + 1)
        head = text[max(0, at - LONGEST_LOCAL) : at]
        local = head[len(head.rstrip(_LOCAL)) :].lstrip(".-'")
        if domain and local and local[-1] != ".":
            name = domain[0]
            yield Found(
                at - len(local),
                domain.end(),
                "email",
                f"{local[0]}…@{name[0]}….{name.rpartition('.')[2]}",
            )
        at = text.find("@", at + 1)
