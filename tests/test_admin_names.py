"""Django's admin speaks the reader's language: tables, columns, filters, actions and forms."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override

import annotate.admin.names as annotate_names
import rewards.admin.names as rewards_names
from annotate.enums import Facet
from annotate.models import Campaign, Competence
from commons import admin_names
from commons.models import User
from tests.factories import make_campaign, make_member, make_user

HEADING = re.compile(r'<div class="text"><(?:a|span)[^>]*>([^<]+)<')
ALIKE = {"Name", "Person"}  # where a form begins a label with a capital letter
# What Django and django-celery-beat say in no German of their own.
THEIRS = {
    "Exchange",
    "Human readable",
    "Password-based authentication",
    "Periodic Tasks Using This Schedule",
}
SHARED = [
    (admin_names.TABLES, admin_names.EVERYWHERE),
    (annotate_names.TABLES, annotate_names.SHARED),
    (rewards_names.TABLES, rewards_names.SHARED),
]


@pytest.fixture
def request_of_root(db: None, rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.user = make_user("root", admin=True)
    return request


def columns_of(model: Any) -> list[str]:
    every = (*model._meta.concrete_fields, *model._meta.many_to_many)
    return [each.name for each in every if not each.auto_created]


def said_of(page: Any, request: HttpRequest) -> Iterator[object]:
    """All words of a table's pages that are said once for all of its rows."""
    opts = page.opts
    yield from (opts.verbose_name, opts.verbose_name_plural)
    shown = {*columns_of(page.model), *page.list_display, *page.readonly_fields}
    for name in sorted(shown):
        yield label_for_field(name, page.model, page)
    for inline in page.get_inline_instances(request):
        yield from (inline.verbose_name, inline.verbose_name_plural)
        for name in sorted({*(inline.fields or ()), *inline.readonly_fields}):
            yield label_for_field(name, inline.model, inline)
    own = [each for each in page.list_filter if isinstance(each, type)]
    yield from (getattr(each, "title", "") for each in own)
    yield from (description for _act, _name, description in page._get_base_actions())
    yield from (name for name, _options in page.get_fieldsets(request) if name)
    yield from (each.label for each in page.get_form(request)().fields.values())
    if page.search_help_text:
        yield page.search_help_text


def test_a_german_reader_finds_no_english_on_the_pages_of_any_table(request_of_root: HttpRequest):
    untold = {}
    for model, page in admin.site._registry.items():
        with override("en"):
            english = [str(said) for said in said_of(page, request_of_root)]
        with override("de"):
            german = [str(said) for said in said_of(page, request_of_root)]
        same = {said for said, other in zip(english, german, strict=True) if said == other}
        if same - ALIKE - THEIRS:
            untold[model._meta.label] = same - ALIKE - THEIRS

    assert untold == {}


@pytest.mark.parametrize(("tables", "shared"), SHARED, ids=["commons", "annotate", "rewards"])
def test_what_is_shared_names_a_column_of_some_table(tables, shared):
    columns = {name for model in tables for name in columns_of(model)}

    assert set(shared) - set(admin_names.EVERYWHERE) - columns == set()


def test_what_is_said_everywhere_names_a_column_of_some_table():
    columns = {name for tables, _shared in SHARED for model in tables for name in columns_of(model)}

    assert set(admin_names.EVERYWHERE) - columns == set()


def test_a_name_for_a_column_that_is_not_there_is_refused():
    names = admin_names.named(User._meta.verbose_name, User._meta.verbose_name_plural, gone="gone")

    with pytest.raises(KeyError, match="gone"):
        admin_names.name_tables({User: names}, shared={})


@pytest.mark.parametrize(
    ("model", "headings"),
    [
        (
            Campaign,
            ["Name", "Zustand", "Gewicht in der Warteschlange", "Erstellt von", "Erstellt am"],
        ),
        (
            Competence,
            ["Person", "Art der Kompetenz", "Wert", "Läuft ab am"],
        ),
    ],
)
def test_the_columns_of_a_list_have_german_headings(client: Client, db, model, headings):
    member = make_member(make_campaign(name="Medicine"))
    Competence.objects.create(person=member, facet=Facet.SKILL, value="medicine")
    client.force_login(make_user("root", admin=True))
    listed = reverse(f"admin:annotate_{model._meta.model_name}_changelist")

    page = client.get(listed, headers={"accept-language": "de"}).text

    assert HEADING.findall(page) == headings


def test_a_form_of_the_admin_asks_in_german(client: Client, db):
    client.force_login(make_user("root", admin=True))
    campaign = make_campaign(name="Medicine")
    form = reverse("admin:annotate_campaign_change", args=[campaign.pk])

    page = client.get(form, headers={"accept-language": "de"}).text

    for said in ("Zusammenfassung", "Urteile je Aufgabe", "Minuten einer Zuteilung", "Öffentliche"):
        assert said in page
