"""The sections of a dataset card that tell what its judgements are: counts, lengths, guidelines."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from annotate.export.facts import BySide, Facts, Guideline
from annotate.export.manifest import GUIDELINES
from annotate.export.pictures import GIVEN, Picture
from annotate.export.splits import SIDES

_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>|~$&#])")


def counted_in(kind: str) -> str:
    return "Prompts" if kind == "prompts" else "Judgements"


def statistics(kind: str, facts: Facts, pictures: Sequence[Picture]) -> Iterator[str]:
    """Each picture, and beside it a table of the same numbers and more."""
    drawn = {picture.path.rpartition("/")[2].removesuffix(".svg"): picture for picture in pictures}
    counted = counted_in(kind)
    yield from ("## Statistics", "", *_shown(drawn.get("rows")))
    yield f"{counted} give the numbers below; one of them may give many rows."
    if facts.raters is not None:
        yield f"{facts.raters} people or sources judged."
    for name, found in (("skill", facts.skills), ("language", facts.languages)):
        if found:
            yield from ("", f"### {counted} by {name}", "", *_shown(drawn.get(f"{name}s")))
            yield from _by_side(name, found)
    if facts.strengths:
        yield from ("", "### How much better an answer is than the next one", "")
        yield from _shown(drawn.get("strengths"))
        yield from ("| strength | times |", "| --- | ---: |")
        for strength, words in GIVEN.items():
            yield f"| {strength or '–'} {words} | {facts.strengths.get(strength, 0)} |"
    yield from _lengths(facts, drawn.get("lengths"))


def _lengths(facts: Facts, picture: Picture | None) -> Iterator[str]:
    yield from ("", "### Lengths in characters", "")
    if not facts.lengths:
        yield "Not measured: no report was asked for when the dataset was frozen."
        return
    yield from _shown(picture)
    yield "| of | number | least | 5 % | 50 % | 95 % | 99 % | greatest |"
    yield f"| --- |{' ---: |' * 7}"
    for name, one in facts.lengths.items():
        numbers = (one.count, one.least, one.p05, one.p50, one.p95, one.p99, one.greatest)
        yield f"| {name} | {' | '.join(map(str, numbers))} |"


def guideline_lines(facts: Facts) -> Iterator[str]:
    """Every version that a judgement was made under; its text is a file of its own."""
    if not facts.guidelines and not facts.under_none:
        return
    yield from ("", "## Guidelines", "")
    if facts.guidelines:
        yield "What people were asked to do, in the words that they had before them:"
        yield from ("", "| guideline | version | judgements | file | SHA-256 |")
        yield "| --- | ---: | ---: | --- | --- |"
        for one in facts.guidelines:
            yield (
                f"| {plain(one.title)} | {one.version} | {one.judgements} | "
                f"`{path_of(one)}` | `{one.sha256}` |"
            )
    if facts.under_none:
        yield from ("", f"Judged under none that is known (imported): {facts.under_none}.")


def path_of(guideline: Guideline) -> str:
    return f"{GUIDELINES}/{guideline.id}.md"


def plain(said: str) -> str:
    """In one line, and nothing in it is Markdown."""
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(said.split()))


def _shown(picture: Picture | None) -> Iterable[str]:
    return (f"![{plain(picture.says)}]({picture.path})", "") if picture else ()


def _by_side(name: str, found: Mapping[str, BySide]) -> Iterator[str]:
    sides = [side for side in SIDES if any(counts.get(side) for counts in found.values())]
    yield f"| {name} | {' | '.join(sides)} |"
    yield f"| --- |{' ---: |' * len(sides)}"
    order = sorted(found.items(), key=lambda each: (-sum(each[1].values()), each[0]))
    for each, counts in order:
        numbers = (str(counts.get(side, 0)) for side in sides)
        yield f"| {plain(each) or '–'} | {' | '.join(numbers)} |"
