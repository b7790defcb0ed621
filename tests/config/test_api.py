"""How often one may ask is said in the environment."""

import pytest

from tests.config.test_settings import manage

ASK = "from django.conf import settings; print(settings.API_RATE, settings.API_RATE_ANONYMOUS)"


@pytest.mark.parametrize("said", ["0", "-1", "often", "1e3", "2000000"])
def test_an_odd_rate_stops_every_command_and_is_named(tmp_path, said):
    refused = manage(tmp_path, "check", API_RATE=said)

    assert refused.returncode != 0
    assert f"API_RATE is '{said}': set it to a whole number from 1 to 1000000." in refused.stderr


def test_a_proxy_is_believed_only_where_one_is_said_to_be(tmp_path):
    ask = "from django.conf import settings; print(settings.REST_FRAMEWORK['NUM_PROXIES'])"

    bare = manage(tmp_path, "shell", "-v0", "-c", ask)
    behind = manage(tmp_path, "shell", "-v0", "-c", ask, HTTPS="1")

    assert (bare.stdout, behind.stdout) == ("0\n", "1\n")


def test_rates_are_what_the_environment_says(tmp_path):
    usual = manage(tmp_path, "shell", "-v0", "-c", ASK)
    said = manage(tmp_path, "shell", "-v0", "-c", ASK, API_RATE="5", API_RATE_ANONYMOUS="2")

    assert (usual.stdout, said.stdout) == ("600 60\n", "5 2\n")
