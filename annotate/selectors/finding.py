"""What was found, in words, and where its evidence is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.figures import Found, interval_text, percent
from annotate.models import QualityReport, Rater
from annotate.stats.quality.findings import Sort


@dataclass(frozen=True)
class Told:
    """One finding: what it is about, what was seen, what may be done, and the page behind it."""

    sort: str
    title: str
    seen: str
    remedy: str
    href: str
    campaign: str


def told_of(reports: Sequence[QualityReport]) -> list[Told]:
    """The findings of these reports, each of the newest of its campaign."""
    named = {int(each["subject"]) for each in _of_raters(reports)}
    raters = Rater.objects.select_related("user").in_bulk(named)
    return [
        _told(each, report, raters)
        for report in reports
        for each in report.findings
        if not _is_of_rater(each) or int(each["subject"]) in raters
    ]


def _of_raters(reports: Sequence[QualityReport]) -> list[Mapping[str, Any]]:
    return [each for report in reports for each in report.findings if _is_of_rater(each)]


def _is_of_rater(finding: Mapping[str, Any]) -> bool:
    return finding["sort"] in (Sort.CARELESS, Sort.WEAK, Sort.POSITION)


def _told(
    finding: Mapping[str, Any],
    report: QualityReport,
    raters: Mapping[int, Rater],
) -> Told:
    sort, subject = Sort(finding["sort"]), str(finding["subject"])
    campaign = f"?campaign={report.campaign.uuid}"
    words = WORDS[sort]
    said = _figures(finding)
    href = f"{reverse(words.page)}{campaign}" if words.page else ""
    if _is_of_rater(finding):
        rater = raters[int(subject)]
        subject, href = str(rater), f"{reverse('annotate:rater', args=[rater.uuid])}{campaign}"
    elif sort == Sort.AMBIGUOUS_SKILL:
        href = f"{href}&{urlencode({'skill': subject})}" if subject else href
        subject = subject or _("without a skill")
    return Told(
        str(sort),
        str(words.title) % {"subject": subject},
        str(words.seen) % said,
        str(words.remedy),
        href,
        report.campaign.name,
    )


def _figures(finding: Mapping[str, Any]) -> dict[str, str]:
    found, facts = finding.get("found"), finding.get("facts", {})
    beside = finding.get("beside")
    return {
        "found": interval_text(Found(found["value"], found["low"], found["high"]))
        if found
        else "–",
        "prompts": str(found["n"]) if found else "0",
        "beside": f"{beside:.2f}" if beside is not None else "–",
        "share": percent(beside) if beside is not None else "–",
        "judged": str(facts.get("judged", 0)),
        "had": str(facts.get("had", 0)),
        "wanted": f"{facts.get('wanted', 0):.0f}",
        "total": str(facts.get("total", 0)),
    }


@dataclass(frozen=True)
class Words:
    """How a sort of finding is said, and the page of its evidence where it is of no rater."""

    title: Any
    seen: Any
    remedy: Any
    page: str = ""


AGREES = gettext_lazy(
    "Agrees with others by %(found)s on %(prompts)s items; the campaign's figure is %(beside)s."
)
WORDS = {
    Sort.CARELESS: Words(
        gettext_lazy("%(subject)s judges no more like the others than a coin would"),
        AGREES,
        gettext_lazy("Read some of their judgements, then talk to them."),
    ),
    Sort.WEAK: Words(
        gettext_lazy("%(subject)s agrees less than half as far as others do"),
        AGREES,
        gettext_lazy("Read where they part from the others: they may know better."),
    ),
    Sort.POSITION: Words(
        gettext_lazy("%(subject)s leans to a place on the page"),
        gettext_lazy(
            "Standing first adds %(found)s to an answer's logit on %(prompts)s items; 0 is none."
        ),
        gettext_lazy("Read some of their judgements: is the order kept as it was shown?"),
    ),
    Sort.AMBIGUOUS_SKILL: Words(
        gettext_lazy("People read the guideline differently: skill “%(subject)s”"),
        gettext_lazy("Agreement there is %(found)s on %(prompts)s items; elsewhere %(beside)s."),
        gettext_lazy("Read the items that people see apart, and say in the guideline what counts."),
        "annotate:quality",
    ),
    Sort.AMBIGUOUS_FLAG: Words(
        gettext_lazy("People read the guideline differently: flag “%(subject)s”"),
        gettext_lazy("Its α is %(found)s on %(prompts)s items; below %(beside)s it says little."),
        gettext_lazy("Say in the guideline when to set it, with an example of each."),
        "annotate:quality",
    ),
    Sort.MISSING_SKILL: Words(
        gettext_lazy("Prompts are missing: skill “%(subject)s”"),
        gettext_lazy(
            "%(had)s of %(total)s prompts of the last weeks; wanted: %(share)s, about %(wanted)s."
        ),
        gettext_lazy("Bring prompts of it, or change what is wanted."),
        "annotate:mix",
    ),
    Sort.MISSING_LANGUAGE: Words(
        gettext_lazy("Prompts are missing: language “%(subject)s”"),
        gettext_lazy(
            "%(had)s of %(total)s prompts of the last weeks; wanted: %(share)s, about %(wanted)s."
        ),
        gettext_lazy("Bring prompts of it, or change what is wanted."),
        "annotate:mix",
    ),
}
