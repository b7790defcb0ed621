"""The web server's way in (gunicorn config.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# Every view is loaded here, before gunicorn forks its workers: a new worker's first request would
# otherwise wait for 0.4 s of imports, and each worker would keep its own copy in memory.
assert get_resolver().url_patterns
