"""The web process, except that each page is pinged every second: ``python -m tests.e2e.quick_pings``."""

from contactcenter.asgi import Application

# isort: split
from django.conf import settings

from contactcenter import web
from contactcenter.events.bus import Bus
from contactcenter.events.hub import Hub

if __name__ == "__main__":
    web.bound_statements()
    listener = web.listen(settings.HOST, settings.PORT)
    web.make_server(Application(Bus(Hub(ping_slots=1)))).run(sockets=[listener])
