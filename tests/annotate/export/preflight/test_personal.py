import re
from re import _constants as codes  # where re keeps its parser
from re import _parser as parser

import pytest

from annotate.export.preflight import personal, phones
from annotate.export.preflight.personal import luhn, mod97, personal_data
from annotate.export.preflight.phones import region_of
from tests.annotate.export.preflight.judged import ranked, report_on


def kinds(text, *regions):
    return [(one.kind, text[one.start : one.end]) for one in personal_data(text, regions)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to ada.l+x@mail.co.uk.", [("email", "ada.l+x@mail.co.uk")]),
        ("'x@bär.org', (y@z.io)", [("email", "x@bär.org"), ("email", "y@z.io")]),
        ("call +43 660 1234567, please", [("phone", "+43 660 1234567")]),
        ("call +1 (212) 736-5000", [("phone", "+1 (212) 736-5000")]),
        ("1 4111 1111 1111 1111 12/27", [("card", "4111 1111 1111 1111")]),
        ("3782-822463-10005", [("card", "3782-822463-10005")]),
        ("to DE89 3704 0044 0532 0130 00 OK", [("iban", "DE89 3704 0044 0532 0130 00")]),
        ("AT611904300234573201", [("iban", "AT611904300234573201")]),
        ("AKIA" + "A" * 16, [("key", "AKIA" + "A" * 16)]),
        ("token=ghp_" + "a1" * 18, [("key", "ghp_" + "a1" * 18)]),
        ("sk-ant-api03-" + "a_" * 45, [("key", "sk-ant-api03-" + "a_" * 45)]),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3",
            [("private_key", "-----BEGIN OPENSSH PRIVATE KEY-----")],
        ),
    ],
)
def test_personal_data_are_found_with_their_places(text, expected):
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "me@home, a@b.c, @name, x@.org, .@y.org",
        "4111 1111 1111 1112",  # not Luhn's digit
        "9111 1111 1111 1111 and 14111 1111 1111 1111",  # no issuer; within a longer number
        "DE88 3704 0044 0532 0130 00, DE89 3704 0044 0532 0130, XDE89370400440532013000",
        "+99 123 4567 8901, +43 12",  # no such country, too short
        "2024-11-26 12:30:45, 192.168.100.123, 3f2127365000a, 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "AKIA123, sk-short, task-" + "a" * 30,
        "-----BEGIN PUBLIC KEY-----",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text):
    assert kinds(text, "US") == []


def test_national_phone_numbers_are_found_in_named_regions_only():
    text = "0660 1234567 or (212) 736-5000"

    assert kinds(text) == []
    assert kinds(text, "AT") == [("phone", "0660 1234567")]
    assert kinds(text, "AT", "US") == [("phone", "0660 1234567"), ("phone", "(212) 736-5000")]


def test_an_items_language_tag_names_its_region():
    item = ranked("0660 1234567", "b", language="de-AT")
    elsewhere = ranked("0660 1234567", "b", language="de")

    assert report_on(item).personal.by_kind["phone"] == 1
    assert report_on(elsewhere).personal.by_kind["phone"] == 0


@pytest.mark.parametrize(
    ("tag", "region"),
    [("de-AT", "AT"), ("zh-Hant-tw", "TW"), ("de", None), ("", None), ("en-x-US", None)],
)
def test_the_region_of_a_tag(tag, region):
    assert region_of(tag) == region


def test_the_report_says_where_and_never_what():
    item = ranked("say", "write to ada@mail.test or ada@mail.test", prompt="I am +436601234567")

    report = report_on(item, examples=1)

    assert (report.personal.total, report.personal.items) == (3, 1)
    assert report.personal.by_kind["email"] == 2
    assert report.personal.named["email"] == [
        {
            "prompt_id": "p1",
            "answer": 1,
            "message": 0,
            "field": "content",
            "start": 9,
            "end": 22,
            "kind": "email",
            "masked": "a…@m….test",
        }
    ]
    assert report.personal.named["phone"][0]["answer"] is None
    assert "ada@" not in str(report.as_json())
    assert "660" not in str(report.as_json())


def test_luhns_digit_by_hand():
    """7992739871x: 7+9+9+4+7+6+9+7+7+2 = 67 (ISO/IEC 7812-1), so x = 3."""
    assert [digit for digit in "0123456789" if luhn(f"7992739871{digit}")] == ["3"]


def test_the_remainder_of_the_registrys_example():
    assert mod97("GB82WEST12345698765432") == 1


def unbounded_inside(pattern):
    """Repetitions without a bound after which the pattern could still fail."""
    items = list(pattern)
    for at, (code, argument) in enumerate(items):
        is_last = at == len(items) - 1
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            _, most, inner = argument
            if most == codes.MAXREPEAT and not is_last:
                yield code
            yield from unbounded_inside(inner)
        elif code is codes.SUBPATTERN:
            yield from unbounded_inside(argument[3])
        elif code is codes.BRANCH:
            for branch in argument[1]:
                yield from unbounded_inside(branch)


PATTERNS = {
    **{name: found for name, found in vars(personal).items() if isinstance(found, re.Pattern)},
    **{name: found for name, found in vars(phones).items() if isinstance(found, re.Pattern)},
    **personal._KEY,
}


def test_a_slow_pattern_would_be_seen():
    assert list(unbounded_inside(parser.parse(r"(?:a+)+b")))


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_can_fail_after_an_unbounded_repetition(name):
    """So each start costs a bounded number of steps, or its match is consumed: linear time."""
    assert list(unbounded_inside(parser.parse(PATTERNS[name].pattern))) == []


@pytest.mark.parametrize("unit", ["+99 123 4567 ", "+43 660 1234567 ", "7", "1 2-3.4/"])
def test_libphonenumber_sees_each_stretch_once_and_no_long_one(unit, monkeypatch):
    """Twice the text is twice the characters that the library is given, at most 40 a time."""
    seen = []
    matcher = phones.PhoneNumberMatcher

    def counted(text, *args, **more):
        seen.append(len(text))
        return matcher(text, *args, **more)

    monkeypatch.setattr(phones, "PhoneNumberMatcher", counted)

    def given(size):
        seen.clear()
        personal_data((unit * size)[:size], ())
        return sum(seen)

    once, twice = given(1_000), given(2_000)
    assert twice <= 2 * once + 60
    assert max(seen, default=0) <= 60
