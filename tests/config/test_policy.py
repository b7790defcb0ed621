"""Every answer says what a browser may load, and it is never more than what is ours.

Each address of the product, whoever asks and however: a page, a fragment of one, a file, a problem
document, a refusal, a fault.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import URLResolver, get_resolver, path, reverse
from django.urls.resolvers import RoutePattern
from pytest_django import Settings

from annotate.models import Picture, Snapshot
from commons.models import User
from config import urls as product
from tests.annotate.picturing import make_prompt_with_picture
from tests.annotate.views.conftest import Cast, cast
from tests.annotate.views.test_snapshot import SHARD, frozen

__all__ = ["cast", "frozen"]  # fixtures

POLICY = {
    "base-uri 'self'",
    "default-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "object-src 'none'",
}
# A browser that is led to a picture shows it by a page and styles of its own; the sandbox lets
# nothing of it run.
OF_A_PICTURE = {
    "default-src 'none'",
    "frame-ancestors 'none'",
    "img-src 'self'",
    "sandbox",
    "style-src 'unsafe-inline'",
}
# What stands in the place of a converter; a pattern by an expression answers to the last.
GIVEN = {
    "int": "1",
    "slug": "a",
    "str": "a",
    "path": "a/b",
    "uuid": "00000000-0000-0000-0000-000000000001",
}
CONVERTER = re.compile(r"<(?:(\w+):)?\w+>")
WAYS = {  # what posts do, they do to what is there
    "as a page": ("get", {}),
    "as a fragment": ("get", {"HX-Request": "true"}),
    "by a method that few know": ("put", {}),
}


def addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    """One of each pattern, those of the admin and of the API among them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = str(pattern.pattern) if isinstance(pattern.pattern, RoutePattern) else "nowhere"
        here = before + CONVERTER.sub(lambda found: GIVEN[found[1] or "str"], route)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, here)
        else:
            yield here


def policy_of(answer: HttpResponseBase) -> set[str]:
    return set(answer.headers.get("Content-Security-Policy", "").split("; "))


@pytest.fixture
def clients(db: None) -> list[Client]:
    """Nobody, and somebody who may do everything."""
    nobody, admin = (Client(raise_request_exception=False) for _ in range(2))
    admin.force_login(User.objects.create_superuser("root"))
    return [nobody, admin]


def sections() -> dict[str, list[str]]:
    """By how they begin: there are hundreds."""
    found = defaultdict(list)
    for address in sorted(set(addresses())):
        found["/".join(address.split("/")[1:3])].append(address)
    return found


@pytest.mark.parametrize("section", sections())
def test_whatever_is_asked_at_an_address_is_answered_under_the_policy(
    section: str, clients: list[Client]
) -> None:
    policies = {
        f"{address} {way}, by {who}": policy_of(getattr(client, method)(address, headers=headers))
        for address in sections()[section]
        for who, client in zip(("nobody", "an admin"), clients, strict=True)
        for way, (method, headers) in WAYS.items()
        if way == "as a page" or not address.startswith("/admin/")  # Django's own
    }

    assert {how: each for how, each in policies.items() if each != POLICY} == {}


def test_no_pattern_is_passed_over() -> None:
    """Of the product's own addresses each is among those that are asked."""
    asked = set(addresses())

    named = {reverse("annotate:take"), "/login/", "/api/v1/docs/console"}
    assert {"/", "/healthz", *named} < asked
    assert {each for each in asked if each.startswith("/admin/annotate/")}
    assert len(asked) > 200


def raises(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("raises", raises),
    path("forbids", forbids),
    path("api/raises", raises),
    path("api/forbids", forbids),
    *product.urlpatterns,  # pages of failures lead to pages
]
for name in ("handler400", "handler403", "handler404", "handler500"):
    globals()[name] = getattr(product, name)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/raises", 500),
        ("/forbids", 403),
        ("/nowhere", 404),
        ("/api/raises", 500),
        ("/api/forbids", 403),
        ("/api/nowhere", 404),
    ],
)
def test_what_no_view_answers_is_under_it_too(address: str, status: int) -> None:
    answer = Client(raise_request_exception=False).get(address)

    assert (answer.status_code, policy_of(answer)) == (status, POLICY)


def test_so_is_a_request_that_is_not_in_order(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    odd_host = client.get("/login/", headers={"Host": "elsewhere.example"})
    forged = client.post("/login/", {"username": "ada"})
    by_link = client.get("/logout/")

    answers = (odd_host, forged, by_link)
    assert [each.status_code for each in answers] == [400, 403, 405]
    assert [policy_of(each) for each in answers] == [POLICY] * 3


def test_so_is_a_host_that_is_not_ours_where_all_is_asked_over_tls(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True  # which asks for the host before any other middleware
    client = Client()

    answers = [
        client.get(address, headers={"Host": "elsewhere.example"})
        for address in ("/login/", "/api/v1/campaigns/")
    ]

    assert [each.status_code for each in answers] == [400, 400]
    assert [policy_of(each) for each in answers] == [POLICY] * 2


def test_so_is_a_file_of_a_dataset(cast: Cast, frozen: Snapshot) -> None:
    address = reverse("annotate:dataset_file", args=[frozen.uuid, SHARD["path"]])
    client = cast.client(cast.lead)

    answers = [client.get(address), client.get(address, headers={"Range": "bytes=0-1"})]

    assert [each.status_code for each in answers] == [200, 206]
    assert [policy_of(each) for each in answers] == [POLICY] * 2
    for each in answers:
        each.close()


def test_a_picture_lets_nothing_run(cast: Cast) -> None:
    make_prompt_with_picture(cast.campaign, by=cast.lead)
    address = reverse("annotate:picture", args=[Picture.objects.get().sha256])

    answer = cast.client(cast.lead).get(address)

    assert (answer.status_code, policy_of(answer)) == (200, OF_A_PICTURE)


def test_nothing_is_left_out_by_settings() -> None:
    assert settings.CONTENT_SECURITY_POLICY.keys() == {"DIRECTIVES"}  # no addresses without it
