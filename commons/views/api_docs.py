"""The API's description: for programs as OpenAPI, for people as a page."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commons.reference import Reference, reference_of


@cache
def description() -> dict[str, Any]:
    """The same for everybody, so it is made once in a process."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    made: dict[str, Any] = generator.get_schema(  # type: ignore[no-untyped-call]
        request=None, public=True
    )
    return made


class Description(APIView):
    """OpenAPI 3.1 in JSON. Whoever may not use the API may still read how it is used."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(description())


class Nothing(APIView):
    """Every other address of the API: a problem document that says so, whatever the method."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("The API has no such address; /api/v1/docs lists those that it has.")


@cache
def reference() -> Reference:
    return reference_of(description())


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Everything on one page, for reading: no script draws it."""
    return render(request, "commons/api_docs.html", {"reference": reference()})


@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """Swagger UI, for trying operations out as the signed-in person."""
    return render(request, "commons/api_console.html")
