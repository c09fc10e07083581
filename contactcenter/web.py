"""The web server: ``python -m contactcenter.web``. To have more, start it on other ports behind a proxy."""

import contextlib
import gc
import logging
import os
import resource
import socket
import sys

import uvicorn
from django.conf import settings
from django.db import connections
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from contactcenter.asgi import Application, application
from contactcenter.events.hub import Hub

logger = logging.getLogger("contactcenter.web")  # it is run as __main__

GRACE = 3  # seconds that running requests get at shutdown
BACKLOG = 2048
HEAD_LIMIT = 64 * 1024  # bytes of request line and headers
UNSENT_LIMIT = 60_000  # milliseconds until a client that takes nothing any more counts as gone


class Protocol(HttpToolsProtocol):
    """HTTP with a bound on the size of a request's head, which the parser does not have."""

    _head_bytes = 0
    _milestones = 0  # heads and messages that were complete
    _in_head = True

    def data_received(self, data: bytes) -> None:
        milestones = self._milestones
        super().data_received(data)
        only_head = self._in_head and milestones == self._milestones
        self._head_bytes = self._head_bytes + len(data) if only_head else 0
        if self._head_bytes > HEAD_LIMIT and not self.transport.is_closing():
            self.send_400_response("The request's headers are too large.")

    def on_headers_complete(self) -> None:
        self._milestones += 1
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._milestones += 1
        self._in_head = True
        super().on_message_complete()


class Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Streams never end by themselves: without this a shutdown would wait for its time-out."""
        self._hub.shut_down()
        await super().shutdown(sockets)


def main() -> None:
    bound_statements()
    _allow_many_connections()
    _collect_less_often()
    listener = listen(settings.HOST, settings.PORT)
    logger.info("Listening on %s:%d", *listener.getsockname()[:2])
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after its shutdown
        make_server(application).run(sockets=[listener])


def make_server(application: Application) -> Server:
    config = uvicorn.Config(
        application,
        http=Protocol,
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # contactcenter.asgi reads them, when the settings say so
        timeout_graceful_shutdown=GRACE,
    )
    return Server(config, application.hub)


def bound_statements() -> None:
    """Have PostgreSQL end what nobody waits for any more. Only here: migrations and imports may take long."""
    options = connections.databases["default"]["OPTIONS"]
    given = options.get("options", "")
    options["options"] = f"{given} -c statement_timeout={settings.WEB_STATEMENT_TIMEOUT}s".strip()


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        sys.exit(f"Cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}")
    # Inherited by accepted connections: a laptop that fell asleep is let go.
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNSENT_LIMIT)
    return listener


def _allow_many_connections() -> None:
    """Each open page holds one; the usual soft limit of 1,024 files would be too few."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _collect_less_often() -> None:
    """With thousands of streams, each full search for garbage stops everything for a tenth of a second."""
    gc.collect()
    gc.freeze()  # what is loaded now stays
    gc.set_threshold(20_000, 20, 50)


if __name__ == "__main__":
    main()
