"""The program in docs/api.md does what the page says of it."""

import re
import subprocess
import sys

from pytest_django.live_server_helper import LiveServer

from annotate.enums import Kind
from annotate.models import Candidate, Ranking
from annotate.services.campaign import Work
from commons.models import Scope
from commons.tokens import Lifetime, make_token
from config.settings.env import BASE_DIR
from tests.factories import make_campaign, make_member, make_prompt

PAGE = (BASE_DIR / "docs" / "api.md").read_text()


def test_the_loop_of_the_page_ranks_until_nothing_waits(live_server: LiveServer):
    campaign = make_campaign(works=[Work(Kind.RANK, answers=2)])
    person = make_member(campaign)
    for number in range(3):
        make_prompt(campaign, text=f"Question {number}?", answers=["A long answer.", "Short."])
    made = make_token(by=person, name="loop", scopes=[Scope.WORK], lifetime=Lifetime.WEEK)
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"LAUREL": f"{live_server.url}/api/v1", "KEY": made.key},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    texts = {str(one.uuid): one.messages[0]["content"] for one in Candidate.objects.all()}
    ranked = [[texts[name] for tier in one.tiers for name in tier] for one in Ranking.objects.all()]
    assert ranked == [["Short.", "A long answer."]] * 3
