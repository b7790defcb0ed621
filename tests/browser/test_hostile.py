"""Every hostile text on the pages where people read, under the policy that the product sends.

A dialog, a complaint of the console, a breach of the policy, a request to anywhere else, a popup
or a download fails the test, and so does an element in a text that is not on the list.
"""

from collections.abc import Callable, Sequence

import pytest
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect

from annotate.enums import Kind, Role
from annotate.services.campaign import acknowledge_instructions, add_member, publish_instructions
from annotate.services.prompt import add_prompt
from annotate.services.task import open_tasks
from commons.models import User
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.test_rank import open_board, say
from tests.browser.work import open_item
from tests.factories import make_campaign, make_candidate
from tests.hostile import SHORT
from tests.hostile.allowed import ATTRIBUTES, ELEMENTS

pytestmark = pytest.mark.browser

TOGETHER = 12  # texts of one preview
PATIENCE = 60_000  # ms: each of a thousand lines is typed as an input of its own
BREACHES = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
IN_TEXTS = """() => [...document.querySelectorAll(".prose *")].map(
  (each) => `${each.localName} ${each.getAttributeNames().sort().join(" ")}`)"""
PREVIEWED = """async ([address, text]) => {
  const settled = new Promise((done) => addEventListener("htmx:afterSettle", done, { once: true }));
  await htmx.ajax("POST", address, { target: "#preview", values: { text } });
  await settled;
}"""

OpenReader = Callable[[User], Page]


@pytest.fixture
def open_reader(open_context: OpenContext, watch: Watch, live_server) -> OpenReader:
    """A window of a person; what a text does to it is a complaint."""

    def hear_of(url: str) -> None:
        if not url.startswith(f"{live_server.url}/"):
            watch.hear(f"a request: {url[:200]}")

    def dismiss(dialog: Dialog) -> None:
        watch.hear(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def open_one(person: User) -> Page:
        context = open_context(person)
        context.add_init_script(BREACHES)
        page = context.new_page()
        context.on("request", lambda request: hear_of(request.url))
        context.on("page", lambda popup: watch.hear(f"a popup: {popup.url}"))
        page.on("download", lambda download: watch.hear(f"a download: {download.url}"))
        page.on("dialog", dismiss)
        return page

    return open_one


def storable(text: str) -> str:
    """PostgreSQL keeps no NUL: only the preview is asked about one."""
    return text.replace("\x00", "\ufffd")


def staged(scene: Scene, turns: Sequence[str], answers: Sequence[str]) -> Scene:
    """A campaign with one prompt of these turns; the answers together are its guideline."""
    kept = [storable(text) for text in answers]
    campaign = make_campaign(lead=scene.lead, name="<b onclick=alert(1)>Harm</b>")
    instructions = publish_instructions(
        campaign=campaign, guideline="\n\n".join(kept), by=scene.lead
    )
    for person, role in {scene.ada: Role.ANNOTATOR, scene.lead: Role.LEAD}.items():
        add_member(campaign=campaign, person=person, role=role, by=scene.lead)
        acknowledge_instructions(instructions=instructions, by=person)
    messages = [{"role": "user", "content": storable(text)} for text in turns]
    prompt, _ = add_prompt(campaign=campaign, messages=messages)
    for text in kept:
        make_candidate(prompt, text)
    open_tasks(campaign=campaign)
    return Scene(campaign, scene.lead, scene.ada)


def all_of(*kinds: str) -> str:
    return "\n\n".join(text for name, text in SHORT.items() if name.startswith(kinds))


def assert_drawn_as_text(page: Page, texts: int) -> None:
    assert page.locator(".prose").count() >= texts
    for found in set(page.evaluate(IN_TEXTS)):
        element, *attributes = found.split()
        assert element in ELEMENTS
        assert set(attributes) <= ATTRIBUTES.get(element, set())


def test_nothing_hostile_does_anything_where_people_read(
    scene: Scene, open_reader: OpenReader
) -> None:
    answers = [
        all_of("links", "mathematics"),
        all_of("markup"),
        all_of("parsing"),
        all_of("writing", "reading"),
    ]
    harm = staged(scene, list(SHORT.values()), answers)
    page = open_reader(harm.ada)

    ranking = harm.hand(Kind.RANK)
    open_board(page, ranking)
    assert_drawn_as_text(page, len(SHORT) + 4)
    page.keyboard.press("j")
    page.keyboard.press("1")
    say(page, "B moved to rank 1")
    page.goto(reverse("annotate:guideline", args=[harm.campaign.uuid]))
    assert_drawn_as_text(page, 1)
    page.goto("/")

    leads = open_reader(harm.lead)
    for address in (
        reverse("annotate:item", args=[ranking.task.uuid]),
        reverse("annotate:campaign", args=[harm.campaign.uuid]),
    ):
        leads.goto(address)
        assert_drawn_as_text(leads, 1)


def test_nothing_hostile_does_anything_in_the_preview(
    scene: Scene, open_reader: OpenReader
) -> None:
    page = open_reader(scene.ada)
    open_item(page, scene.hand(Kind.DEMONSTRATE))
    everything = storable("\n\n".join(SHORT.values()))
    page.get_by_label("Your answer").fill(everything, timeout=PATIENCE)
    expect(page.locator("#preview")).to_contain_text("alert(1)")
    expect(page.locator("#preview .htmx-added")).to_have_count(0)
    assert_drawn_as_text(page, 1)

    texts = list(SHORT.values())
    for start in range(0, len(texts), TOGETHER):
        together = "\n\n".join(texts[start : start + TOGETHER])
        page.evaluate(PREVIEWED, [reverse("annotate:preview"), together])
        assert_drawn_as_text(page, 1)
