"""A connection that the server has closed is noticed before it is used."""

import select

import pytest
from django.db import connection, connections

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_living_connection_is_usable() -> None:
    connection.ensure_connection()

    assert connection.is_usable()


@pytest.mark.postgresql
def test_a_connection_that_the_server_ended_is_not_usable_and_is_replaced() -> None:
    connection.ensure_connection()
    ended = connection.connection.info.backend_pid
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])
    other.close()
    reached, *_ = select.select([connection.connection.pgconn.socket], [], [], 10)
    assert reached  # the word that it has ended is on its way while the server says that it has

    usable = connection.is_usable()
    vars(connections["default"]).update(health_check_enabled=True, health_check_done=False)
    with connection.cursor() as cursor:  # as a request's first statement
        cursor.execute("SELECT 1")

    assert not usable
    assert connection.connection.info.backend_pid != ended
