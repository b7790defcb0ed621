"""What OPTIONS answers."""

from typing import TYPE_CHECKING

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF's views import what the settings name, this module among it
    from rest_framework.views import APIView


class Methods(BaseMetadata):
    """The methods that an address has, and nothing of what lies there."""

    def determine_metadata(self, request: Request, view: "APIView") -> dict[str, list[str]]:
        return {"methods": view.allowed_methods}
