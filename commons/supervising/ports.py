"""A port to listen on: the one asked for, or the next that is free."""

import errno
import socket
from dataclasses import dataclass

TRIES = 50
PORTS = 65_536
BACKLOG = 2048  # as gunicorn's


@dataclass(frozen=True)
class Door:
    """A listening socket. The supervisor opens it and the web process inherits it, so nobody can
    take the port in between, and who asks while the web restarts waits instead of being refused."""

    listener: socket.socket
    host: str
    port: int

    @property
    def name(self) -> str:
        """What this machine itself calls it."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    @property
    def address(self) -> str:
        """Where a browser on this machine finds it."""
        return f"http://{f'[{self.name}]' if ':' in self.name else self.name}:{self.port}"


class NoPort(RuntimeError):
    """Nothing can listen where it was asked to."""


def open_door(host: str, port: int, *, tries: int = TRIES) -> Door:
    """Listen on the first free port from this one on; 0 stands for any."""
    if not 0 <= port < PORTS:
        raise NoPort(f"there is no port {port}: the last one is {PORTS - 1}.")
    for candidate in range(port, min(port + tries, PORTS)):
        try:
            listener = _listen(host, candidate)
            return Door(listener, host, listener.getsockname()[1])
        except OSError as broken:
            if broken.errno != errno.EADDRINUSE:
                raise NoPort(
                    f"cannot listen on {host}, port {candidate}: {broken.strerror or broken}; "
                    "choose others by --host and --port."
                ) from broken
    raise NoPort(f"ports {port} to {port + tries - 1} are all in use; choose another by --port.")


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
