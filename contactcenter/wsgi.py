"""The WSGI application. It has no event stream: ``contactcenter.asgi`` wraps it and adds that."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings")

application = get_wsgi_application()
