"""The ASGI application: the event stream here, everything else in Django, on threads."""

import asyncio

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from contactcenter.wsgi import application as django_application  # first: it sets Django up

# isort: split
from django.conf import settings
from django.utils.module_loading import import_string

from contactcenter.events.bus import Bus, stop_process_on_failure
from contactcenter.events.hub import Hub
from contactcenter.events.signs import SignEndpoint, Sink
from contactcenter.events.stream import EventStream
from contactcenter.lib.wsgi_bridge import WSGIBridge

Door = EventStream | SignEndpoint


class Application:
    def __init__(self, bus: Bus | None = None, sink: Sink | None = None) -> None:
        self._bus = bus or Bus(Hub())
        self.hub = self._bus.hub
        self._events = EventStream(self._bus, sink or import_string(settings.SIGNS_SINK))
        self._doors: dict[str, Door] = {"/events/": self._events, "/events/presence/": SignEndpoint(self._events.signs)}
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
            app: Door | WSGIBridge = self._doors.get(scope["path"], self._django)
            await app(scope, receive, send)

    async def _live(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()
        self._bus.start()
        signs = asyncio.get_running_loop().create_task(self._events.signs.run(), name="signs of life")
        signs.add_done_callback(stop_process_on_failure)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._bus.stop()
        signs.cancel()
        await self._events.signs.flush()
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
