"""Which judgements count for something still, and which never were work."""

from django.db.models import Exists, OuterRef, Q

from annotate.enums import CountsAs
from annotate.models import Voided

# Of a judgement: nobody has voided it. Whatever is said of people's work asks for this.
STANDS = ~Exists(Voided.objects.filter(root=OuterRef("root"), stands=True))

# Of a judgement: a right order, or what somebody made of an item that checks, trains or tests
# people. Whoever does not lead is shown none of these: they may be checked by it themselves.
IS_CHECK = Q(counts_as__in=(CountsAs.GOLD, CountsAs.PRACTICE))
