import socket

import pytest

from commons.supervising.ports import NoPort, open_door


def test_the_port_that_was_asked_for_is_taken_when_it_is_free():
    with open_door("127.0.0.1", 0).listener as free:
        port = free.getsockname()[1]

    door = open_door("127.0.0.1", port)

    with door.listener:
        assert (door.port, door.address) == (port, f"http://127.0.0.1:{port}")


def test_a_port_in_use_leads_to_the_next_free_one():
    taken = open_door("127.0.0.1", 0)

    with taken.listener, open_door("127.0.0.1", taken.port).listener as next_one:
        assert next_one.getsockname()[1] > taken.port


def test_when_none_is_free_it_says_so():
    taken = open_door("127.0.0.1", 0)

    with taken.listener, pytest.raises(NoPort, match="are all in use; choose another by --port"):
        open_door("127.0.0.1", taken.port, tries=1)


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(NoPort, match=f"there is no port {port}: the last one is 65535"):
        open_door("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_refused():
    with pytest.raises(NoPort, match="cannot listen on 192.0.2.1, port 8000: .*--host"):
        open_door("192.0.2.1", 8000)  # RFC 5737 keeps this one for documents


@pytest.mark.parametrize(
    ("host", "name"), [("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("localhost", "localhost")]
)
def test_the_address_is_one_that_a_browser_on_this_machine_can_open(host, name):
    if ":" in host and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    door = open_door(host, 0)

    with door.listener:
        assert door.address == f"http://{name}:{door.port}"


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
