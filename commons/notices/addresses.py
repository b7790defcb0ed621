"""Where a webhook may lead: a server inside must not be reached by whoever can name it.

The name is looked up once, every address that it has is judged, and the connection is made to
the judged address itself: a name that changes its mind in between (DNS rebinding) gains nothing.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext

from commons.errors import Refusal

NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
PORTS = {"http": 80, "https": 443}


class AddressRefused(Refusal):
    """A webhook may not lead there; the message says what to give instead."""

    field = "url"


@dataclass(frozen=True)
class Target:
    """What a webhook's URL says, in pieces."""

    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """Refuse what is no plain address of a web server; nothing is looked up."""
    inside = settings.WEBHOOKS_MAY_STAY_INSIDE
    schemes = ("https", "http") if inside else ("https",)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as odd:
        raise AddressRefused(gettext("This is no URL; write https://host/path.")) from odd
    if parts.scheme not in schemes or not parts.hostname:
        said = gettext("A webhook begins with https://, so that nobody on the way reads it.")
        raise AddressRefused(said)
    if parts.username or parts.password or parts.fragment:
        said = gettext("Leave user, password and #fragment out; the signature says who sends.")
        raise AddressRefused(said)
    if any(ord(letter) <= 32 or ord(letter) == 127 for letter in url) or not url.isascii():
        said = gettext("A URL has no spaces and no letters beyond ASCII; write them as %XX.")
        raise AddressRefused(said)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port or PORTS[parts.scheme], path)


def address_of(target: Target) -> str:
    """The address to connect to. Refuses a name any of whose addresses is not public."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        said = gettext("“%(host)s” has no address; look for a typing error.")
        raise AddressRefused(said % {"host": target.host}) from unknown
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if not settings.WEBHOOKS_MAY_STAY_INSIDE:
        for address in addresses:
            if not is_public(address):
                said = gettext(
                    "“%(host)s” leads to %(address)s, which is not on the public internet. An "
                    "admin allows that with WEBHOOKS_MAY_STAY_INSIDE=1."
                )
                raise AddressRefused(said % {"host": target.host, "address": address})
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, whatever it is wrapped in."""
    found = ip_address(address)
    inner = _wrapped(found) if isinstance(found, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if isinstance(found, IPv6Address) and found.is_site_local:  # fec0::/10, given up, still routed
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a packet to this one may be sent on to."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
