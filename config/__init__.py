"""How Laurel is put together: settings, URLs, the Celery application, the WSGI and ASGI doors.

    environment -> settings -> urls | celery | wsgi | asgi

``settings/env.py`` is the only reader of the environment. Nothing below imports this package.
"""

from config.celery import app as celery_app

__all__ = ["celery_app"]
