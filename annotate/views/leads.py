"""Pages that only leads and admins see."""

from annotate.selectors.campaign import leads_anything
from commons.views.shown import shown_to

leads_only = shown_to(leads_anything)
