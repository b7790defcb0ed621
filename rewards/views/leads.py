"""Pages that only leads and admins see."""

from annotate import gateway
from commons.views.shown import shown_to

leads_only = shown_to(gateway.leads_anything)
