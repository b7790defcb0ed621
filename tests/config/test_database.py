from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config.settings.database import SQLITE_OPTIONS, database_at
from config.settings.env import BASE_DIR


def test_three_slashes_are_a_path_in_the_project_and_four_an_absolute_one():
    assert database_at("sqlite:///var/my.sqlite3")["NAME"] == BASE_DIR / "var" / "my.sqlite3"
    assert database_at("sqlite:////srv/my%20data.sqlite3")["NAME"] == Path("/srv/my data.sqlite3")


def test_sqlite_keeps_what_it_acknowledged_and_asks_for_the_lock_at_once():
    assert SQLITE_OPTIONS["transaction_mode"] == "IMMEDIATE"
    assert SQLITE_OPTIONS["timeout"] == 20
    assert "synchronous=FULL" in SQLITE_OPTIONS["init_command"]
    assert "journal_mode=WAL" in SQLITE_OPTIONS["init_command"]


def test_a_url_of_postgresql_is_taken_apart():
    found = database_at("postgres://me:p%40ss@db.example:5433/laurel?sslmode=require")

    assert found == {
        "ENGINE": "commons.postgresql",
        "NAME": "laurel",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require", "prepare_threshold": 0},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def test_a_pooler_without_prepared_statements_is_spared_them():
    found = database_at("postgres://db.example/laurel?prepare_threshold=never")

    assert found["OPTIONS"] == {"prepare_threshold": None}


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("sqlite://", "sqlite:///folder/file.sqlite3"),
        ("sqlite://folder/file.sqlite3", "sqlite:///folder/file.sqlite3"),
        ("postgres://me@host", "postgres://user:password@host:port/name"),
        ("postgresql://me@host/a/b", "postgres://user:password@host:port/name"),
    ],
)
def test_a_url_that_names_no_database_is_refused(url, remedy):
    with pytest.raises(ImproperlyConfigured, match=f"DATABASE_URL is .*: write it as {remedy}"):
        database_at(url)


@pytest.mark.django_db(transaction=True)
def test_sqlite_really_runs_in_wal_mode():
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")

        assert cursor.fetchone() == ("wal",)
