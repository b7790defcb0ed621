"""Which judgements count for something still."""

from django.db.models import Exists, OuterRef

from annotate.models import Voided

# Of a judgement: nobody has voided it. Whatever is said of people's work asks for this.
STANDS = ~Exists(Voided.objects.filter(root=OuterRef("root"), stands=True))
