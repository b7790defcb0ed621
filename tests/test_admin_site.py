"""Django's admin as a whole: its frame, its rooms, its door, and what its bulk actions ask."""

import re
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule

from commons.admin import ReadOnlyAdmin, confirmation
from commons.models import AuditEvent
from tests.factories import make_user

BLOCK = re.compile(r"{% block ([\w-]+)")
THEIRS = Path(django.__file__).parent / "contrib" / "admin" / "templates" / "admin" / "base.html"
INDEX = reverse("admin:index")


@pytest.fixture
def desk(client: Client, db: None) -> Client:
    client.force_login(make_user("root", admin=True))
    return client


def actions() -> list[tuple[str, str]]:
    """Every bulk action of every table but Django's own, which asks by a page of its own."""
    return [
        (model._meta.label, str(name))
        for model, page in admin.site._registry.items()
        for name in page.actions or ()
    ]


def test_every_table_can_be_searched():
    unsearched = [model for model, page in admin.site._registry.items() if not page.search_fields]

    assert unsearched == []


@pytest.mark.parametrize("asked", ["medicine", "7", "7 %'", "a1b2c3d4-0000-0000-0000-000000000000"])
def test_whatever_is_searched_for_is_answered(desk: Client, asked: str):
    statuses = {
        model: desk.get(address_of(model, "changelist"), {"q": asked}).status_code
        for model in admin.site._registry
    }

    assert statuses == dict.fromkeys(admin.site._registry, 200)


def address_of(model: type[Model], page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


@pytest.mark.parametrize(("label", "name"), actions())
def test_every_bulk_action_asks_and_says_how_it_is_undone_or_why_not(label, name, db):
    page = next(each for each in admin.site._registry.values() if each.opts.label == label)
    request = RequestFactory().post("/", {"action": name})
    request.user = make_user("root", admin=True)

    asked = getattr(page, name)(request, page.model._default_manager.none())

    assert asked.context_data["undoing"].startswith(
        ("To undo it, ", "This cannot be undone", "There is nothing to undo")
    )


def test_what_is_deleted_is_said_not_to_come_back(desk: Client):
    groups = [Group.objects.create(name=name) for name in ("Clerks", "Guests")]
    many = {"action": "delete_selected", "_selected_action": [each.pk for each in groups]}

    alone = desk.get(reverse("admin:auth_group_delete", args=[groups[0].pk]))
    asked = desk.post(reverse("admin:auth_group_changelist"), many)

    assert "This cannot be undone" in alone.text
    assert "This cannot be undone" in asked.text
    assert Group.objects.count() == 2


def test_an_action_on_nothing_that_it_could_act_on_asks_nothing(desk: Client):
    gone = AuditEvent.objects.none()
    page = admin.site._registry[AuditEvent]
    assert isinstance(page, ReadOnlyAdmin)
    request = RequestFactory().post("/", {"action": "undo"})
    request.user = make_user("other", admin=True)

    asked = confirmation(page, request, gone, action="undo", asks="So?", undoing="No.")

    assert asked is not None
    asked.render()
    assert 'name="confirmed"' not in asked.text
    assert "None of the chosen rows" in asked.text


def test_every_block_of_djangos_frame_is_in_ours():
    """Django's other templates, and those of other apps, fill them."""
    ours = (Path(settings.BASE_DIR) / "templates" / "admin" / "base.html").read_text()

    assert set(BLOCK.findall(THEIRS.read_text())) - set(BLOCK.findall(ours)) == set()


@pytest.mark.parametrize(
    ("chosen", "said"),
    [("dark", ' data-theme="dark"'), ("contrast", ' data-theme="contrast"'), ("auto", "")],
)
def test_the_colours_are_those_that_a_person_chose(desk: Client, chosen: str, said: str):
    desk.cookies["theme"] = chosen

    html = desk.get(INDEX).text

    assert f'<html lang="en" dir="ltr"{said}>' in html
    assert "theme.js" not in html
    assert "theme-toggle" not in html


def test_every_table_stands_in_one_room():
    named = [label for _name, labels in settings.ADMIN_ROOMS for label in labels]
    registered = [model._meta.label for model in admin.site._registry]

    assert sorted(named) == sorted(registered)


def test_the_index_and_the_side_of_a_table_have_the_same_rooms(desk: Client):
    index = desk.get(INDEX)
    beside = desk.get(reverse("admin:annotate_campaign_changelist"))

    rooms = [str(room["name"]) for room in index.context["app_list"]]
    assert rooms[:3] == ["Campaigns", "People and teams", "Prompts and candidates"]
    assert [str(room["name"]) for room in beside.context["available_apps"]] == rooms
    assert "Everything else" not in rooms


def test_a_table_that_no_room_names_stands_under_everything_else(desk: Client, settings):
    settings.ADMIN_ROOMS = [
        ("Schedules", {"django_celery_beat.CrontabSchedule": "Clocks", "gone.Away": "Gone"})
    ]

    rooms = desk.get(INDEX).context["app_list"]

    assert [str(room["name"]) for room in rooms] == ["Schedules", "Everything else"]
    tables = [(each["model"], each["name"]) for each in rooms[0]["models"]]
    assert tables == [(CrontabSchedule, "Clocks")]
    assert len(rooms[1]["models"]) == len(admin.site._registry) - 1


def test_staff_see_the_rooms_of_what_they_may_see(client: Client, db: None):
    clerk = make_user("clerk")
    clerk.is_staff = True
    clerk.save()
    clerk.user_permissions.set(Permission.objects.filter(codename="view_campaign"))
    client.force_login(clerk)

    page = client.get(INDEX)

    rooms = page.context["app_list"]
    assert [(str(room["name"]), len(room["models"])) for room in rooms] == [("Campaigns", 1)]
    assert "read only" in page.text


def test_a_list_is_called_as_its_room_calls_it_and_leads_back_there(desk: Client):
    page = desk.get(reverse("admin:annotate_campaignwork_changelist")).text

    assert "<h1>Kinds of work</h1>" in page
    assert "<title>Kinds of work · Laurel</title>" in page
    assert f'<a href="{INDEX}#room-0">Campaigns</a>' in page
    assert 'id="room-0"' in desk.get(INDEX).text
    assert ">Kinds of work</a>" in desk.get(reverse("admin:app_list", args=["annotate"])).text


def test_a_row_is_called_by_its_name_and_a_new_one_by_its_table(desk: Client):
    group = Group.objects.create(name="Clerks")

    page = desk.get(reverse("admin:auth_group_change", args=[group.pk])).text
    new = desk.get(address_of(Group, "add")).text

    assert "<h1>Clerks</h1>" in page
    assert "<title>Clerks · Groups of rights · Laurel</title>" in page
    assert "<h1>Groups of rights: add</h1>" in new
    assert "<title>Add · Groups of rights · Laurel</title>" in new


def test_what_was_done_on_these_pages_is_kept_and_only_read(desk: Client):
    desk.post(address_of(Group, "add"), {"name": "Clerks"})
    entry = LogEntry.objects.get()
    page = reverse("admin:admin_logentry_change", args=[entry.pk])

    seen = desk.get(page)
    answers = [
        desk.post(page, {"object_repr": "Other"}),
        desk.post(reverse("admin:admin_logentry_delete", args=[entry.pk]), {"post": "yes"}),
        desk.get(address_of(LogEntry, "add")),
    ]

    assert "Clerks" in seen.text
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert LogEntry.objects.get().object_repr == "Clerks"


def test_everybody_comes_in_by_the_products_own_door(client: Client, db: None):
    table = reverse("admin:annotate_campaign_changelist")

    door = client.get(table, follow=True)

    assert door.redirect_chain[-1] == (f"{reverse('commons:login')}?next={table}", 302)


def test_whoever_is_signed_in_and_no_staff_is_told_so(client: Client, db: None):
    client.force_login(make_user("ada"))

    page = client.get(INDEX, follow=True)

    assert page.status_code == 403
    assert "Not allowed" in page.text


def test_whoever_may_enter_is_led_past_the_door(desk: Client):
    assert desk.get(reverse("admin:login")).headers["Location"] == INDEX


@pytest.mark.parametrize(("staff", "shown"), [(True, True), (False, False)])
def test_staff_find_the_tables_from_every_page_of_the_product(
    client: Client, db: None, staff: bool, shown: bool
):
    client.force_login(make_user("ada", admin=staff))

    assert (f'href="{INDEX}"' in client.get(reverse("annotate:desk")).text) is shown


def test_the_form_of_a_beat_task_has_no_script_of_its_own(desk: Client):
    html = desk.get(reverse("admin:django_celery_beat_periodictask_add")).text

    scripts = re.findall(r"<script(?![^>]*\b(?:src|type)=)[^>]*>", html)
    assert scripts == []


def test_nobody_has_no_tables():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert admin.site.get_app_list(request) == []
