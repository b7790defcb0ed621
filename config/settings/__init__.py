"""Django's settings, cut by what they connect Laurel to. The same modules everywhere: what differs
between a laptop and a cluster is an environment variable (``.env.example`` lists them all).

    env -> product -> keys -> apps, admin, database, broker, security, static, api, logs, mail
"""

import django_stubs_ext

from config.settings.admin import *
from config.settings.api import *
from config.settings.apps import *
from config.settings.broker import *
from config.settings.database import *
from config.settings.engine import *
from config.settings.env import environment
from config.settings.generators import *
from config.settings.logs import *
from config.settings.mail import *
from config.settings.product import *
from config.settings.security import *
from config.settings.static import *

django_stubs_ext.monkeypatch()  # ModelAdmin[User] and the like work at run time as mypy reads them
environment.refuse_unknown()
