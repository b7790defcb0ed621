from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import env as env_module
from config.settings.env import BASE_DIR, Environment, environment, hidden, read_env_file


def test_what_is_not_set_or_set_to_nothing_is_the_default():
    env = Environment({"DEBUG": "", "WEB_PORT": " "})

    assert env.flag("DEBUG", default=False) is False
    assert env.integer("WEB_PORT", default=8000) == 8000
    assert env.choice("LOG_LEVEL", among=["INFO"], default="INFO") == "INFO"
    assert env.words("ALLOWED_HOSTS") == []
    assert env.path("LAUREL_VAR", default=Path("/somewhere")) == Path("/somewhere")
    assert env.url("REDIS_URL", schemes=["redis"]) == ""
    assert env.text("BASE_MODEL") == ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *(("1", True), ("true", True), ("YES", True), ("on", True)),
        *(("0", False), ("False", False), ("no", False), ("off", False)),
    ],
)
def test_a_flag_says_yes_or_no(said, meant):
    assert Environment({"HTTPS": said}).flag("HTTPS", default=not meant) is meant


def test_a_list_stands_between_commas():
    env = Environment({"ALLOWED_HOSTS": "a.example, b.example,"})

    assert env.words("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_a_relative_path_is_meant_from_the_root_of_the_project():
    env = Environment({"LAUREL_VAR": "state/here"})

    assert env.path("LAUREL_VAR", default=Path("/elsewhere")) == BASE_DIR / "state" / "here"


@pytest.mark.parametrize(
    ("read", "refused"),
    [
        (lambda e: e.flag("ODD", default=True), "ODD is 'x:y': set it to 1 or 0."),
        (
            lambda e: e.integer("ODD", default=1, at_most=9),
            "ODD is 'x:y': set it to a whole number from 1 to 9.",
        ),
        (
            lambda e: e.choice("ODD", among=["b", "a"], default="a"),
            "ODD is 'x:y': set it to one of a, b.",
        ),
        (
            lambda e: e.url("ODD", schemes=["redis", "unix"]),
            "ODD is 'x:y': set it to a URL that begins with redis:// or unix://.",
        ),
    ],
)
def test_an_odd_value_is_refused_by_name_with_the_remedy(read, refused):
    env = Environment({"ODD": "x:y"})

    with pytest.raises(ImproperlyConfigured) as caught:
        read(env)

    assert str(caught.value) == refused


@pytest.mark.parametrize("said", ["-1", "0", "10", "1.5", "1e1", "٣"])
def test_a_number_out_of_bounds_or_in_another_writing_is_refused(said):
    env = Environment({"WEB_WORKERS": said})

    with pytest.raises(ImproperlyConfigured, match="WEB_WORKERS is .* from 1 to 9"):
        env.integer("WEB_WORKERS", default=2, at_most=9)


def test_a_path_that_is_a_url_is_refused():
    env = Environment({"ARTIFACTS": "s3://bucket/folder"})

    with pytest.raises(ImproperlyConfigured, match="ARTIFACTS is .*: set it to a path"):
        env.path("ARTIFACTS", default=Path("/somewhere"))


def test_a_port_that_is_none_is_refused_without_showing_the_password():
    env = Environment({"REDIS_URL": "redis://:hunter2@host:port/0"})

    with pytest.raises(ImproperlyConfigured) as caught:
        env.url("REDIS_URL", schemes=["redis"])

    assert "REDIS_URL is 'redis://:***@host:port/0'" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_password_is_hidden_and_a_plain_url_left_alone():
    assert hidden("postgres://me:p@ss@host/db") == "postgres://me:***@host/db"
    assert hidden("redis://host:6379/0") == "redis://host:6379/0"


def test_an_unknown_name_with_our_prefix_is_refused_and_the_nearest_one_named():
    env = Environment({"LAUREL_VAAR": "/tmp", "VAAR": "somebody else's"})
    env.text("LAUREL_VAR")

    with pytest.raises(ImproperlyConfigured) as caught:
        env.refuse_unknown()

    assert str(caught.value) == (
        "LAUREL_VAAR is not a setting of Laurel: did you mean LAUREL_VAR? "
        ".env.example lists all of them."
    )


def test_in_the_file_every_unknown_name_is_refused():
    env = Environment({}, {"DATABSE_URL": "sqlite:///x"})
    env.text("DATABASE_URL")

    with pytest.raises(ImproperlyConfigured, match="DATABSE_URL .* did you mean DATABASE_URL"):
        env.refuse_unknown()


def test_known_reserved_and_foreign_names_pass():
    env = Environment({"LAUREL_VAR": "x", "HOME": "/root"}, {"TORCH_INDEX_URL": "y"})
    env.text("LAUREL_VAR")
    env.reserve("TORCH_INDEX_URL")

    env.refuse_unknown()


def test_the_environment_wins_over_the_file():
    env = Environment({"TIME_ZONE": "UTC"}, {"TIME_ZONE": "Asia/Tokyo", "BASE_MODEL": "folder"})

    assert (env.text("TIME_ZONE"), env.text("BASE_MODEL")) == ("UTC", "folder")


def test_the_file_is_read_line_by_line(tmp_path):
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\n\nTIME_ZONE=Asia/Tokyo\nexport SECRET_KEY = 'a#b=c $d'\nBASE_MODEL=\n"
    )

    found = read_env_file(file)

    assert found == {"TIME_ZONE": "Asia/Tokyo", "SECRET_KEY": "a#b=c $d", "BASE_MODEL": ""}


def test_a_file_that_is_not_there_sets_nothing(tmp_path):
    assert read_env_file(tmp_path / ".env") == {}


def test_a_line_that_sets_nothing_is_refused_by_number(tmp_path):
    file = tmp_path / ".env"
    file.write_text("TIME_ZONE=UTC\nDEBUG yes\n")

    with pytest.raises(ImproperlyConfigured, match=r"\.env, line 2: write it as NAME=value"):
        read_env_file(file)


def test_every_variable_of_the_example_is_known_and_every_known_one_is_in_the_example():
    lines = (BASE_DIR / ".env.example").read_text().splitlines()
    settings = [line[1:] for line in lines if line[:1] == "#" and line[1:2].isupper()]
    listed = {setting.split("=")[0] for setting in settings if "=" in setting}

    assert listed | {"ENV_FILE"} == environment.known


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("nonsense://x", "set it to a folder or a URL that fsspec knows"),
        ("gs://bucket", "its driver is not here; pip install gcsfs"),
        ("s3://me:word@bucket", "its driver is not here; pip install -r requirements-s3.txt"),
    ],
)
def test_a_store_without_a_driver_is_refused_with_the_package_to_install(
    monkeypatch, said, refused
):
    monkeypatch.setattr(env_module, "find_spec", lambda package: None)

    with pytest.raises(ImproperlyConfigured) as caught:
        Environment({"SNAPSHOT_STORE": said}).store("SNAPSHOT_STORE")

    assert str(caught.value) == f"SNAPSHOT_STORE is {hidden(said)!r}: {refused}."


def test_a_store_is_a_folder_or_a_url_or_not_set():
    env = Environment({"A": "s3://bucket/x/", "B": "/srv/datasets"})

    assert [env.store(name) for name in "ABC"] == ["s3://bucket/x", "/srv/datasets", ""]
