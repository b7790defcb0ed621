"""The backend that ``DATABASE_URL=postgres://…`` chooses."""

import select

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Django asks this of a kept connection before each request's first statement.

        A server that closes a connection (restart, failover, idle timeout) leaves something to
        read on its socket, and between two requests there is nothing else to read. That is seen
        at once; SELECT 1, as Django asks it, costs as much as a statement of real work. A host
        that vanished without a word is found out by the statement itself, here as there.
        """
        pgconn = self.connection.pgconn if self.connection is not None else None
        if pgconn is None or pgconn.status != ConnStatus.OK:
            return False
        poll = select.poll()
        poll.register(pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
        return not poll.poll(0)
