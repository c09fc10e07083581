"""The ASGI application: the event stream here, everything else in Django, on threads."""

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from contactcenter.wsgi import application as django_application  # first: it sets Django up

# isort: split
from django.conf import settings
from django.utils.module_loading import import_string

from contactcenter.events.bus import Bus
from contactcenter.events.hub import Hub
from contactcenter.events.stream import EventStream
from contactcenter.lib.wsgi_bridge import WSGIBridge


class Application:
    def __init__(self, bus: Bus | None = None) -> None:
        self._bus = bus or Bus(Hub())
        self.hub = self._bus.hub
        self._events = EventStream(self._bus)
        self._django = WSGIBridge(
            django_application,
            threads=settings.WEB_THREADS,
            body_limit=settings.REQUEST_BODY_LIMIT,
            upload_limits=settings.UPLOAD_LIMITS,
            may_upload=import_string(settings.MAY_UPLOAD),
        )

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000, "reason": None})
        else:
            if settings.BEHIND_PROXY:
                scope["client"] = _client_behind_proxy(scope)
            app = self._events if scope["path"] == "/events/" else self._django
            await app(scope, receive, send)

    async def _live(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()
        self._bus.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._bus.stop()
        self._events.close()
        self._django.close()
        await send({"type": "lifespan.shutdown.complete"})


def _client_behind_proxy(scope: HTTPScope) -> tuple[str, int] | None:
    """Return the address our proxy saw: the last of the list. Those before it are hearsay."""
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    if not forwarded:
        return scope["client"]
    return forwarded[-1].decode("latin-1").rpartition(",")[2].strip(), 0


application = Application()
