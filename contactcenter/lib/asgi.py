"""What our ASGI applications share."""

import json
from collections.abc import Iterable

from asgiref.typing import ASGISendCallable

Headers = Iterable[tuple[bytes, bytes]]


async def respond(send: ASGISendCallable, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def send_problem(
    send: ASGISendCallable, status: int, code: str, title: str, detail: str, headers: Headers = ()
) -> None:
    """Answer with RFC 9457 problem details, in the shape of the API's errors."""
    problem = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [],
    }
    body = json.dumps(problem).encode()
    own = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await respond(send, status, [*own, *headers], body)
