"""A webhook reaches nothing inside, however its address is written."""

import socket

import pytest
from pytest_django.fixtures import Settings

from commons.notices.addresses import AddressRefused, Target, address_of, is_public, target_of


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # the metadata of a cloud's machine
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "fec0::1",  # site-local: given up in 2004, and still routed inside here and there
        "feff::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",  # 6to4 of 127.0.0.1
        "64:ff9b::a00:1",  # NAT64 of 10.0.0.1
    ],
)
def test_what_is_not_of_the_public_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"])
def test_what_is(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "example.org",
        "https://",
        "https://user:password@example.org/",
        "https://example.org/#part",
        "https://example.org:port/",
        "https://example.org/a b",
        "https://exämple.org/",
        "https://example.org/\r\nHost: inside",
    ],
)
def test_an_odd_url_is_refused_before_anything_is_looked_up(url, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("looked up"))

    with pytest.raises(AddressRefused):
        target_of(url)


def test_a_url_in_pieces():
    assert target_of("https://Example.org/a?b=c") == Target("https", "example.org", 443, "/a?b=c")
    assert target_of("https://example.org:8443") == Target("https", "example.org", 8443, "/")


def test_a_name_with_one_address_inside_is_refused(monkeypatch):
    resolving(monkeypatch, "1.1.1.1", "10.0.0.1")

    with pytest.raises(AddressRefused, match=r"leads to 10\.0\.0\.1"):
        address_of(target_of("https://example.org/"))


def test_the_address_that_was_judged_is_the_one_that_is_used(monkeypatch):
    resolving(monkeypatch, "1.1.1.1")

    assert address_of(target_of("https://example.org/")) == "1.1.1.1"


def test_a_setting_lets_webhooks_stay_inside(settings: Settings):
    settings.WEBHOOKS_MAY_STAY_INSIDE = True

    assert address_of(target_of("http://127.0.0.1:8080/")) == "127.0.0.1"


def test_a_name_without_an_address_is_said(monkeypatch):
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(AddressRefused, match="has no address"):
        address_of(target_of("https://nobody.example/"))
