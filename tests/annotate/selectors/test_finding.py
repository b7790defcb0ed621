"""What was found, in words, each with the page of its evidence."""

from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from annotate.models import QualityReport
from annotate.selectors.finding import told_of
from annotate.stats.quality.findings import Finding, Sort
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


def test_a_finding_leads_to_its_skill_whatever_it_is_called() -> None:
    campaign = make_campaign()
    report = QualityReport(
        campaign=campaign,
        findings=[Finding(Sort.AMBIGUOUS_SKILL, "R&D #1 + C").as_json()],
    )

    (told,) = told_of([report])

    assert QueryDict(urlsplit(told.href).query).dict() == {
        "campaign": str(campaign.uuid),
        "skill": "R&D #1 + C",
    }
