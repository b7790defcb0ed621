"""A campaign from nothing: its pages are for everybody, and work by keyboard."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotate.enums import Kind
from annotate.models import Campaign, Upload
from annotate.questions import Question, Scale, questions_of
from annotate.services.campaign import Work, create_campaign, publish_instructions
from annotate.services.invitation import Invited, make_invitation
from annotate.services.upload import confirm_upload, receive_upload
from annotate.tasks import import_confirmed_uploads
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.hands import KEYS
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import look_at
from tests.factories import make_user

pytestmark = pytest.mark.browser

NEW = reverse("annotate:new_campaign")


def new(scene: Scene) -> str:
    return NEW


def settings(scene: Scene) -> str:
    return reverse("annotate:campaign_settings", args=[scene.campaign.uuid])


def people(scene: Scene) -> str:
    make_link(scene)
    return reverse("annotate:people", args=[scene.campaign.uuid])


def member(scene: Scene) -> str:
    return reverse("annotate:member", args=[scene.campaign.uuid, scene.ada.uuid])


def upload(scene: Scene) -> str:
    return reverse("annotate:upload", args=[scene.campaign.uuid])


def uploaded(scene: Scene) -> str:
    """A file with a good row and a bad one."""
    chunks = [b'{"prompt": "What is a stent?", "skill": "medicine"}\n', b"{}\n"]
    made = receive_upload(campaign=scene.campaign, name="a.jsonl", chunks=chunks, by=scene.lead)
    return reverse("annotate:uploaded", args=[made.uuid])


def importing(scene: Scene) -> str:
    address = uploaded(scene)
    confirm_upload(upload=Upload.objects.get(), by=scene.lead)
    return address


def imported(scene: Scene) -> str:
    address = importing(scene)
    import_confirmed_uploads()
    return address


def draft(scene: Scene) -> str:
    """A campaign that is not started, with some of what it needs."""
    made = create_campaign(name="Law", works=[Work(Kind.RANK)], by=scene.lead)
    publish_instructions(campaign=made, guideline="Be exact.", by=scene.lead)
    return reverse("annotate:campaign", args=[made.uuid])


def edit(scene: Scene) -> str:
    return reverse("annotate:edit_guideline", args=[scene.campaign.uuid])


def versions(scene: Scene) -> str:
    return reverse("annotate:guideline_versions", args=[scene.campaign.uuid])


def version(scene: Scene) -> str:
    publish_another(scene)
    return reverse("annotate:guideline_version", args=[scene.campaign.uuid, 2])


def changed(scene: Scene) -> str:
    """The lead has accepted the version before."""
    publish_another(scene)
    return reverse("annotate:guideline", args=[scene.campaign.uuid])


def publish_another(scene: Scene) -> None:
    before = scene.campaign.instructions.get().guideline
    form: dict[str, object] = {"rank": {"reason": "required"}}
    text = before.replace("the", "every") + "\n\nOne line more."
    publish_instructions(campaign=scene.campaign, guideline=text, form=form, by=scene.lead)


def try_out(kind: Kind) -> Callable[[Scene], str]:
    return lambda scene: reverse("annotate:try_out", args=[scene.campaign.uuid, kind])


PAGES: dict[str, Callable[[Scene], str]] = {
    "try-rank": try_out(Kind.RANK),
    "try-write": try_out(Kind.DEMONSTRATE),
    "edit": edit,
    "versions": versions,
    "version": version,
    "changed": changed,
    "draft": draft,
    "upload": upload,
    "uploaded": uploaded,
    "importing": importing,
    "imported": imported,
    "new": new,
    "settings": settings,
    "people": people,
    "member": member,
}


def make_link(scene: Scene) -> str:
    made = make_invitation(
        campaign=scene.campaign,
        invited=Invited(languages=["en"]),
        places=2,
        days=7,
        by=scene.lead,
        uuid=uuid4(),
    )
    return reverse("annotate:join", args=[made.token])


def test_the_door_is_for_everybody(scene: Scene, open_context: OpenContext, watch: Watch) -> None:
    strangers, acquainted = (
        open_context(person).new_page() for person in (None, make_user("grace"))
    )
    found = {}

    for name, page in {"stranger": strangers, "signed in": acquainted}.items():
        look_at(page, make_link(scene))
        make_pictures(page, f"invitation-{name.replace(' ', '-')}")
        found[name] = seen_in_windows(page)
    with watch.expecting("404"):
        look_at(strangers, reverse("annotate:join", args=["nothing"]))
    found["refused"] = seen_in_windows(strangers)

    assert found == {name: {how: [] for how in seen} for name, seen in found.items()}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_setting_up_is_for_everybody(
    scene: Scene, open_context: OpenContext, name: str
) -> None:
    page = open_context(scene.lead).new_page()
    address = PAGES[name](scene)
    page.goto(address)
    page.locator("html[data-awake]").wait_for(state="attached")
    make_pictures(page, f"setup-{name}")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_rows_of_questions_are_added_and_taken_away(
    scene: Scene, open_context: OpenContext
) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, NEW)
    ratings = page.get_by_role("group", name="Criteria", exact=True)
    flags = page.get_by_role("group", name="Flags: yes or no", exact=True)

    KEYS.write(page.get_by_label("Name", exact=True), "Law")
    add = ratings.get_by_role("button", name="Add a criterion")
    KEYS.press(add)
    page.keyboard.type("A question too many")
    KEYS.press(add)
    page.keyboard.type("Über alles helpful?")
    second = ratings.get_by_role("group", name="Criteria 2")
    expect(second.get_by_label("Name in the data")).to_have_attribute(
        "placeholder", "uber-alles-helpful"
    )
    KEYS.pick(second.get_by_label("Scale"), "of my own")
    KEYS.rewrite(second.get_by_label("From"), "0")
    KEYS.rewrite(second.get_by_label("To", exact=True), "10")
    KEYS.press(ratings.get_by_role("group", name="Criteria 1").get_by_role("button"))
    KEYS.press(flags.get_by_role("button", name="Add a flag"))
    page.keyboard.type("Harmful")
    KEYS.write(page.get_by_role("textbox", name="Guideline"), "Be **exact**.")
    expect(page.locator("#preview strong")).to_have_text("exact")
    KEYS.press(page.get_by_role("button", name="Make the campaign"))

    expect(page.get_by_role("status")).to_contain_text("is there, as a draft")
    asked = questions_of(Campaign.objects.get(name="Law").instructions.get().form, "rank")
    assert list(asked.ratings) == [Scale("uber-alles-helpful", "Über alles helpful?", 0, 10)]
    assert list(asked.flags) == [Question("harmful", "Harmful")]
