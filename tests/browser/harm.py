"""Where hostile texts are shown, and how one sees that they did nothing.

A dialog, a complaint of the console, a breach of the policy, a request to anywhere else, a popup
or a download fails the test, and so does an element in a text that is not on the list.
"""

from collections.abc import Callable, Sequence
from functools import partial

from playwright.sync_api import Dialog, Page

from annotate.enums import Role
from annotate.models import Campaign
from annotate.services.campaign import acknowledge_instructions, add_member, publish_instructions
from annotate.services.prompt import add_prompt
from annotate.services.task import open_tasks
from commons.models import User
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.factories import make_candidate
from tests.hostile import SHORT
from tests.hostile.allowed import ATTRIBUTES, ELEMENTS

PATIENCE = 60_000  # ms: a page of all texts is rendered anew
UNFOLD = "for (const each of document.querySelectorAll('main details')) each.open = true"
OpenReader = Callable[[User], Page]

NAME = "<b onclick=alert(1)>Harm</b>"
BREACHES = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
IN_TEXTS = """() => [...new Set([...document.querySelectorAll(".prose *")].map(
  (each) => `${each.localName} ${each.getAttributeNames().sort().join(" ")}`))]"""
# None of our pages has these where people read; an attribute that acts is nowhere.
FOREIGN = """() => [...document.querySelectorAll("body *")].filter((each) =>
  each.matches(`main :is(script:not([type="application/json"]), style, link, meta, base, iframe,
    frame, object, embed, portal, marquee, video, audio, plaintext, xmp, x-y)`)
  || each.getAttributeNames().some((name) => name.startsWith("on") || name.startsWith("hx-on"))
).map((each) => each.outerHTML.slice(0, 200))"""


def readers(open_context: OpenContext, watch: Watch, url: str) -> OpenReader:
    """Open windows in which what a text does is a complaint."""
    return partial(_open_one, open_context, watch, url)


def _open_one(open_context: OpenContext, watch: Watch, url: str, person: User) -> Page:
    def hear_of(asked: str) -> None:
        if not asked.startswith(f"{url}/"):
            watch.hear(f"a request: {asked[:200]}")

    def dismiss(dialog: Dialog) -> None:
        watch.hear(f"a dialog: {dialog.message}")
        dialog.dismiss()

    context = open_context(person)
    context.add_init_script(BREACHES)
    page = context.new_page()
    context.on("request", lambda request: hear_of(request.url))
    context.on("page", lambda popup: watch.hear(f"a popup: {popup.url}"))
    page.on("download", lambda download: watch.hear(f"a download: {download.url}"))
    page.on("dialog", dismiss)
    return page


def storable(text: str) -> str:
    """PostgreSQL keeps no NUL: only the preview is asked about one."""
    return text.replace("\x00", "\ufffd")


def all_of(*kinds: str) -> str:
    """The short texts of these modules, or every one of them, below one another."""
    return storable("\n\n".join(text for name, text in SHORT.items() if name.startswith(kinds)))


def in_four() -> list[str]:
    """Every short text, in four that are about as long."""
    return [
        all_of("links", "mathematics"),
        all_of("markup"),
        all_of("parsing"),
        all_of("writing", "reading"),
    ]


def staged(
    campaign: Campaign,
    scene: Scene,
    turns: Sequence[str],
    answers: Sequence[str],
    form: dict[str, object] | None = None,
) -> Scene:
    """One prompt of these turns; the answers together are the guideline of its campaign."""
    kept = [storable(text) for text in answers]
    instructions = publish_instructions(
        campaign=campaign, guideline="\n\n".join(kept), form=form, by=scene.lead
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


def assert_drawn_as_text(page: Page, texts: int) -> None:
    """So many texts are there, of harmless elements alone; nothing foreign is on the page."""
    assert page.locator(".prose").count() >= texts
    for found in page.evaluate(IN_TEXTS):
        element, *attributes = found.split()
        assert element in ELEMENTS
        assert set(attributes) <= ATTRIBUTES.get(element, set())
    assert page.evaluate(FOREIGN) == []


def look(page: Page, address: str, texts: int) -> None:
    """Open a page and whatever is folded on it: so many texts are there, and none does anything."""
    page.goto(address, timeout=PATIENCE)
    page.locator("html[data-awake]").wait_for(state="attached")
    page.evaluate(UNFOLD)
    page.wait_for_load_state("networkidle")
    assert_drawn_as_text(page, texts)


def bundles(size: int) -> list[str]:
    """Every short text, in parts of at most so many characters."""
    parts = [""]
    for text in map(storable, SHORT.values()):
        if parts[-1] and len(parts[-1]) + len(text) + 2 > size:
            parts.append("")
        parts[-1] += f"{text}\n\n"
    return parts


def in_groups(texts: Sequence[str], size: int) -> list[Sequence[str]]:
    return [texts[at : at + size] for at in range(0, len(texts), size)]
