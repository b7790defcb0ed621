"""Which scripts a language is written in, and whether a text looks like it at all.

A check of scripts, not of languages: it tells Russian from English and not German from English.
"""

from bisect import bisect_right
from collections import Counter

ENOUGH = 20  # letters; less says nothing

# Where the letters of the scripts begin, by Unicode's blocks; what lies between has its own line.
_BLOCKS = (
    (0x0000, "Latin"),
    (0x0370, "Greek"),
    (0x0400, "Cyrillic"),
    (0x0530, "Armenian"),
    (0x0590, "Hebrew"),
    (0x0600, "Arabic"),
    (0x0700, "other"),
    (0x0750, "Arabic"),
    (0x0780, "other"),
    (0x08A0, "Arabic"),
    (0x0900, "Devanagari"),
    (0x0980, "Bengali"),
    (0x0A00, "Gurmukhi"),
    (0x0A80, "Gujarati"),
    (0x0B00, "Oriya"),
    (0x0B80, "Tamil"),
    (0x0C00, "Telugu"),
    (0x0C80, "Kannada"),
    (0x0D00, "Malayalam"),
    (0x0D80, "Sinhala"),
    (0x0E00, "Thai"),
    (0x0E80, "Lao"),
    (0x0F00, "Tibetan"),
    (0x1000, "Myanmar"),
    (0x10A0, "Georgian"),
    (0x1100, "Hangul"),
    (0x1200, "Ethiopic"),
    (0x13A0, "other"),
    (0x1780, "Khmer"),
    (0x1800, "other"),
    (0x1C80, "Cyrillic"),
    (0x1C90, "Georgian"),
    (0x1CC0, "other"),
    (0x1D00, "Latin"),
    (0x1F00, "Greek"),
    (0x2000, "other"),
    (0x2C60, "Latin"),
    (0x2C80, "other"),
    (0x2DE0, "Cyrillic"),
    (0x2E00, "Han"),
    (0x3040, "Kana"),
    (0x3100, "Han"),
    (0x3130, "Hangul"),
    (0x3190, "Han"),
    (0x31F0, "Kana"),
    (0x3200, "Han"),
    (0xA000, "other"),
    (0xA720, "Latin"),
    (0xA800, "other"),
    (0xAC00, "Hangul"),
    (0xD800, "other"),
    (0xF900, "Han"),
    (0xFB00, "Latin"),
    (0xFB1D, "Hebrew"),
    (0xFB50, "Arabic"),
    (0xFE00, "other"),
    (0xFE70, "Arabic"),
    (0xFF00, "Latin"),
    (0xFF66, "Kana"),
    (0xFFA0, "Hangul"),
    (0x10000, "other"),
    (0x20000, "Han"),
    (0x40000, "other"),
)
_STARTS = [start for start, _ in _BLOCKS]
_NAMES = [name for _, name in _BLOCKS]

# By the tag's first part. Languages that are not here may be written in Latin letters only.
_WRITTEN_IN = {
    name: frozenset(scripts.split())
    for names, scripts in (
        ("el", "Greek"),
        ("ru uk be bg mk ky ba cv tt os ce", "Cyrillic"),
        ("sr kk uz tg mn az bs", "Cyrillic Latin"),
        ("hy", "Armenian"),
        ("he yi", "Hebrew"),
        ("ar fa ur ps ug ckb", "Arabic"),
        ("sd ks pa", "Arabic Devanagari Gurmukhi"),
        ("hi mr ne sa", "Devanagari"),
        ("bn as", "Bengali"),
        ("gu", "Gujarati"),
        ("or", "Oriya"),
        ("ta", "Tamil"),
        ("te", "Telugu"),
        ("kn", "Kannada"),
        ("ml", "Malayalam"),
        ("si", "Sinhala"),
        ("th", "Thai"),
        ("lo", "Lao"),
        ("bo dz", "Tibetan"),
        ("my", "Myanmar"),
        ("ka", "Georgian"),
        ("ko", "Hangul Han"),
        ("am ti", "Ethiopic"),
        ("km", "Khmer"),
        ("ja", "Kana Han"),
        ("zh yue wuu lzh", "Han"),
    )
    for name in names.split()
}
# A tag may say its script itself (ISO 15924): sr-Latn, zh-Hant.
_SUBTAGS = {
    "Latn": "Latin",
    "Cyrl": "Cyrillic",
    "Grek": "Greek",
    "Arab": "Arabic",
    "Hebr": "Hebrew",
    "Deva": "Devanagari",
    "Guru": "Gurmukhi",
    "Hans": "Han",
    "Hant": "Han",
    "Hira": "Kana",
    "Jpan": "Kana",
}
_UNKNOWN = ("", "und", "mul", "zxx", "x")


def script_contradicts(tag: str, text: str) -> bool | None:
    """Whether more than half of the letters are of scripts that the tagged language does not use.

    None where nothing can be said: no tag, a tag of no one language, fewer than 20 letters.
    """
    expected = scripts_of(tag)
    if expected is None:
        return None
    met = letters_by_script(text)
    total = sum(met.values())
    if total < ENOUGH:
        return None
    return 2 * sum(met[script] for script in expected) < total


def scripts_of(tag: str) -> frozenset[str] | None:
    """The scripts that a BCP 47 tag allows; None where it names no language."""
    parts = tag.split("-")
    language = parts[0].lower()
    if language in _UNKNOWN:
        return None
    if len(parts) > 1 and (own := _SUBTAGS.get(parts[1].title())):
        return frozenset({own, "Han"}) if own == "Kana" else frozenset({own})
    return _WRITTEN_IN.get(language, frozenset({"Latin"}))


def letters_by_script(text: str) -> Counter[str]:
    if text.isascii():
        return Counter({"Latin": sum(map(str.isalpha, text))})
    met: Counter[str] = Counter()
    for sign, times in Counter(text).items():
        if sign.isalpha():
            met[_NAMES[bisect_right(_STARTS, ord(sign)) - 1]] += times
    return met
