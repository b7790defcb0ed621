"""The description is valid, whole and true; the pages that show it load nothing from elsewhere."""

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from annotate.api.urls import urlpatterns
from commons.views.api_docs import description
from config.settings.env import BASE_DIR
from rewards.api.urls import urlpatterns as of_rewards

SUCCESSES = {"200", "201", "202", "204"}  # a part of a file, 206, is a way to say 200
METHODS = {"get", "post", "put", "patch", "delete"}


def operations() -> dict[str, dict]:
    return {
        operation["operationId"]: operation
        for path in description()["paths"].values()
        for method, operation in path.items()
        if method in METHODS
    }


def test_it_is_valid_openapi_3_1_without_a_warning():
    out = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", "--format=openapi-json", stdout=out)

    assert json.loads(out.getvalue())["openapi"].startswith("3.1.")


def test_every_method_of_every_view_is_described():
    hidden = {"schema", "docs", "console", None}
    views = [each for each in [*urlpatterns, *of_rewards] if each.name not in hidden]
    wanted = {
        (
            f"/api/v1/{each.pattern}".replace("<uuid:uuid>", "{uuid}").replace(
                "<path:path>", "{path}"
            ),
            method,
        )
        for each in views
        for method in METHODS & set(dir(each.callback.view_class))
    }

    found = {
        (path, method) for path, methods in description()["paths"].items() for method in methods
    }

    assert found == wanted


@pytest.mark.parametrize("name", operations())
def test_every_operation_says_what_it_is_for_who_may_and_what_it_refuses(name):
    operation = operations()[name]

    assert operation["summary"]
    assert len(operation["description"]) > 10
    assert len(operation["tags"]) == 1
    assert {key for each in operation["security"] for key in each} == {"token", "session"}
    assert {"401", "403", "406", "429", "500"} <= operation["responses"].keys()
    assert ("requestBody" in operation) == ({"413", "415"} <= operation["responses"].keys())
    assert all(
        said.get("description") or "$ref" in said for said in operation["responses"].values()
    )


def test_every_scope_is_a_scope_of_tokens():
    scopes = {
        each["token"][0]
        for operation in operations().values()
        for each in operation["security"]
        if "token" in each
    }

    assert scopes <= {"work", "read", "manage"}
    assert {"work", "read"} <= scopes


def test_take_and_submit_come_with_examples():
    for name, status in (("take", "200"), ("submit", "201")):
        operation = operations()[name]
        assert operation["requestBody"]["content"]["application/json"]["examples"]
        assert operation["responses"][status]["content"]["application/json"]["examples"]


def test_each_operation_has_one_way_to_succeed():
    succeeded = {
        name: [status for status in operation["responses"] if status in SUCCESSES]
        for name, operation in operations().items()
    }

    assert [name for name, codes in succeeded.items() if len(codes) > 1] == []
    assert (succeeded["take"], succeeded["submit"]) == (["200"], ["201"])


def test_every_list_of_a_ranking_says_how_much_it_holds():
    fields = description()["components"]["schemas"]["Ranking"]["properties"]

    assert fields["tiers"]["maxItems"] == fields["tiers"]["items"]["maxItems"] == 30
    assert fields["unrankable"]["maxItems"] == fields["strengths"]["maxItems"] == 30


def test_links_lead_to_operations_and_parameters_that_there_are():
    known = operations()

    for operation in known.values():
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                takes = {each["name"] for each in known[link["operationId"]]["parameters"]}
                assert link["parameters"].keys() <= takes


def test_the_examples_have_the_shape_that_they_are_examples_of():
    shapes = description()["components"]["schemas"]
    for name in ("take", "submit"):
        for answer in operations()[name]["responses"].values():
            for media in answer.get("content", {}).values():
                for each in media.get("examples", {}).values():
                    shape = shapes[media["schema"]["$ref"].rsplit("/", 1)[-1]]
                    assert each["value"].keys() <= shape["properties"].keys()
                    assert set(shape["required"]) <= each["value"].keys()


@pytest.mark.django_db
def test_a_program_reads_it_without_a_login(client: Client):
    answer = client.get(reverse("annotate:api:schema"))

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(description()))


@pytest.mark.django_db
def test_everybody_reads_the_documentation_and_no_script_draws_it(client: Client):
    page = client.get(reverse("annotate:api:docs")).content.decode()

    for operation in operations().values():
        assert f'id="{operation["operationId"]}">{operation["summary"]}<' in page
    assert "swagger" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["docs", "console"])
def test_no_page_has_anything_inline_or_from_elsewhere(client: Client, name: str):
    page = client.get(reverse(f"annotate:api:{name}")).content.decode()

    assert "<style" not in page
    assert 'style="' not in page
    assert page.count("<script") == page.count("<script src=") + page.count('type="module" src=')
    assert 'src="http' not in page


WHAT_A_REQUEST_LOADS = """
import sys
import config.wsgi
from django.urls import get_resolver

get_resolver().url_patterns
print(*sorted({"jsonschema", "drf_spectacular.validation"} & sys.modules.keys()))
"""


def test_what_only_checks_a_description_is_not_loaded_for_requests(tmp_path):
    loaded = subprocess.run(
        [sys.executable, "-c", WHAT_A_REQUEST_LOADS],
        cwd=BASE_DIR,
        env={"ENV_FILE": "", "LAUREL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == ""
