"""Admins see everybody's tokens and end them; nobody reads a digest or changes a token."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from commons.models import ApiToken, AuditEvent, Scope, User
from commons.tokens import Lifetime, make_token
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LIST = reverse("admin:commons_apitoken_changelist")


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user("root", admin=True))
    return client


@pytest.fixture
def token() -> ApiToken:
    return make_token(
        by=make_user("ada"), name="laptop", scopes=[Scope.WORK], lifetime=Lifetime.WEEK
    ).token


def test_the_list_names_whose_it_is_and_hides_the_digest(admin, token):
    pages = [LIST, reverse("admin:commons_apitoken_change", args=[token.pk])]

    seen = "".join(admin.get(page).content.decode() for page in pages)

    assert "laptop" in seen
    assert "ada" in seen
    assert token.digest not in seen


def test_a_token_is_revoked_once_the_admin_has_confirmed_it(admin, token):
    sent = {"action": "revoke", "_selected_action": [token.pk]}

    asked = admin.post(LIST, sent)
    before = ApiToken.objects.get().revoked_at
    admin.post(LIST, {**sent, "confirmed": "yes"})

    assert "Revoke these tokens?" in asked.content.decode()
    assert before is None
    assert ApiToken.objects.get().revoked_at is not None
    assert AuditEvent.objects.get(verb="token.revoked").actor.username == "root"


def test_nothing_of_a_token_is_written_in_the_admin(admin, token):
    change = reverse("admin:commons_apitoken_change", args=[token.pk])
    delete = reverse("admin:commons_apitoken_delete", args=[token.pk])

    answers = [
        admin.post(change, {"name": "other"}),
        admin.post(delete, {"post": "yes"}),
        admin.get(reverse("admin:commons_apitoken_add")),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert ApiToken.objects.get().name == "laptop"


def make_staff(name: str, *rights: str) -> User:
    person = make_user(name)
    person.is_staff = True
    person.save()
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return person


def form_of(client: Client, person: User) -> str:
    return client.get(reverse("admin:commons_user_change", args=[person.pk])).text


def test_staff_who_change_people_give_themselves_no_rights(client: Client):
    clerk = make_staff("clerk", "view_user", "change_user")
    client.force_login(clerk)
    page = reverse("admin:commons_user_change", args=[clerk.pk])
    sent = {"username": "clerk", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    wanted = [each.pk for each in Permission.objects.all()[:9]]

    form = form_of(client, clerk)
    sent |= {"first_name": "Clara", "time_zone": "UTC"}
    answer = client.post(page, {**sent, "user_permissions": wanted})

    clerk.refresh_from_db()
    rights = clerk.user_permissions.values_list("codename", flat=True).order_by("codename")
    assert 'name="first_name"' in form
    assert 'name="is_superuser"' not in form
    assert (answer.status_code, clerk.first_name, clerk.is_superuser) == (302, "Clara", False)
    assert list(rights) == ["change_user", "view_user"]


@pytest.mark.parametrize("superuser", [True, False])
def test_nobody_sets_the_password_of_staff_but_a_superuser(client: Client, superuser: bool):
    other = make_user("other", admin=True) if superuser else make_staff("other", "change_campaign")
    ada = make_user("ada")
    before = other.password
    client.force_login(make_staff("clerk", "view_user", "change_user"))
    passwords = {
        "usable_password": "true",
        "password1": "Qx7-laurel-9",
        "password2": "Qx7-laurel-9",
    }

    answers = [
        client.post(reverse("admin:auth_user_password_change", args=[person.pk]), passwords)
        for person in (other, ada)
    ]
    renamed = client.post(
        reverse("admin:commons_user_change", args=[other.pk]), {"username": "mine"}
    )

    other.refresh_from_db()
    ada.refresh_from_db()
    assert [each.status_code for each in answers] == [403, 302]
    assert renamed.status_code == 403
    assert (other.password, other.username) == (before, "other")
    assert ada.check_password("Qx7-laurel-9")


def test_groups_of_rights_are_a_superusers_to_change(client: Client):
    clerk = make_staff("clerk", "view_group", "add_group", "change_group", "delete_group")
    group = Group.objects.create(name="Clerks")
    clerk.groups.add(group)
    client.force_login(clerk)
    page = reverse("admin:auth_group_change", args=[group.pk])
    all_rights = [each.pk for each in Permission.objects.all()]

    answers = [
        client.get(page),
        client.post(page, {"name": "Clerks", "permissions": all_rights}),
        client.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"}),
        client.post(reverse("admin:auth_group_add"), {"name": "Others"}),
    ]

    assert [each.status_code for each in answers] == [200, 403, 403, 403]
    assert list(Group.objects.values_list("name", flat=True)) == ["Clerks"]
    assert not group.permissions.exists()
